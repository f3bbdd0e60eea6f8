"""A delivery day from cut-off to the signed acceptance, as those who live it notice it."""

from __future__ import annotations

import pytest

from orders.allocation.models import Allocation, LineOutcome, Run
from orders.allocation.services import run_cutoff, solve_again
from orders.fulfilment.balance import day_balance
from orders.fulfilment.models import LotAssignment, NoticeRow
from orders.fulfilment.services import AcceptanceInput, close_intake, issue_notices
from orders.models import Delivery
from tests.support.fulfilment import KG, make_day

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def test_a_day_goes_from_cut_off_to_acceptance() -> None:
    day = make_day()
    day.offer((day.daeng, 30), (day.somjai, 30))
    line = day.order(40)
    run = day.cut_off()

    assert (run.asked_g, run.allocated_g) == (40 * KG, 40 * KG)
    assert sorted(Allocation.objects.values_list("qty", flat=True)) == [20 * KG, 20 * KG]
    assert Delivery.objects.get().state == "allocated"
    assert day.cycle.state == "allocated"
    assert solve_again(run)

    notice = issue_notices(cycle=day.cycle, by=day.staff)[0]
    assert [row.qty for row in notice.rows.order_by("pk")] == [20 * KG, 20 * KG]

    first, second = day.weigh(day.daeng, 20.4), day.weigh(day.somjai, 19.8)
    settled = day.close()
    assert settled.kind == Run.Kind.INTAKE
    assert sum(LotAssignment.objects.filter(run=settled).values_list("qty", flat=True)) == 40 * KG
    delivery = day.send()[0]
    assert delivery.state == "dispatched"
    day.accept(delivery, [AcceptanceInput(line.pk, 40 * KG)])
    delivery.refresh_from_db()
    day.cycle.refresh_from_db()
    assert (delivery.state, day.cycle.state) == ("accepted", "accepted")
    row = day_balance(day.cycle)[0]
    assert row.intake_qty == first.intake_qty + second.intake_qty
    assert row.left_qty == 200


def test_running_twice_changes_nothing() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.order(10)
    run = day.cut_off()
    rows = list(Allocation.objects.values_list("pk", "qty"))
    assert run_cutoff(cycles=[day.cycle]) == [run]
    assert list(Allocation.objects.values_list("pk", "qty")) == rows
    issue_notices(cycle=day.cycle, by=None)
    issue_notices(cycle=day.cycle, by=None)
    assert NoticeRow.objects.count() == 1


def test_what_is_short_has_a_reason_and_the_buyer_is_told() -> None:
    from marketplace.notifications.models import Message

    day = make_day()
    day.offer((day.daeng, 10))
    line = day.order(25)
    assert (line.firm_qty, line.wanted_qty) == (10 * KG, 15 * KG)
    day.cut_off()
    outcome = LineOutcome.objects.get(line=line)
    assert (outcome.allocated_qty, outcome.short_qty) == (10 * KG, 15 * KG)
    assert outcome.reason_code == "lots_full"
    told = Message.objects.get(kind="allocation.short", channel="screen")
    assert told.recipient == f"party:{day.hospital.pk}"
    assert "10 กก." in told.body


def test_closing_intake_again_keeps_what_stands() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.order(10)
    day.cut_off()
    day.weigh(day.daeng, 10)
    day.close()
    again = close_intake(cycle=day.cycle, by=None)
    assert again.allocated_g == 10 * KG
    assert Run.objects.filter(cycle=day.cycle, kind="intake").count() == 2
