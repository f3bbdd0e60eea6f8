"""Gathering what is due in the database: the same as adding up amount by amount."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marketplace.common import clock
from marketplace.parties.models import FarmerGroup
from orders.settlement.models import Owed, PayoutOwed
from orders.settlement.services import due_of, make_batch, owed_in
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

Plan = Sequence[tuple[int, int, bool]]
"""Per owed amount: whose (0 nobody's), satang, whether it is due."""


@pytest.fixture
def market() -> Money:
    made = money.make_money()
    clock.set_clock(at(FIRST_DAY + dt.timedelta(days=8)))
    return made


def one_by_one(rows: Sequence[Owed], *, straight: bool) -> dict[int, tuple[int, set[int]]]:
    """The rule in words: add up every amount per payee; nobody is paid nothing or less."""
    found: dict[int, tuple[int, set[int]]] = {}
    for row in rows:
        key = (row.person_id or 0) if straight else 0
        satang, owed = found.get(key, (0, set()))
        found[key] = (satang + row.satang, owed | {row.pk})
    return {key: pair for key, pair in found.items() if pair[0] > 0}


@given(
    plan=st.lists(
        st.tuples(
            st.integers(0, 2), st.integers(-3_000, 9_000).filter(lambda n: n != 0), st.booleans()
        ),
        max_size=10,
    ),
    straight=st.booleans(),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_batch_gathers_what_adding_up_one_by_one_says(
    market: Money, plan: Plan, straight: bool
) -> None:
    with transaction.atomic():
        _compare(market, plan, straight=straight)
        transaction.set_rollback(True)


def _compare(market: Money, plan: Plan, *, straight: bool) -> None:
    FarmerGroup.objects.update(paid_to_members=straight)
    group = FarmerGroup.objects.get(pk=market.day.group.pk)
    growers = [None, market.day.daeng, market.day.somjai]
    today = FIRST_DAY + dt.timedelta(days=8)
    lot = money.owed_to(market.day.daeng, group, market.day.cycle, 1).lot
    Owed.objects.bulk_create(
        Owed(
            key=f"plan-{number}",
            kind="intake",
            group=group,
            person=growers[whose],
            lot=lot,
            day=FIRST_DAY,
            qty=1,
            price_satang=1,
            satang=satang,
            due_day=today if due else None,
            journal_key="plan",
        )
        for number, (whose, satang, due) in enumerate(plan)
    )
    ready = [row for row in Owed.objects.all() if row.due_day or row.satang < 0]
    expected = one_by_one(ready, straight=straight)
    dues = due_of(until=today)
    assert {
        (one.person.pk if one.person else 0): (one.gross_satang, {row.pk for row in owed_in(one)})
        for one in dues
    } == expected
    assert [one.lots for one in dues] == [len(owed_in(one)) for one in dues]


@pytest.mark.parametrize("straight", [True, False])
def test_every_amount_of_a_batch_lies_in_its_payees_payment(market: Money, straight: bool) -> None:
    FarmerGroup.objects.update(paid_to_members=straight)
    group = FarmerGroup.objects.get(pk=market.day.group.pk)
    for person, satang in [
        (market.day.daeng, 5_000),
        (market.day.somjai, 2_000),
        (market.day.daeng, -700),
    ]:
        money.owed_to(person, group, market.day.cycle, satang)
    if straight:
        market.account_for(market.day.daeng)
    else:
        account_of(group)
    batch = make_batch(by=market.treasurer)
    rows = PayoutOwed.objects.filter(item__batch=batch, stands=True)
    assert sum(row.owed.satang for row in rows) == batch.total_satang
    assert batch.total_satang == (4_300 if straight else 6_300)
    # The neighbour without an account waits; her amounts lie in no payment.
    assert {row.owed.person_id for row in rows} == (
        {market.day.daeng.pk}
        if straight
        else {
            market.day.daeng.pk,
            market.day.somjai.pk,
        }
    )


def account_of(group: FarmerGroup) -> None:
    from marketplace.parties.services import PayoutAccountInput, set_payout_accounts

    set_payout_accounts(
        by=None,
        accounts=[
            PayoutAccountInput(
                method="bank",
                group=group,
                bank="ธนาคารตัวอย่าง",
                number="1112223334",
                holder_name=group.name,
            )
        ],
    )
