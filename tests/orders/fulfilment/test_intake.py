"""The day settled again from real lots: farms kept, downgrades moved, surplus first to shortages."""

from __future__ import annotations

import pytest

from marketplace.accounts.models import User
from marketplace.common.exceptions import Refusal
from marketplace.parties.models import OutsideGoods
from orders.allocation.models import LineOutcome, Run
from orders.allocation.services import solve_again
from orders.fulfilment import hooks
from orders.fulfilment.models import HarvestLot, LotAssignment
from orders.fulfilment.services import (
    OutsideInput,
    buy_outside,
    close_intake,
    hold_lots,
    pack_deliveries,
    regrade_lots,
)
from tests.support.fulfilment import KG, Day, key, make_day

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def assigned(run: Run) -> dict[tuple[int, int], int]:
    return {(row.line_id, row.lot.person_id or 0): row.qty for row in run.assignments.all()}


def outcome(run: Run, line: object) -> LineOutcome:
    return LineOutcome.objects.get(run=run, line=line)


def test_lines_keep_their_farms_and_get_what_was_planned() -> None:
    day = make_day()
    day.offer((day.daeng, 10), (day.somjai, 10))
    first, second = day.order(10), day.order(10, site=day.hotel_site)
    plan = {(row.line_id, row.person_id): row.qty for row in day.cut_off().allocations.all()}
    day.weigh(day.daeng, 10)
    day.weigh(day.somjai, 10)
    run = day.close()
    assert assigned(run) == plan
    assert (outcome(run, first).short_qty, outcome(run, second).short_qty) == (0, 0)
    assert solve_again(run)


def test_what_did_not_come_is_short_with_a_reason() -> None:
    day = make_day()
    day.offer((day.daeng, 20))
    line = day.order(20)
    day.cut_off()
    day.weigh(day.daeng, 12.5)
    run = day.close()
    found = outcome(run, line)
    assert (found.allocated_qty, found.short_qty, found.reason_code) == (12_500, 7_500, "lots_full")
    assert (found.asked_qty, found.firm_qty) == (20 * KG, 20 * KG)


def test_nothing_came_and_the_day_can_be_closed_all_the_same() -> None:
    day = make_day()
    day.offer((day.daeng, 20))
    line = day.order(20)
    day.cut_off()
    assert outcome(day.close(), line).reason_code == "no_compatible_lot"


def test_a_downgraded_lot_goes_to_a_line_that_takes_its_grade() -> None:
    day = make_day()
    day.offer((day.daeng, 20), (day.somjai, 20))
    best, lower = day.order(20), day.order(20, grade="B", site=day.hotel_site)
    day.cut_off()
    lot = day.weigh(day.daeng, 20)
    day.weigh(day.somjai, 20)
    regrade_lots(by=day.staff, lots=[lot], grade="B", reason="ใบเล็ก")
    run = day.close()
    assert assigned(run) == {
        (best.pk, day.somjai.pk): 20 * KG,
        (lower.pk, day.daeng.pk): 20 * KG,
    }


def test_surplus_covers_a_shortage_before_it_serves_what_was_wanted_more() -> None:
    day = make_day()
    day.offer((day.daeng, 20), (day.somjai, 20))
    planned = day.order(40)
    wanting = day.order(30, site=day.hotel_site)
    assert wanting.wanted_qty == 30 * KG
    day.cut_off()
    day.weigh(day.daeng, 26)
    day.weigh(day.somjai, 12)
    run = day.close()
    assert outcome(run, planned).allocated_qty == 38 * KG
    assert outcome(run, wanting).allocated_qty == 0
    day.weigh(day.somjai, 9)
    run = day.close()
    assert outcome(run, planned).allocated_qty == 40 * KG
    assert outcome(run, wanting).allocated_qty == 7 * KG


def buy(day: Day, kilos: int, cost: int = 20_000) -> HarvestLot:
    return buy_outside(
        by=day.staff,
        purchases=[
            OutsideInput(key(), day.cycle.pk, day.kale.pk, "A", kilos * KG, "แผงตัวอย่าง", cost)
        ],
    )[0]


@pytest.mark.parametrize(
    ("rule", "cost", "gets"),
    [
        (OutsideGoods.NEVER, 10_000, 12),
        (OutsideGoods.ALWAYS, 90_000, 20),
        (OutsideGoods.UP_TO_PRICE, 33_600, 20),
        (OutsideGoods.UP_TO_PRICE, 33_610, 12),
    ],
)
def test_goods_bought_outside_fill_only_where_the_buyer_allows(
    rule: str, cost: int, gets: int
) -> None:
    day = make_day()
    day.hospital.outside_goods = rule
    day.hospital.save()
    day.offer((day.daeng, 20))
    line = day.order(20)
    day.cut_off()
    day.weigh(day.daeng, 12)
    buy(day, 8, cost)
    run = day.close()
    assert outcome(run, line).allocated_qty == gets * KG


def test_own_goods_come_before_goods_bought_outside() -> None:
    day = make_day()
    day.hospital.outside_goods = OutsideGoods.ALWAYS
    day.hospital.save()
    day.offer((day.daeng, 20))
    taking, strict = day.order(10), day.order(10, site=day.hotel_site)
    day.cut_off()
    day.weigh(day.daeng, 15)
    bought = buy(day, 20)
    run = day.close()
    assert outcome(run, taking).allocated_qty == 10 * KG
    assert outcome(run, strict).allocated_qty == 10 * KG
    assert LotAssignment.objects.get(run=run, lot=bought).qty == 5 * KG


def test_a_held_lot_supplies_nobody() -> None:
    day = make_day()
    day.offer((day.daeng, 20))
    line = day.order(20)
    day.cut_off()
    lot = day.weigh(day.daeng, 20)
    hold_lots(by=day.staff, lots=[lot], reason="รอผลตรวจ")
    assert outcome(day.close(), line).allocated_qty == 0


def test_each_lot_is_told_on_once_and_packed_lines_stay() -> None:
    day = make_day()
    told: list[HarvestLot] = []

    def listen(lots: list[HarvestLot], by: User | None) -> None:
        told.extend(lots)

    standing = hooks.lots_taken_in[:]
    hooks.lots_taken_in[:] = [listen]
    try:
        day.offer((day.daeng, 20), (day.somjai, 20))
        first, second = day.order(10), day.order(30, site=day.hotel_site)
        day.cut_off()
        day.weigh(day.daeng, 20)
        day.close()
        pack_deliveries(by=day.staff, deliveries=[first.delivery])
        day.weigh(day.somjai, 20)
        run = day.close()
    finally:
        hooks.lots_taken_in[:] = standing
    assert [lot.person for lot in told] == [day.daeng, day.somjai]
    assert outcome(run, first).allocated_qty == 5 * KG  # as it was packed
    assert outcome(run, second).allocated_qty == 30 * KG
    assert sum(run.assignments.filter(line=first).values_list("qty", flat=True)) == 5 * KG
    day.send()


def test_a_listener_that_fails_leaves_intake_open_and_nothing_half_done() -> None:
    day = make_day()
    day.offer((day.daeng, 20))
    day.order(20)
    day.cut_off()
    day.weigh(day.daeng, 20)

    def fail(lots: list[HarvestLot], by: User | None) -> None:
        raise RuntimeError("power cut")

    hooks.lots_taken_in.append(fail)
    try:
        with pytest.raises(RuntimeError):
            day.close()
    finally:
        hooks.lots_taken_in.remove(fail)
    assert not LotAssignment.objects.exists()
    assert HarvestLot.objects.get().closed_at is None
    assert day.close().allocated_g == 20 * KG


def test_closing_a_day_that_is_not_allocated_or_has_left_is_refused() -> None:
    day = make_day()
    with pytest.raises(Refusal) as refusal:
        close_intake(cycle=day.cycle, by=None)
    assert refusal.value.code == "not-intake"
    day.offer((day.daeng, 20))
    day.order(20)
    day.cut_off()
    day.weigh(day.daeng, 20)
    day.close()
    day.send()
    with pytest.raises(Refusal):
        close_intake(cycle=day.cycle, by=None)


def test_closing_again_is_a_new_run_and_the_old_one_gives_way() -> None:
    day = make_day()
    day.offer((day.daeng, 20))
    day.order(20)
    day.cut_off()
    day.weigh(day.daeng, 20)
    first, second = day.close(), day.close()
    first.refresh_from_db()
    assert (first.is_current, second.is_current) == (False, True)
    assert second.allocated_g == 20 * KG
