"""What agreements say of a person goes with her data, as far as no other law keeps the paper."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given
from hypothesis import strategies as st

from marketplace.common import clock
from marketplace.cycles.hooks import periodic_jobs
from marketplace.parties.services import (
    PayoutAccountInput,
    blank_person,
    leave_group,
)
from orders.settlement.models import Deduction, PayeeConsent
from orders.settlement.rules import BLANKED, kept_until, may_blank
from orders.settlement.services import (
    ConsentInput,
    DeductionInput,
    agree_deduction,
    end_deduction,
    set_payee,
)
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, MONDAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

LATER = FIRST_DAY + dt.timedelta(days=8)
PAPER = "หนังสือยินยอม นางแดง ตัวอย่าง"


@pytest.fixture
def market() -> Money:
    """ป้าแดง is owed 560 baht, paid to her daughter's account; she saves 20 with every payment."""
    made = money.make_money()
    made.accepted(20)
    set_payee(
        by=made.treasurer,
        account=PayoutAccountInput(
            method="bank",
            person=made.day.daeng,
            bank="ธนาคารตัวอย่าง",
            number="1112223334",
            holder_name="นก ตัวอย่าง",
        ),
        consent=ConsentInput("ลูกสาวชื่อนก", PAPER, MONDAY),
    )
    clock.set_clock(at(LATER))
    return made


def saving(market: Money) -> Deduction:
    return agree_deduction(
        by=market.treasurer,
        wanted=DeductionInput(
            key=uuid4().hex,
            kind="saving",
            person=market.day.daeng,
            group=market.day.group,
            what="หุ้นของแดง",
            satang=None,
            paper=PAPER,
            signed_on=MONDAY,
            instalment_satang=2_000,
        ),
    )


def blank(market: Money) -> None:
    leave_group(
        by=market.day.staff,
        group=market.day.group,
        persons=[market.day.daeng],
        until=clock.today(),
    )
    blank_person(by=market.day.staff, person=market.day.daeng, reason="เจ้าตัวขอ")


def words() -> list[str]:
    return [
        *(text for row in PayeeConsent.objects.all() for text in (row.relation, row.paper)),
        *(text for row in Deduction.objects.all() for text in (row.what, row.paper)),
    ]


def test_what_backed_no_payment_goes_at_once_with_the_person(market: Money) -> None:
    end_deduction(by=market.treasurer, deduction=saving(market), reason="ลาออก")
    blank(market)
    assert words() == [BLANKED] * 4
    consent = PayeeConsent.objects.get()
    assert (consent.signed_on, consent.blanked_at) == (MONDAY, clock.now())
    assert money.failing() == []


def test_the_papers_behind_payments_are_kept_as_long_as_the_accounts(market: Money) -> None:
    agreed = saving(market)
    batch = market.paid_batch()
    assert batch.total_satang == 54_000
    end_deduction(by=market.treasurer, deduction=agreed, reason="ลาออก")
    blank(market)
    assert words() == ["ลูกสาวชื่อนก", PAPER, "หุ้นของแดง", PAPER]
    job = periodic_jobs["settlement.blank_words"].run
    clock.set_clock(at(LATER.replace(year=2033)))
    assert job() == 0
    clock.set_clock(at(LATER.replace(year=2033) + dt.timedelta(days=1)))
    assert job() == 2
    assert words() == [BLANKED] * 4
    assert job() == 0


def test_an_agreement_that_still_runs_keeps_its_paper(market: Money) -> None:
    saving(market)
    blank(market)
    assert words() == [BLANKED, BLANKED, "หุ้นของแดง", PAPER]


def test_nobody_elses_words_go_and_none_are_rewritten(market: Money) -> None:
    agreed = saving(market)
    periodic_jobs["settlement.blank_words"].run()
    assert PAPER in words()
    for rows, values in (
        (PayeeConsent.objects.all(), {"paper": "อื่น"}),
        (PayeeConsent.objects.all(), {"paper": BLANKED}),
        (PayeeConsent.objects.all(), {"paper": "อื่น", "blanked_at": clock.now()}),
        (PayeeConsent.objects.all(), {"signed_on": LATER}),
        (Deduction.objects.filter(pk=agreed.pk), {"what": "อื่น"}),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.update(**values)  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError), transaction.atomic():
        PayeeConsent.objects.all()._raw_delete("default")  # type: ignore[attr-defined]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2090, 1, 1)), st.integers(0, 4_000))
def test_papers_are_kept_five_years_after_any_closing_of_the_books(
    paid: dt.date, later: int
) -> None:
    until = kept_until(paid)
    assert until is not None
    # Whichever month closes the year of the payment, five more years fit.
    assert (until - paid).days >= 6 * 365
    day = paid + dt.timedelta(days=later)
    assert may_blank(paid, day) == (day > until)
    assert may_blank(None, day)
