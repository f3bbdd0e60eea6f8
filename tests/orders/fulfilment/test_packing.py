"""Packs name their lots and keep apart what must not be mixed; the note says what left."""

from __future__ import annotations

import pytest

from marketplace.common.exceptions import Refusal
from marketplace.parties.models import OutsideGoods
from orders.fulfilment.models import CrateMovement, CrateType, DeliveryNote, HarvestLot, Pack
from orders.fulfilment.rules import PackedLot, fill_packs
from orders.fulfilment.services import (
    OutsideInput,
    buy_outside,
    dispatch,
    hold_lots,
    pack_deliveries,
    reverse_weighing,
)
from orders.models import Delivery
from tests.support.fulfilment import KG, Day, key, make_day

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def contents() -> list[set[int]]:
    return [{part.lot_id for part in pack.lots.all()} for pack in Pack.objects.order_by("pk")]


def packed(day: Day) -> list[Pack]:
    return pack_deliveries(by=day.staff, deliveries=day.deliveries())


def test_packs_hold_at_most_twenty_kilograms_and_add_up() -> None:
    day = make_day()
    day.offer((day.daeng, 30), (day.somjai, 30))
    line = day.order(50)
    day.cut_off()
    day.weigh(day.daeng, 30)
    day.weigh(day.somjai, 30)
    day.close()
    packs = packed(day)
    assert [(pack.number, pack.qty) for pack in packs] == [(1, 20 * KG), (2, 20 * KG), (3, 10 * KG)]
    assert all(sum(part.qty for part in pack.lots.all()) == pack.qty for pack in packs)
    assert Delivery.objects.get(pk=line.delivery_id).state == "packed"
    assert packed(day) == packs


def test_pgs_goods_never_share_a_pack_with_others() -> None:
    day = make_day()
    day.certify("PGS")
    day.offer((day.daeng, 6), standards=["PGS"])
    day.offer((day.huey, 6), group=day.other_group)
    day.order(12)
    day.cut_off()
    one, other = day.weigh(day.daeng, 6), day.weigh(day.huey, 6)
    day.close()
    packed(day)
    assert contents() == [{one.pk}, {other.pk}]
    assert one.standards == ["PGS"]


def test_goods_bought_outside_have_packs_of_their_own_and_the_note_says_so() -> None:
    day = make_day()
    day.hospital.outside_goods = OutsideGoods.ALWAYS
    day.hospital.save()
    day.offer((day.daeng, 6))
    line = day.order(12)
    day.cut_off()
    day.weigh(day.daeng, 6)
    buy_outside(
        by=day.staff,
        purchases=[OutsideInput(key(), day.cycle.pk, day.kale.pk, "A", 6 * KG, "แผง", 20_000)],
    )
    day.close()
    packed(day)
    assert [pack.outside for pack in Pack.objects.order_by("pk")] == [False, True]
    note = dispatch(by=day.staff, deliveries=day.deliveries())[0]
    row = note.content["lines"][0]
    assert (row["line"], row["delivered_qty"], row["outside_qty"]) == (line.pk, 12 * KG, 6 * KG)


def test_what_expires_first_is_packed_first() -> None:
    parts = [
        PackedLot(1, 30, "2027-01-14", "x"),
        PackedLot(2, 30, "2027-01-12", "x"),
        PackedLot(3, 10, "2027-01-13", "y"),
    ]
    assert fill_packs(parts, 40) == [[(2, 30), (1, 10)], [(1, 20)], [(3, 10)]]


def test_packing_waits_for_intake() -> None:
    day = make_day()
    day.offer((day.daeng, 6))
    day.order(6)
    with pytest.raises(Refusal) as refusal:
        packed(day)
    assert refusal.value.items[0].code == "wrong-state"  # type: ignore[attr-defined]
    day.cut_off()
    with pytest.raises(Refusal) as refusal:
        packed(day)
    assert refusal.value.items[0].code == "intake-open"  # type: ignore[attr-defined]


def test_a_lot_that_was_held_or_taken_back_since_is_not_packed() -> None:
    day = make_day()
    day.offer((day.daeng, 6))
    day.order(6)
    day.cut_off()
    lot = day.weigh(day.daeng, 6)
    day.close()
    hold_lots(by=day.staff, lots=[lot], reason="รอผลตรวจ")
    with pytest.raises(Refusal, match="รอผลตรวจ"):
        packed(day)
    HarvestLot.objects.update(state="open")
    reverse_weighing(by=day.staff, weighing=lot.weighings.get(), reason="ผิดคน")
    with pytest.raises(Refusal) as refusal:
        packed(day)
    assert refusal.value.items[0].code == "changed"  # type: ignore[attr-defined]
    assert not Pack.objects.exists()


def test_a_delivery_leaves_with_its_note_and_crates() -> None:
    day = make_day()
    day.offer((day.daeng, 6))
    day.order(6)
    day.cut_off()
    day.weigh(day.daeng, 6)
    day.close()
    with pytest.raises(Refusal) as refusal:
        dispatch(by=day.staff, deliveries=day.deliveries())
    assert refusal.value.items[0].code == "not-packed"  # type: ignore[attr-defined]
    packed(day)
    crate = CrateType.objects.first()
    assert crate is not None
    delivery = day.deliveries()[0]
    out = {delivery.pk: {crate.pk: 2}}
    note = dispatch(by=day.staff, deliveries=[delivery], crates_out=out, driver="บังดล ตัวอย่าง")[0]
    assert dispatch(by=day.staff, deliveries=[delivery], crates_out=out) == [note]
    assert note.content["crates"] == [{"name": crate.name_th, "out": 2}]
    assert CrateMovement.objects.get().out_count == 2
    day.cycle.refresh_from_db()
    assert (day.deliveries()[0].state, day.cycle.state) == ("dispatched", "dispatched")


def test_a_buyer_that_needs_a_po_gets_nothing_without_its_number() -> None:
    day = make_day()
    day.hospital.requires_po = True
    day.hospital.save()
    day.offer((day.daeng, 6))
    day.order(6)
    day.cut_off()
    day.weigh(day.daeng, 6)
    day.close()
    packed(day)
    with pytest.raises(Refusal) as refusal:
        dispatch(by=day.staff, deliveries=day.deliveries())
    assert refusal.value.items[0].code == "no-po"  # type: ignore[attr-defined]
    assert not DeliveryNote.objects.exists()
