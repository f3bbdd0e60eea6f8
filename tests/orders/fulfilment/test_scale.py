"""At the scale: crates, tare, grades, slips of the finger, and what comes after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from marketplace.accounts.models import User
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.cycles.models import CycleState
from orders.fulfilment import hooks
from orders.fulfilment.hooks import LotCorrection
from orders.fulfilment.models import CrateType, HarvestLot, Weighing
from orders.fulfilment.services import (
    MixedInput,
    OutsideInput,
    WeighingInput,
    buy_outside,
    hold_lots,
    record_mixed,
    record_weighings,
    regrade_lots,
    release_lots,
    reverse_weighing,
)
from tests.support import goods, people
from tests.support.fulfilment import KG, Day, key, make_day

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def ready() -> Day:
    day = make_day()
    day.offer((day.daeng, 30), (day.somjai, 30))
    day.order(40)
    day.cut_off()
    return day


def reading(day: Day, gross: int, *, crates: int = 1, **values: Any) -> WeighingInput:
    green = CrateType.objects.get(name_th="ตะกร้าเขียว")
    words: dict[str, Any] = {
        "key": key(),
        "cycle_id": day.cycle.pk,
        "person_id": day.daeng.pk,
        "product_id": day.kale.pk,
        "grade": "A",
        "crates": ((green.pk, crates),) if crates else (),
        "gross_g": gross,
        **values,
    }
    return WeighingInput(**words)


def refusal_of(day: Day, *readings: WeighingInput) -> list[Refusal]:
    before = Weighing.objects.count()
    with pytest.raises(Refusal) as refusal:
        record_weighings(by=day.staff, weighings=readings)
    assert Weighing.objects.count() == before
    found = refusal.value
    return found.items if isinstance(found, Refusals) else [found]


def test_tare_is_taken_off_and_several_crates_make_one_lot() -> None:
    day = ready()
    first, second = record_weighings(
        by=day.staff, weighings=[reading(day, 11_800), reading(day, 12_600, crates=2)]
    )
    assert first == second
    lot = HarvestLot.objects.get()
    assert lot.intake_qty == 10_000 + 9_000
    assert [(w.gross_g, w.tare_g, w.net_qty) for w in lot.weighings.order_by("pk")] == [
        (11_800, 1_800, 10_000),
        (12_600, 3_600, 9_000),
    ]
    assert (lot.person, lot.group, lot.planned_grade) == (day.daeng, day.group, "A")
    assert lot.best_before > lot.harvested_on
    day.cycle.refresh_from_db()
    assert day.cycle.state == CycleState.INTAKE


def test_another_grade_is_another_lot() -> None:
    day = ready()
    lots = record_weighings(
        by=day.staff, weighings=[reading(day, 11_800), reading(day, 8_800, grade="B")]
    )
    assert lots[0] != lots[1]


def test_sending_a_reading_again_changes_nothing() -> None:
    day = ready()
    one = reading(day, 11_800)
    first = record_weighings(by=day.staff, weighings=[one])
    assert record_weighings(by=day.staff, weighings=[one, one]) == [first[0], first[0]]
    assert HarvestLot.objects.get().intake_qty == 10_000


@pytest.mark.parametrize("gross", [203_800, 3_800])
def test_a_weight_far_from_the_plan_is_asked_about_once(gross: int) -> None:
    day = ready()
    refusal = refusal_of(day, reading(day, gross))[0]
    assert refusal.code == "out-of-range"
    assert refusal.where["expected_qty"] == 20_000
    record_weighings(by=day.staff, weighings=[reading(day, gross, confirm=True)])


def test_somebody_who_was_not_asked_is_asked_about() -> None:
    day = ready()
    assert refusal_of(day, reading(day, 11_800, person_id=day.huey.pk))[0].code == "out-of-range"
    lot = record_weighings(
        by=day.staff, weighings=[reading(day, 11_800, person_id=day.huey.pk, confirm=True)]
    )[0]
    assert (lot.group, lot.planned_grade) == (day.other_group, "")


def test_readings_that_cannot_be_are_refused_with_all_their_reasons() -> None:
    day = ready()
    stranger = people.person("นอกกลุ่ม ตัวอย่าง")
    found = refusal_of(
        day,
        reading(day, 1_500),
        reading(day, 11_800, crates=0, person_id=stranger.pk),
        replace(reading(day, 0, crates=0, confirm=True), gross_g=200_000_000),
        WeighingInput(
            key=key(),
            cycle_id=day.cycle.pk,
            person_id=day.daeng.pk,
            product_id=goods.product("ไข่เป็ด").pk,
            grade="A",
        ),
    )
    assert [one.code for one in found] == ["tare", "no-group", "too-much", "empty"]


def test_an_unknown_crate_is_refused() -> None:
    day = ready()
    unknown = reading(day, 11_800, crates=0)
    unknown = replace(unknown, crates=((999_999, 1),))
    assert refusal_of(day, unknown)[0].code == "crate"


def test_pieces_are_counted_not_weighed() -> None:
    day = make_day()
    eggs = goods.product("ไข่เป็ด")
    day.offer((day.daeng, 1), product=eggs)
    day.cut_off()
    lot = record_weighings(
        by=day.staff,
        weighings=[reading(day, 0, crates=0, product_id=eggs.pk, pieces=12, confirm=True)],
    )[0]
    assert lot.intake_qty == 12


def test_before_the_run_nothing_can_be_weighed() -> None:
    day = make_day()
    assert refusal_of(day, reading(day, 11_800))[0].code == "not-intake"


def test_a_reading_is_reversed_once_and_never_rewritten() -> None:
    day = ready()
    lot = day.weigh(day.daeng, 20)
    weighing = lot.weighings.get()
    row = reverse_weighing(by=day.staff, weighing=weighing, reason="ผิดคน")
    assert reverse_weighing(by=day.staff, weighing=weighing, reason="ผิดคน") == row
    lot.refresh_from_db()
    assert (lot.intake_qty, lot.weighings.count()) == (0, 2)
    with pytest.raises(Refusal, match="กลับรายการอยู่แล้ว"):
        reverse_weighing(by=day.staff, weighing=row, reason="อีกที")
    with pytest.raises(DatabaseError), transaction.atomic():
        Weighing.objects.filter(pk=weighing.pk).update(net_qty=1)


def test_reversing_needs_a_reason_and_goods_that_are_still_here() -> None:
    day = ready()
    lot = day.weigh(day.daeng, 20)
    with pytest.raises(Refusal) as refusal:
        reverse_weighing(by=day.staff, weighing=lot.weighings.get(), reason=" ")
    assert refusal.value.code == "reason"
    day.weigh(day.somjai, 20)
    day.close()
    day.send()
    with pytest.raises(Refusal) as refusal:
        reverse_weighing(by=day.staff, weighing=lot.weighings.get(), reason="ผิดคน")
    assert refusal.value.code == "packed"


def test_a_reversal_after_closing_is_told_on() -> None:
    day = ready()
    lot = day.weigh(day.daeng, 20)
    day.close()
    told: list[LotCorrection] = []

    def listen(corrections: list[LotCorrection], by: User | None) -> None:
        told.extend(corrections)

    standing = hooks.lots_corrected[:]
    hooks.lots_corrected[:] = [listen]
    try:
        reverse_weighing(by=day.staff, weighing=lot.weighings.get(), reason="ผิดคน")
    finally:
        hooks.lots_corrected[:] = standing
    assert [(one.lot, one.before_qty, one.after_qty) for one in told] == [(lot, 20 * KG, 0)]


def test_what_comes_after_closing_is_a_lot_of_its_own() -> None:
    day = ready()
    first = day.weigh(day.daeng, 15)
    day.close()
    second = day.weigh(day.daeng, 5)
    assert first != second
    assert day.close().allocated_g == 20 * KG


def test_a_mixed_lot_names_everybody_and_counts_only_what_they_share() -> None:
    day = ready()
    one = MixedInput(
        key=key(),
        cycle_id=day.cycle.pk,
        group_id=day.group.pk,
        product_id=day.kale.pk,
        grade="A",
        parts=[(day.daeng.pk, 4 * KG), (day.somjai.pk, 6 * KG)],
    )
    lot = record_mixed(by=day.staff, lots=[one])[0]
    assert record_mixed(by=day.staff, lots=[one]) == [lot]
    assert (lot.kind, lot.intake_qty, lot.parts.count()) == ("mixed", 10 * KG, 2)
    for parts in ([], [(day.daeng.pk, 0)], [(day.daeng.pk, 1), (day.daeng.pk, 2)]):
        with pytest.raises(Refusal) as refusal:
            record_mixed(
                by=day.staff,
                lots=[
                    MixedInput(key(), day.cycle.pk, day.group.pk, day.kale.pk, "A", parts),
                ],
            )
        assert refusal.value.code == "parts"


def test_goods_bought_outside_name_vendor_and_cost() -> None:
    day = ready()
    one = OutsideInput(key(), day.cycle.pk, day.kale.pk, "A", 5 * KG, "แผงตัวอย่าง", 20_000)
    lot = buy_outside(by=day.staff, purchases=[one])[0]
    assert buy_outside(by=day.staff, purchases=[one]) == [lot]
    assert (lot.kind, lot.standards, lot.person, lot.group) == ("outside", [], None, None)
    for vendor, qty, cost, code in (
        (" ", 5, 5, "vendor"),
        ("แผง", 0, 5, "zero"),
        ("แผง", 5, 0, "zero"),
    ):
        with pytest.raises(Refusal) as refusal:
            buy_outside(
                by=day.staff,
                purchases=[OutsideInput(key(), day.cycle.pk, day.kale.pk, "A", qty, vendor, cost)],
            )
        assert refusal.value.code == code


def test_a_held_lot_is_let_go_again_and_a_closed_one_keeps_its_grade() -> None:
    day = ready()
    lot = day.weigh(day.daeng, 20)
    with pytest.raises(Refusal):
        hold_lots(by=day.staff, lots=[lot], reason="")
    assert hold_lots(by=day.staff, lots=[lot], reason="รอผลตรวจ")[0].state == "held"
    assert hold_lots(by=day.staff, lots=[lot], reason="อีกที") == []
    assert release_lots(by=day.staff, lots=[lot])[0].state == "open"
    day.close()
    with pytest.raises(Refusal) as refusal:
        regrade_lots(by=day.staff, lots=[lot], grade="B", reason="เล็ก")
    assert refusal.value.code == "closed"
