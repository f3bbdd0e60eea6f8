"""What a run cannot keep of a promise is on supply's list, with owner and deadline."""

from __future__ import annotations

import datetime as dt

import pytest

from catalogue.supply.models import Shortage
from catalogue.supply.services import settle_shortages
from marketplace.common import clock
from marketplace.notifications.models import Message
from orders.fulfilment.services import OutsideInput, buy_outside
from orders.models import Line
from orders.services import cancel_deliveries
from tests.support.fulfilment import KG, Day, key, make_day
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def promised() -> tuple[Day, Line]:
    """One kitchen with 40 kg firm, half from each of two growers, after the cut-off."""
    day = make_day()
    day.offer((day.daeng, 30), (day.somjai, 30))
    line = day.order(40)
    assert line.firm_qty == 40 * KG
    day.cut_off()
    return day, line


def told(line: Line) -> int:
    return Message.objects.filter(
        kind="orders.short", recipient=f"party:{line.order.buyer_id}"
    ).count()


def test_a_plan_that_keeps_every_promise_leaves_no_shortage() -> None:
    promised()
    assert not Shortage.objects.exists()


def test_what_the_scale_cannot_keep_has_an_owner_and_a_deadline_and_is_told() -> None:
    day, line = promised()
    day.weigh(day.daeng, 20)
    day.close()
    short = Shortage.objects.get()
    assert (short.holder, short.qty, short.settled_at) == (line.holder, 20 * KG, None)
    assert short.owner == f"party:{day.cooperative.pk}"
    assert short.deadline == at(FIRST_DAY, 4)
    assert short.cause == "ชั่งรับจริงได้ไม่ถึงที่ยืนยัน"
    line.refresh_from_db()
    assert (line.firm_qty, line.wanted_qty) == (20 * KG, 20 * KG)
    assert told(line) == 1


def test_closing_again_with_nothing_new_changes_nothing() -> None:
    day, line = promised()
    day.weigh(day.daeng, 20)
    day.close()
    day.close()
    assert [row.qty for row in Shortage.objects.all()] == [20 * KG]
    assert told(line) == 1


def test_a_late_lot_eases_the_shortage_and_then_ends_it() -> None:
    day, line = promised()
    day.weigh(day.daeng, 20)
    day.close()
    day.weigh(day.somjai, 12)
    day.close()
    short = Shortage.objects.get()
    assert (short.qty, short.settled_at) == (8 * KG, None)
    day.weigh(day.somjai, 8)
    day.close()
    short.refresh_from_db()
    assert short.settled_at is not None
    assert short.settled_how == "มีของมาครบแล้ว"
    line.refresh_from_db()
    assert (line.firm_qty, line.wanted_qty) == (40 * KG, 0)
    assert told(line) == 1


def test_goods_bought_outside_end_the_shortage() -> None:
    day, line = promised()
    type(day.hospital).objects.filter(pk=day.hospital.pk).update(outside_goods="always")
    day.weigh(day.daeng, 20)
    day.close()
    buy_outside(
        by=day.staff,
        purchases=[
            OutsideInput(
                key=key(),
                cycle_id=day.cycle.pk,
                product_id=day.kale.pk,
                grade="A",
                qty=20 * KG,
                vendor="ตลาดตัวอย่าง",
                cost_satang=90_000,
            )
        ],
    )
    day.close()
    assert Shortage.objects.get().settled_at is not None
    line.refresh_from_db()
    assert line.firm_qty == 40 * KG


def test_surplus_of_another_grower_keeps_the_promise() -> None:
    day, _line = promised()
    day.weigh(day.daeng, 40)
    day.close()
    assert not Shortage.objects.exists()


def test_what_somebody_dealt_with_is_not_raised_again() -> None:
    day, line = promised()
    day.weigh(day.daeng, 20)
    day.close()
    settle_shortages(by=day.staff, shortages=Shortage.objects.all(), how="ครัวรับกวางตุ้งแทน")
    day.close()
    assert Shortage.objects.count() == 1
    assert told(line) == 1


def test_what_was_only_wanted_more_is_no_shortage() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    line = day.order(40)
    assert (line.firm_qty, line.wanted_qty) == (30 * KG, 10 * KG)
    day.cut_off()
    assert not Shortage.objects.exists()
    day.weigh(day.daeng, 30)
    day.close()
    assert not Shortage.objects.exists()


def test_a_cancelled_delivery_waits_for_nothing() -> None:
    day, line = promised()
    day.weigh(day.daeng, 20)
    day.close()
    cancel_deliveries(by=day.staff, deliveries=[line.delivery], reason="ครัวปิด", after_cutoff=True)
    assert Shortage.objects.get().settled_how == "ยกเลิกการส่งแล้ว"


def test_a_run_that_cannot_keep_a_promise_says_so_on_the_day_before() -> None:
    day = make_day()
    offer = day.offer((day.daeng, 30))
    line = day.order(30)
    # The share was lowered behind the promise's back: only the run finds it.
    offer.shares.update(qty=18 * KG)
    day.cut_off()
    short = Shortage.objects.get()
    assert (short.holder, short.qty) == (line.holder, 12 * KG)
    assert short.cause == "จัดสรรแล้วได้ไม่ถึงที่ยืนยัน"
    assert short.deadline >= clock.now()
    assert short.deadline <= at(FIRST_DAY - dt.timedelta(days=1), 18)
