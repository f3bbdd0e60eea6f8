"""A correction larger than what is owed: it is never refused, and the next payment is so much less."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.common import clock
from marketplace.cycles.services import close_due_cycles, open_cycles
from orders.fulfilment.models import CrateType, Weighing
from orders.fulfilment.services import (
    DisposalInput,
    WeighingInput,
    close_intake,
    dispose_lots,
    record_weighings,
    reverse_weighing,
)
from orders.invoicing import accounts
from orders.invoicing.services import issue_credit_note
from orders.invoicing.services.changes import changeable_lines
from orders.settlement.services import due_of
from orders.settlement.statements import statement
from tests.support import money
from tests.support.fulfilment import key
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, KG, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

LATER = FIRST_DAY + dt.timedelta(days=8)
NEXT = FIRST_DAY + dt.timedelta(days=14)
KILO = 2_800
"""What a grower is paid for a kilogram, satang."""


@pytest.fixture
def market() -> Money:
    """ป้าแดง brought 20 kilograms that nobody ordered, bought at the scale."""
    made = money.make_money()
    made.day.cut_off()
    made.day.weigh(made.day.daeng, 20)
    made.day.close()
    made.account_for(made.day.daeng)
    clock.set_clock(at(LATER))
    return made


def overpaid(market: Money) -> int:
    """What ป้าแดง was paid beyond what turned out to be owed, satang."""
    return money.balance(accounts.advance(market.day.group, market.day.daeng).code)


def owed(market: Money) -> int:
    return money.payable(market.day.daeng, market.day.group)


def give_back(market: Money, kilos: int) -> None:
    dispose_lots(
        by=market.day.staff,
        disposals=[
            DisposalInput(money.lot().pk, "returned_to_grower", kilos * KG, key(), "ใบเหลือง")
        ],
    )


def bring_next_week(market: Money, kilos: int) -> None:
    """She brings more on a later delivery day."""
    (cycle,) = open_cycles(by=None, hub=market.day.cycle.hub, days=[NEXT])
    clock.set_clock(at(NEXT - dt.timedelta(days=1), 18))
    close_due_cycles()
    clock.set_clock(at(NEXT, 4))
    crate = CrateType.objects.get(name_th="ตะกร้าเขียว")
    weighing = WeighingInput(
        key=key(),
        cycle_id=cycle.pk,
        person_id=market.day.daeng.pk,
        product_id=market.day.kale.pk,
        grade="A",
        crates=((crate.pk, 1),),
        gross_g=kilos * KG + crate.tare_g,
        confirm=True,
    )
    record_weighings(by=market.day.staff, weighings=[weighing])
    close_intake(cycle=cycle, by=market.day.staff)
    clock.set_clock(at(NEXT + dt.timedelta(days=20)))


def due(market: Money) -> int:
    """What the next payment would bring her, satang."""
    return sum(one.satang for one in due_of(until=LATER + dt.timedelta(days=60)))


def test_a_weighing_taken_back_after_the_payout_is_owed_by_the_grower(market: Money) -> None:
    market.paid_batch()
    assert (owed(market), overpaid(market)) == (0, 0)
    reverse_weighing(by=market.day.staff, weighing=Weighing.objects.get(), reason="ชั่งผิดคน")
    assert (owed(market), overpaid(market)) == (0, 20 * KILO)
    assert due(market) == 0
    assert money.failing() == []


def test_a_lot_returned_after_the_payout_stands_on_her_statement_as_carried(market: Money) -> None:
    market.paid_batch()
    give_back(market, 5)
    assert (owed(market), overpaid(market)) == (0, 5 * KILO)
    hers = statement(first=FIRST_DAY, last=LATER, person=market.day.daeng)
    assert hers.closing_satang == -5 * KILO
    assert money.failing() == []


@pytest.mark.parametrize("back", [8, 20])
def test_what_was_overpaid_is_taken_from_the_next_payment(market: Money, back: int) -> None:
    market.paid_batch()
    give_back(market, back)
    bring_next_week(market, 10)
    assert due(market) == max(0, 10 - back) * KILO
    if back < 10:
        market.paid_batch(LATER + dt.timedelta(days=60))
        assert (owed(market), overpaid(market)) == (0, 0)
    else:
        assert owed(market) - overpaid(market) == (10 - back) * KILO
    assert money.failing() == []


def test_a_credit_note_after_payment_and_payout_leaves_the_grower_alone() -> None:
    market = money.make_money()
    market.accepted(20)
    bill = market.bill()
    market.account_for(market.day.daeng)
    clock.set_clock(at(LATER))
    market.paid_batch()
    (line,) = changeable_lines(bill)
    issue_credit_note(
        by=market.treasurer, bill=bill, values={line.row.pk: line.left_satang}, reason="ส่งผิด"
    )
    assert (owed(market), overpaid(market)) == (0, 0)
    bill.refresh_from_db()
    assert bill.open_satang == 0
    assert money.failing() == []


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    acts=st.lists(st.one_of(st.just(0), st.integers(1, 12)), min_size=1, max_size=6),
)
def test_paid_and_corrected_in_any_order_she_keeps_exactly_her_due(
    market: Money, acts: list[int]
) -> None:
    """0 pays what is due; a number takes so many kilograms back. No account is ever below zero."""
    mark = transaction.savepoint()
    left = 20
    paid = 0
    for act in acts:
        if act == 0:
            if due(market):
                market.paid_batch()
                paid = left
        elif act <= left:
            give_back(market, act)
            left -= act
        assert (owed(market), overpaid(market)) == (
            max(0, left - paid) * KILO,
            max(0, paid - left) * KILO,
        )
    assert money.failing() == []
    transaction.savepoint_rollback(mark)
