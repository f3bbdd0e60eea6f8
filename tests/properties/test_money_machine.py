"""Any sequence of a treasurer's acts: after each one every account is what a few lines of plain
arithmetic say, every registered check holds, and nothing posted before has changed.

`LUANGNA_MACHINE=examples,steps` runs it longer, for instance `LUANGNA_MACHINE=200,40`.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule, run_state_machine_as_test

from marketplace.common.exceptions import Refusal
from marketplace.ledger.exceptions import KeyUsed, NotReversible, PeriodClosed
from marketplace.ledger.periods import close_month, closed_until, reopen_month
from marketplace.ledger.services import post, reverse
from orders.fulfilment.models import Acceptance
from orders.fulfilment.services import AcceptanceInput
from orders.gateway.models import StripeEvent
from orders.gateway.services import process_events, push_payment, receive_event, start_payment
from orders.invoicing import accounts
from orders.invoicing.exceptions import NothingToBill, TooMuchForDocument
from orders.invoicing.models import Document
from orders.invoicing.services import issue_bills, issue_credit_note
from orders.invoicing.services.changes import changeable_lines
from orders.models import Delivery
from orders.reconciliation.models import Application, BankRow
from orders.reconciliation.services import (
    ApplicationInput,
    apply_row,
    match_automatically,
    undo_application,
)
from orders.settlement.exceptions import FloatOpen, FloatShort, NoFloat, NothingDue, SamePerson
from orders.settlement.models import CashFloat, PayoutBatch
from orders.settlement.services import (
    approve_batch,
    cancel_batch,
    close_float,
    fail_item,
    make_batch,
    open_float,
    pay_batch,
    pay_cash,
)
from tests.support.ordering import FIRST_DAY, KG
from tests.support.treasury import (
    GOODS,
    KILO,
    STRIPE,
    Books,
    a_full_van,
    bills,
    by_hand,
    one_of,
)

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

EXAMPLES, STEPS = map(int, os.environ.get("LUANGNA_MACHINE", "10,15").split(","))
PICK = st.integers(0, 30)


class Treasury(Books):
    """A hospital's money in, a grower's money out, and the bank between them."""

    def sent_out(self) -> list[Delivery]:
        """Deliveries that nobody accepted yet."""
        done = Acceptance.objects.values("delivery")
        return list(Delivery.objects.exclude(pk__in=done).order_by("pk"))

    def asked(self) -> int:
        """The most that is open on one bill, satang."""
        return max((bill.open_satang for bill in bills()), default=0)

    def standing(self) -> list[Application]:
        """What rows were applied to, payouts left out."""
        found = Application.objects.filter(undone_at=None).exclude(kind="payout")
        return list(found.order_by("pk"))

    # ---- goods and bills -------------------------------------------------------------------------

    @precondition(lambda self: self.sent_out() and closed_until() is None)
    @rule(pick=PICK, kilos=st.integers(0, 20))
    def accept(self, pick: int, kilos: int) -> None:
        delivery = one_of(self.sent_out(), pick)
        assert delivery is not None
        line = delivery.lines.get()
        self.market.day.accept(
            delivery,
            [
                AcceptanceInput(
                    line_id=line.pk,
                    accepted_qty=kilos * KG,
                    rejected_qty=(20 - kilos) * KG,
                    cause="handling" if kilos < 20 else "",
                    reason="ตัวอย่าง" if kilos < 20 else "",
                )
            ],
        )
        self.moves(kilos * KILO, debit=self.unbilled, credit=GOODS)

    @precondition(lambda self: self.model[self.unbilled] > 0)
    @rule()
    def bill(self) -> None:
        waiting = self.model[self.unbilled]

        def act() -> list[Document]:
            return issue_bills(
                by=self.market.treasurer, buyer=self.market.day.hospital, month=FIRST_DAY
            )

        assert sum(bill.total_satang for bill in act()) == waiting
        self.moves(waiting, debit=self.receivable, credit=self.unbilled)
        self.refused(NothingToBill, act=act)

    @rule(pick=PICK, satang=st.integers(1, 90_000))
    def credit_note(self, pick: int, satang: int) -> None:
        bill = one_of(bills(), pick)
        if bill is None:
            return
        line = one_of([one for one in changeable_lines(bill) if one.left_satang], pick)
        if line is None:
            return
        taken, applied = min(satang, line.left_satang), min(satang, line.left_satang)
        applied = min(applied, bill.open_satang)
        issue_credit_note(
            by=self.market.treasurer, bill=bill, values={line.row.pk: taken}, reason="ตัวอย่าง"
        )
        self.moves(applied, debit="claims", credit=self.receivable)
        self.moves(taken - applied, debit="claims", credit=self.deposit)

    # ---- the bank --------------------------------------------------------------------------------

    @rule(
        amounts=st.lists(st.sampled_from([10_000, 10_000, 84_000, 4_200]), min_size=1, max_size=3),
        overlap=st.integers(0, 3),
    )
    def money_arrives(self, amounts: list[int], overlap: int) -> None:
        self.tell(*((satang, "โอน") for satang in amounts), overlap=overlap)

    @precondition(lambda self: self.files)
    @rule(pick=PICK)
    def the_same_file_again(self, pick: int) -> None:
        if (data := one_of(self.files, pick)) is not None:
            self.read(data)

    @precondition(lambda self: self.asked() > 1)
    @rule(pick=PICK, off=st.sampled_from([0, 0, 1, -1]), twice=st.booleans())
    def a_reference_arrives(self, pick: int, off: int, twice: bool) -> None:
        bill = one_of([one for one in bills() if one.open_satang > 1], pick)
        if bill is None:
            return
        paid = bill.open_satang
        rows = self.tell(*[(paid + off, bill.reference)] * (2 if twice else 1))
        made = match_automatically(account=self.market.bank)
        mine = [one for one in made if one.row_id in {row.pk for row in rows}]
        assert len(mine) == (0 if off else 1)
        assert match_automatically(account=self.market.bank) == []
        for one in made:
            assert one.document is not None
            assert one.document.reference in one.row.description
            assert (one.satang, one.withheld_satang) == (one.row.in_satang, 0)
            self.moves(one.satang, debit=self.bank, credit=self.receivable)

    @precondition(lambda self: any(satang > 0 for satang, _words in self.told))
    @rule(
        pick=PICK,
        satang=st.integers(1, 90_000),
        to=st.sampled_from(["bill", "deposit", "suspense"]),
    )
    def apply(self, pick: int, satang: int, to: str) -> None:
        row = one_of([one for one in BankRow.objects.order_by("pk") if one.in_satang], pick)
        if row is None:
            return
        bill = one_of(bills(), pick) if to == "bill" else None
        if to == "bill" and bill is None:
            return
        part = ApplicationInput(
            satang,
            document=bill,
            kind="" if bill else to,
            buyer=self.market.day.hospital if to == "deposit" else None,
        )

        def act() -> list[Application]:
            return apply_row(by=self.market.treasurer, row=row, applications=[part])

        if satang > row.open_satang:
            self.refused(Refusal, act=act)
        elif bill is not None and satang > bill.open_satang:
            self.refused(TooMuchForDocument, act=act)
        else:
            act()
            against = {"bill": self.receivable, "deposit": self.deposit}
            self.moves(satang, debit=self.bank, credit=against.get(to, accounts.SUSPENSE))

    @precondition(lambda self: self.standing())
    @rule(pick=PICK)
    def undo(self, pick: int) -> None:
        one = one_of(self.standing(), pick)
        assert one is not None
        for _turn in range(2):
            undo_application(by=self.market.treasurer, application=one, reason="ตัวอย่าง")
        against = {"bill": self.receivable, "deposit": self.deposit}
        self.moves(one.satang, debit=against.get(one.kind, accounts.SUSPENSE), credit=self.bank)

    # ---- Stripe ----------------------------------------------------------------------------------

    @precondition(lambda self: self.asked() >= 2_000)
    @rule(pick=PICK, order=st.lists(PICK, min_size=2, max_size=5))
    def pay_by_stripe(self, pick: int, order: list[int]) -> None:
        bill = one_of([one for one in bills() if one.open_satang >= 2_000], pick)
        if bill is None:
            return
        satang, fees, before = bill.open_satang, self.fees(), len(self.fake.events)
        started = start_payment(
            by=None,
            document=bill,
            method="promptpay",
            email="finance@example.com",
            return_url="https://market.example/bills/",
        )
        started = push_payment(payment=started)
        self.fake.scan(started.intent_id)
        sent = self.fake.events[before:]
        for number in [*order, *range(len(sent))]:  # repeated and out of order, none lost
            body, signed = self.fake.message(sent[number % len(sent)])
            receive_event(body=body, signature=signed)
            process_events(events=list(StripeEvent.objects.order_by("pk")))
        self.moves(satang, debit=STRIPE, credit=self.receivable)
        self.moves(self.fees() - fees, debit="fee:stripe", credit=STRIPE)

    # ---- the grower ------------------------------------------------------------------------------

    @rule(sent=st.sampled_from(["approved", "sent", "confirmed", "failed", "cancelled"]))
    def pay_by_batch(self, sent: str) -> None:
        first, second = self.market.treasurer, self.market.second
        if not self.owed() - self.gathered():
            self.refused(NothingDue, act=lambda: make_batch(by=first))
            return
        batch = make_batch(by=first)
        satang = batch.total_satang
        assert satang == self.owed()
        self.refused(SamePerson, act=lambda: approve_batch(by=first, batch=batch))
        self.refused(Refusal, act=lambda: pay_batch(by=first, batch=batch))
        if sent == "cancelled":
            cancel_batch(by=first, batch=batch, reason="ตัวอย่าง")
            return
        approve_batch(by=second, batch=batch)
        if sent == "approved":
            return
        self.send(batch)
        if sent == "failed":
            for _turn in range(2):
                fail_item(by=first, item=batch.items.get(), reason="ตัวอย่าง")
            self.moves(satang, debit=accounts.PAYOUT_TRANSIT, credit=self.payable)
        elif sent == "confirmed":
            (row,) = self.tell((-satang, "โอนออก"))
            for _turn in range(2):
                pay_batch(by=first, batch=batch, row=row)
            self.moves(satang, debit=accounts.PAYOUT_TRANSIT, credit=self.bank)

    @precondition(lambda self: PayoutBatch.objects.filter(state="approved").exists())
    @rule()
    def send_what_was_approved(self) -> None:
        batch = PayoutBatch.objects.filter(state="approved").first()
        if batch is not None:
            self.send(batch)

    @rule(satang=st.sampled_from([50_000, 200_000]))
    def open_cash(self, satang: int) -> None:
        def act() -> CashFloat:
            return open_float(
                by=self.market.treasurer, counted_satang=satang, withdrawn_satang=satang
            )

        if CashFloat.objects.filter(is_open=True).exists():
            self.refused(FloatOpen, act=act)
            return
        act()
        self.moves(satang, debit=accounts.FLOAT, credit=accounts.CASH_TRANSIT)

    @rule()
    def pay_in_cash(self) -> None:
        first, daeng, key = self.market.treasurer, self.market.day.daeng, self.key()

        def act() -> object:
            return pay_cash(by=first, payee=daeng, key=key, signed_by="แดง ตัวอย่าง")

        due = self.owed() - self.gathered()
        if not CashFloat.objects.filter(is_open=True).exists():
            self.refused(NoFloat, act=act)
        elif not due:
            self.refused(NothingDue, act=act)
        elif due > self.model[accounts.FLOAT]:
            self.refused(FloatShort, act=act)
        else:
            assert act() == act()
            self.moves(due, debit=self.payable, credit=accounts.FLOAT)

    @precondition(lambda self: CashFloat.objects.filter(is_open=True).exists())
    @rule(missing=st.integers(0, 500))
    def count_cash(self, missing: int) -> None:
        held = CashFloat.objects.filter(is_open=True).first()
        if held is None:
            return
        left = self.model[accounts.FLOAT]
        counted = max(0, left - missing)

        def count(by: Any) -> object:
            return close_float(by=by, cash_float=held, counted_satang=counted, note="ตัวอย่าง")

        self.refused(SamePerson, act=lambda: count(self.market.treasurer))
        count(self.market.second)
        self.moves(counted, debit=accounts.SAFE, credit=accounts.FLOAT)
        self.moves(left - counted, debit=accounts.CASH_DIFFERENCE, credit=accounts.FLOAT)

    # ---- the books -------------------------------------------------------------------------------

    @rule(satang=st.integers(1, 10**12), undone=st.booleans())
    def by_hand(self, satang: int, undone: bool) -> None:
        key = self.key()
        (made,) = post(by=None, journals=[by_hand(key, satang)])
        assert post(by=None, journals=[by_hand(key, satang)]) == [made]
        self.refused(KeyUsed, act=lambda: post(by=None, journals=[by_hand(key, satang + 1)]))
        if not undone:
            self.moves(satang, debit="cash:difference", credit="rounding")
            return
        (back,) = reverse(by=None, journals=[made], reason="ตัวอย่าง")
        for journal in (made, back):
            self.refused(
                NotReversible,
                act=lambda one=journal: reverse(by=None, journals=[one], reason="อีก"),  # type: ignore[misc]
            )

    @rule()
    def close_or_reopen(self) -> None:
        if closed_until() is None:
            try:
                with transaction.atomic():
                    close_month(by=self.market.treasurer, month=FIRST_DAY)
            except Refusal:
                return  # the checklist of the month says what is missing
            late = by_hand(self.key(), 1, FIRST_DAY)
            self.refused(PeriodClosed, act=lambda: post(by=None, journals=[late]))
            return

        def reopen(by: Any) -> object:
            return reopen_month(by=by, month=FIRST_DAY, reason="ตัวอย่าง")

        self.refused(Refusal, act=lambda: reopen(self.market.treasurer))
        reopen(self.market.second)


def test_whatever_a_treasurer_does_every_account_is_what_the_model_says() -> None:
    Treasury.market = a_full_van()
    run_state_machine_as_test(
        Treasury,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            phases=[
                Phase.explicit,
                Phase.generate,
            ],  # a failure is told as found: shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
