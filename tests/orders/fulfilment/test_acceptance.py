"""At the dock: what is taken, what goes back, who bears it; nothing by silence, nothing twice."""

from __future__ import annotations

from typing import Any

import pytest

from marketplace.accounts.models import User
from marketplace.common.exceptions import Refusal
from orders.fulfilment import hooks
from orders.fulfilment.balance import day_balance
from orders.fulfilment.exceptions import AlreadyRecorded, BeyondTolerance
from orders.fulfilment.models import (
    Acceptance,
    AcceptanceLine,
    CrateMovement,
    CrateType,
    Disposition,
    HarvestLot,
    Pack,
)
from orders.fulfilment.rules import LotPart, share_over_lots
from orders.fulfilment.services import (
    AcceptanceInput,
    DisposalInput,
    dispose_lots,
    record_acceptance,
)
from orders.models import Delivery, Line
from tests.support.fulfilment import KG, Day, key, make_day

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def sent() -> tuple[Day, Delivery, list[Line]]:
    """A delivery of 40 kg kale (of two growers) that has left."""
    day = make_day()
    day.offer((day.daeng, 20), (day.somjai, 20))
    line = day.order(40)
    day.cut_off()
    day.weigh(day.daeng, 20)
    day.weigh(day.somjai, 20)
    day.close()
    delivery = day.send()[0]
    return day, delivery, [line]


def refused(day: Day, delivery: Delivery, *lines: AcceptanceInput, **values: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        day.accept(delivery, lines, **values)
    assert not Acceptance.objects.exists()
    return refusal.value.code


def test_taking_all_closes_the_delivery_and_the_day() -> None:
    day, delivery, (line,) = sent()
    acceptance = day.accept(delivery, [AcceptanceInput(line.pk, 40 * KG)])
    row = acceptance.lines.get()
    assert (row.delivered_qty, row.accepted_qty, row.short_qty, row.over_qty) == (
        40_000,
        40_000,
        0,
        0,
    )
    assert sorted(row.lots.values_list("delivered_qty", "accepted_qty")) == [(20_000, 20_000)] * 2
    delivery.refresh_from_db()
    day.cycle.refresh_from_db()
    line.order.refresh_from_db()
    assert (delivery.state, day.cycle.state, line.order.status) == (
        "accepted",
        "accepted",
        "completed",
    )


def test_the_same_acceptance_posted_twice_stands_once() -> None:
    day, delivery, (line,) = sent()
    first = day.accept(delivery, [AcceptanceInput(line.pk, 40 * KG)])
    assert day.accept(delivery, [AcceptanceInput(line.pk, 40 * KG)]) == first
    with pytest.raises(AlreadyRecorded):
        day.accept(delivery, [AcceptanceInput(line.pk, 39 * KG)])
    assert AcceptanceLine.objects.get().accepted_qty == 40 * KG


def test_over_is_taken_within_the_buyers_tolerance_and_refused_above() -> None:
    day, delivery, (line,) = sent()
    with pytest.raises(BeyondTolerance):
        day.accept(delivery, [AcceptanceInput(line.pk, 42 * KG + 1)])
    row = day.accept(delivery, [AcceptanceInput(line.pk, 42 * KG)]).lines.get()
    assert (row.over_qty, row.difference_qty) == (2 * KG, 2 * KG)


def test_every_line_must_be_answered() -> None:
    day, delivery, (line,) = sent()
    assert refused(day, delivery) == "missing"
    assert refused(day, delivery, AcceptanceInput(line.pk, 30 * KG)) == "unexplained"
    assert refused(day, delivery, AcceptanceInput(line.pk, -1)) == "negative"
    assert (
        refused(day, delivery, AcceptanceInput(line.pk, 40 * KG), AcceptanceInput(0, 1))
        == "foreign-line"
    )


def test_less_within_the_scales_tolerance_needs_no_words() -> None:
    day, delivery, (line,) = sent()
    row = day.accept(delivery, [AcceptanceInput(line.pk, 39 * KG)]).lines.get()
    assert (row.difference_qty, row.short_qty) == (-1 * KG, 1 * KG)


def test_a_rejection_needs_a_cause_and_a_reason_and_no_more_than_came() -> None:
    day, delivery, (line,) = sent()
    assert refused(day, delivery, AcceptanceInput(line.pk, 30 * KG, 10 * KG)) == "cause"
    assert (
        refused(day, delivery, AcceptanceInput(line.pk, 30 * KG, 10 * KG, cause="quality"))
        == "cause"
    )
    assert (
        refused(day, delivery, AcceptanceInput(line.pk, 0, 41 * KG, "quality", "ช้ำ"))
        == "too-much-back"
    )
    assert (
        refused(
            day,
            delivery,
            AcceptanceInput(
                line.pk, 30 * KG, 0, "quality", "เล็ก", downgraded_qty=10 * KG, downgraded_grade="A"
            ),
        )
        == "grade"
    )


def test_a_rejection_comes_back_as_lots_of_its_growers_pro_rata() -> None:
    day, delivery, (line,) = sent()
    day.accept(delivery, [AcceptanceInput(line.pk, 30 * KG, 10 * KG, "quality", "ช้ำ")])
    back = HarvestLot.objects.filter(kind="returned").order_by("pk")
    assert [(lot.person, lot.intake_qty) for lot in back] == [
        (day.daeng, 5 * KG),
        (day.somjai, 5 * KG),
    ]
    assert all(lot.parent and lot.from_line == line and lot.held_reason == "ช้ำ" for lot in back)


def test_a_rejection_named_by_pack_falls_on_that_packs_lot() -> None:
    day, delivery, (line,) = sent()
    pack = Pack.objects.order_by("number")[0]
    grower = pack.lots.get().lot.person
    day.accept(
        delivery,
        [AcceptanceInput(line.pk, 38 * KG, 2 * KG, "quality", "หนอน", rejected_packs=(pack.code,))],
    )
    back = HarvestLot.objects.get(kind="returned")
    assert (back.person, back.intake_qty) == (grower, 2 * KG)


def test_a_downgrade_is_kept_apart_from_what_is_taken_in_full() -> None:
    day, delivery, (line,) = sent()
    row = day.accept(
        delivery,
        [
            AcceptanceInput(
                line.pk,
                30 * KG,
                0,
                "quality",
                "ใบเล็ก",
                downgraded_qty=10 * KG,
                downgraded_grade="B",
            )
        ],
    ).lines.get()
    assert (row.accepted_qty, row.downgraded_qty, row.accepted_grade) == (30_000, 10_000, "B")
    assert (row.taken_qty, row.short_qty) == (40_000, 0)
    assert sorted(row.lots.values_list("accepted_qty", "downgraded_qty")) == [(15_000, 5_000)] * 2


def test_lines_of_which_nothing_came_are_short_by_themselves() -> None:
    day = make_day()
    day.offer((day.daeng, 10))
    line = day.order(10)
    day.cut_off()
    day.close()
    delivery = day.send()[0]
    row = day.accept(delivery, []).lines.get()
    assert (row.line, row.delivered_qty, row.short_qty) == (line, 0, 10 * KG)


def test_before_it_left_nothing_is_accepted_and_nobody_accepts_without_a_name() -> None:
    day, delivery, (line,) = sent()
    taken = AcceptanceInput(line.pk, 40 * KG)
    assert refused(day, delivery, taken, receiver_name=" ") == "receiver"
    assert refused(day, delivery, taken, method=Acceptance.Method.DRIVER) == "signature"
    Delivery.objects.update(state="packed")
    assert refused(day, delivery, taken) == "not-dispatched"


def test_the_drivers_phone_keeps_the_signature_and_paper_needs_none(
    settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    day, delivery, (line,) = sent()
    acceptance = day.accept(
        delivery,
        [AcceptanceInput(line.pk, 40 * KG)],
        by=day.staff,
        method=Acceptance.Method.DRIVER,
        signature=b"\x89PNG",
    )
    with acceptance.signature.open("rb") as file:
        assert file.read() == b"\x89PNG"
    assert acceptance.by == day.staff


def test_crates_that_came_back_are_counted() -> None:
    day, delivery, (line,) = sent()
    crate = CrateType.objects.first()
    assert crate is not None
    day.accept(delivery, [AcceptanceInput(line.pk, 40 * KG)], crates_back={crate.pk: 3})
    assert CrateMovement.objects.get().back_count == 3


def test_upper_rooms_are_told_once_and_may_undo_it_by_failing() -> None:
    day, delivery, (line,) = sent()
    told: list[Acceptance] = []

    def listen(acceptances: list[Acceptance], by: User | None) -> None:
        told.extend(acceptances)
        if len(told) == 1:
            raise RuntimeError("power cut")

    standing = hooks.deliveries_accepted[:]
    hooks.deliveries_accepted[:] = [listen]
    try:
        with pytest.raises(RuntimeError):
            day.accept(delivery, [AcceptanceInput(line.pk, 40 * KG)])
        assert not Acceptance.objects.exists()
        day.accept(delivery, [AcceptanceInput(line.pk, 40 * KG)])
        day.accept(delivery, [AcceptanceInput(line.pk, 40 * KG)])
    finally:
        hooks.deliveries_accepted[:] = standing
    assert len(told) == 2


def test_the_day_balances_once_everything_has_gone_somewhere() -> None:
    day = make_day()
    day.offer((day.daeng, 20))
    line = day.order(20)
    day.cut_off()
    day.weigh(day.daeng, 21.3)
    day.close()
    delivery = day.send()[0]
    day.accept(delivery, [AcceptanceInput(line.pk, 18 * KG, 2 * KG, "handling", "รถร้อน")])
    row = day_balance(day.cycle)[0]
    assert (row.intake_qty, row.packed_qty, row.left_qty) == (21_300, 20_000, 1_300)
    assert (row.rejected_qty, row.back_left_qty, row.closes) == (2_000, 2_000, False)
    own = HarvestLot.objects.get(kind="own")
    back = HarvestLot.objects.get(kind="returned")
    given = [
        DisposalInput(own.pk, "returned_to_grower", 1_000, key()),
        DisposalInput(own.pk, "waste", 300, key(), "ตัดแต่ง"),
        DisposalInput(back.pk, "resold", 2_000, key(), "ขายหน้าศูนย์", value_satang=4_000),
    ]
    first = dispose_lots(by=day.staff, disposals=given)
    assert dispose_lots(by=day.staff, disposals=given) == first
    row = day_balance(day.cycle)[0]
    assert (row.left_qty, row.back_left_qty, row.closes) == (0, 0, True)
    assert (row.returned_qty, row.waste_qty) == (1_000, 300)
    own.refresh_from_db()
    assert own.state == "done"


@pytest.mark.parametrize(
    ("kind", "qty", "value", "code"),
    [
        ("waste", 21 * KG, 0, "too-much"),
        ("waste", 0, 0, "too-much"),
        ("resold", 1, 0, "value"),
        ("basket", 1, 5, "value"),
        ("eaten", 1, 0, "kind"),
    ],
)
def test_dispositions_that_cannot_be_are_refused(
    kind: str, qty: int, value: int, code: str
) -> None:
    day = make_day()
    day.offer((day.daeng, 20))
    day.order(20)
    day.cut_off()
    lot = day.weigh(day.daeng, 20)
    with pytest.raises(Refusal) as refusal:
        dispose_lots(
            by=day.staff, disposals=[DisposalInput(lot.pk, kind, qty, key(), value_satang=value)]
        )
    assert refusal.value.code == code
    assert not Disposition.objects.exists()


def test_held_goods_are_only_composted() -> None:
    day = make_day()
    day.offer((day.daeng, 20))
    day.order(20)
    day.cut_off()
    lot = day.weigh(day.daeng, 20)
    HarvestLot.objects.update(state="held")
    with pytest.raises(Refusal) as refusal:
        dispose_lots(by=day.staff, disposals=[DisposalInput(lot.pk, "basket", 1, key())])
    assert refusal.value.code == "held"
    dispose_lots(by=day.staff, disposals=[DisposalInput(lot.pk, "compost", 20 * KG, key())])


def test_parts_of_a_line_add_up_whatever_the_figures() -> None:
    import random

    chance = random.Random(2570)
    for _case in range(300):
        lots = {n: chance.randrange(1, 50) for n in range(chance.randrange(1, 5))}
        total = sum(lots.values())
        rejected = chance.randrange(0, total + 1)
        downgraded = chance.randrange(0, total - rejected + 1)
        accepted = chance.randrange(0, total - rejected - downgraded + 3)
        named = {n: q for n, q in lots.items() if chance.random() < 0.4}
        parts = share_over_lots(
            lots, accepted=accepted, downgraded=downgraded, rejected=rejected, named=named
        )
        assert sum(part.accepted for part in parts.values()) == accepted
        assert sum(part.downgraded for part in parts.values()) == downgraded
        assert sum(part.rejected for part in parts.values()) == rejected
        assert all(parts[n].delivered == q for n, q in lots.items())
        assert all(part.rejected <= part.delivered for part in parts.values())


def test_a_rejection_by_pack_spills_over_by_weight() -> None:
    parts = share_over_lots({1: 10, 2: 10}, accepted=8, downgraded=0, rejected=12, named={1: 10})
    assert parts == {1: LotPart(10, 0, 0, 10), 2: LotPart(10, 8, 0, 2)}


def test_the_hub_types_in_the_signed_paper() -> None:
    day, delivery, (line,) = sent()
    acceptance = record_acceptance(
        by=day.staff,
        delivery=delivery,
        method=Acceptance.Method.PAPER,
        receiver_name="วิภา ตัวอย่าง",
        lines=[AcceptanceInput(line.pk, 40 * KG)],
    )
    assert acceptance.method == "paper"
