"""What the run at cut-off gives, to whom first, and what it says where it gives no more."""

from __future__ import annotations

import random
from io import BytesIO

import pytest
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from marketplace.cycles.models import CycleState
from marketplace.cycles.services import close_due_cycles
from marketplace.notifications.models import Message
from orders.allocation import engine
from orders.allocation.explaining import names_of, say
from orders.allocation.models import Allocation, Credit, FarmerOutcome, LineOutcome, Run
from orders.allocation.services import run_cutoff, solve_again
from orders.models import Delivery
from orders.services import cancel_deliveries
from tests.support.fulfilment import KG, make_day

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def given(line: object) -> int:
    return LineOutcome.objects.get(line=line, run__is_current=True).allocated_qty


def test_an_order_is_shared_fairly_and_the_cycle_moves_on() -> None:
    day = make_day()
    day.offer((day.daeng, 30), (day.somjai, 30))
    line = day.order(40)
    run = day.cut_off()
    assert (run.asked_g, run.firm_g, run.allocated_g) == (40 * KG, 40 * KG, 40 * KG)
    assert list(Allocation.objects.values_list("qty", flat=True)) == [20 * KG, 20 * KG]
    assert (Delivery.objects.get().state, day.cycle.state) == ("allocated", "allocated")
    outcome = FarmerOutcome.objects.get(person=day.daeng)
    assert (outcome.offered_qty, outcome.sold_qty) == (30 * KG, 20 * KG)
    text = say(outcome.reason_code, outcome.reason, line.product, names_of([line.product]))
    assert "66.6%" in text


def test_running_twice_changes_nothing() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.order(10)
    run = day.cut_off()
    rows = list(Allocation.objects.values_list("pk", "qty"))
    assert run_cutoff(cycles=[day.cycle]) == [run]
    close_due_cycles()
    assert list(Allocation.objects.values_list("pk", "qty")) == rows
    assert Run.objects.count() == 1


def test_an_open_cycle_is_not_allocated() -> None:
    day = make_day()
    assert run_cutoff(cycles=[day.cycle]) == []
    assert day.cycle.state == CycleState.OPEN


def test_a_day_without_orders_is_allocated_too() -> None:
    day = make_day()
    run = day.cut_off()
    assert (run.asked_g, day.cycle.state) == (0, CycleState.ALLOCATED)


def test_what_is_short_has_a_reason_and_the_buyer_is_told() -> None:
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


def test_firm_comes_first_then_the_contract_then_the_rest() -> None:
    day = make_day()
    day.hospital.contract_tier = 2
    day.hospital.save()
    day.hotel.contract_tier = 0
    day.hotel.save()
    day.offer((day.daeng, 20))
    firm = day.order(20)
    hotel = day.order(30, site=day.hotel_site)
    more = day.order(5)
    day.offer((day.somjai, 10))
    day.cut_off()
    assert given(firm) == 20 * KG
    assert (given(hotel), given(more)) == (10 * KG, 0)


def test_a_named_group_and_a_standard_decide_who_supplies() -> None:
    day = make_day()
    day.certify("PGS")
    day.offer((day.daeng, 10), standards=["PGS"])
    day.offer((day.huey, 50), group=day.other_group)
    named = day.order(5, party=day.group)
    standard = day.order(5, standard="PGS")
    day.cut_off()
    assert set(
        Allocation.objects.filter(line__in=[named, standard]).values_list("person", flat=True)
    ) == {day.daeng.pk}


def test_goods_whose_certificate_was_revoked_no_longer_fit() -> None:
    from catalogue.standards.models import Certificate

    day = make_day()
    day.certify("PGS")
    day.offer((day.daeng, 10), standards=["PGS"])
    line = day.order(5, standard="PGS")
    Certificate.objects.update(valid_until=day.cycle.delivery_day.replace(day=1))
    day.cut_off()
    outcome = LineOutcome.objects.get(line=line)
    assert (outcome.allocated_qty, outcome.reason_code) == (0, "no_compatible_lot")


def test_an_offer_that_asks_more_than_the_notice_does_not_take_part() -> None:
    day = make_day()
    day.offer((day.daeng, 10), min_price=2900)
    line = day.order(5)
    assert line.firm_qty == 0
    day.cut_off()
    outcome = LineOutcome.objects.get(line=line)
    assert outcome.allocated_qty == 0
    assert outcome.reason["relax"][0] == {
        "what": "price",
        "by_satang": 100,
        "price_satang": 100,
        "quantity_g": 10 * KG,
        "lots": [str(day.offers[0].shares.get().pk)],
    }


def test_what_another_day_was_promised_is_left_for_it() -> None:
    day = make_day(days=2)
    from marketplace.cycles.models import OrderCycle

    second = OrderCycle.objects.order_by("delivery_day")[1]
    day.offer((day.daeng, 10), (day.somjai, 10), days=2)
    later = day.order(12, cycle=second)
    first = day.order(20)
    assert (later.firm_qty, first.firm_qty) == (12 * KG, 8 * KG)
    day.cut_off()
    assert given(first) == 8 * KG
    LineOutcome.objects.get(line=later, allocated_qty=12 * KG)


def test_small_harvests_are_skipped_and_carry_credit_into_the_next_day() -> None:
    day = make_day(days=2)
    from marketplace.cycles.models import OrderCycle

    second = OrderCycle.objects.order_by("delivery_day")[1]
    day.kale.min_harvest_qty = 5 * KG
    day.kale.save()
    day.offer((day.daeng, 20), (day.somjai, 20), days=2)
    day.order(6)
    day.order(6, cycle=second)
    day.cut_off()
    first = Allocation.objects.get(line__cycle=day.cycle)
    other = Allocation.objects.get(line__cycle=second)
    assert (first.qty, other.qty) == (6 * KG, 6 * KG)
    assert first.person_id != other.person_id
    skipped = FarmerOutcome.objects.get(run=first.run, person=other.person)
    assert skipped.reason_code == "skipped_with_credit"
    assert skipped.credit_qty == 3 * KG
    assert Credit.objects.get(person=other.person).qty == 0


@pytest.mark.parametrize("seed", range(4))
def test_any_market_day_is_full_firm_first_and_repeatable(seed: int) -> None:
    day = make_day()
    chance = random.Random(seed)
    for product in (day.kale, day.greens):
        product.min_harvest_qty = 0
        product.save()
    offered: dict[int, int] = {}
    for product in (day.kale, day.greens):
        for person, group in (
            (day.daeng, day.group),
            (day.somjai, day.group),
            (day.huey, day.other_group),
        ):
            kilos = chance.randrange(1, 30)
            day.offer((person, kilos), product=product, group=group)
            offered[product.pk] = offered.get(product.pk, 0) + kilos * KG
    asked: dict[int, int] = {}
    for site in (day.site, day.hotel_site, day.site):
        for product in (day.kale, day.greens):
            kilos = chance.randrange(1, 40)
            day.order(kilos, product=product, site=site)
            asked[product.pk] = asked.get(product.pk, 0) + kilos * KG
    run = day.cut_off()
    for product in (day.kale, day.greens):
        row = run.products.get(product=product)
        assert row.allocated_qty == min(asked[product.pk], offered[product.pk])
    for outcome in run.lines.all():
        assert outcome.allocated_qty >= outcome.firm_qty
        assert (outcome.short_qty == 0) or outcome.reason_code
    totals = Allocation.objects.values("share", "share__qty").annotate(total=Sum("qty"))
    assert all(row["total"] <= row["share__qty"] for row in totals)
    assert solve_again(run)


def test_a_changed_record_no_longer_solves_to_the_same() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.order(10)
    run = day.cut_off()
    product = run.products.get()
    product.document["lots"][0]["quantity_g"] = 5 * KG
    product.save()
    again = solve_again(run)
    assert not again
    assert not again.kept


def test_a_run_of_an_older_engine_is_compared_by_what_it_filled() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.order(10)
    run = day.cut_off()
    run.engine = "greedy-1"
    run.products.update(output_sha256="0" * 64)
    again = solve_again(run)
    assert again
    assert (again.same, again.other_engine) == (False, "greedy-1")
    run.products.update(allocated_qty=9 * KG)
    assert not solve_again(run)


def test_a_run_is_downloaded_as_a_sheet_and_as_what_it_was_computed_from(client: Client) -> None:
    day = make_day()
    day.offer((day.daeng, 8))
    day.order(10)
    run = day.cut_off()
    client.force_login(day.staff)
    sheet = load_workbook(
        BytesIO(client.get(reverse("allocation:export", args=[run.pk])).content)
    ).active
    assert sheet is not None
    _head, row = sheet.iter_rows(values_only=True)
    assert [row[place] for place in (4, 6, 7)] == [10, 8, 2]
    assert row[8]
    kept = client.get(reverse("allocation:export", args=[run.pk]), {"format": "json"}).json()
    (document,) = kept["instances"]
    result = engine.solve(engine.instance_from_document(document))
    assert result.filled_g == 8 * KG
    assert kept["output_sha256"] == run.output_sha256


def test_a_delivery_cancelled_after_the_run_frees_its_shares() -> None:
    day = make_day()
    offer = day.offer((day.daeng, 30), days=3)
    day.order(10)
    day.cut_off()
    offer.refresh_from_db()
    assert offer.policy_qty == 20 * KG
    cancel_deliveries(by=None, deliveries=day.deliveries(), reason="ครัวปิด", after_cutoff=True)
    offer.refresh_from_db()
    assert offer.policy_qty == 30 * KG
    assert not Allocation.objects.planned(day.cycle.pk).exists()


def test_a_run_that_fails_leaves_the_cycle_closed_and_is_made_at_the_next_tick() -> None:
    from orders.allocation import hooks

    day = make_day()
    day.offer((day.daeng, 30))
    day.order(10)

    def fail(runs: object, by: object) -> None:
        raise RuntimeError("power cut")

    hooks.run_stored.append(fail)
    try:
        with pytest.raises(RuntimeError):
            day.cut_off()
    finally:
        hooks.run_stored.remove(fail)
    day.cycle.refresh_from_db()
    assert (day.cycle.state, Allocation.objects.count()) == (CycleState.CLOSED, 0)
    assert day.cut_off().allocated_g == 10 * KG
