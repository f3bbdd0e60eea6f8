"""The books of a treasurer as plain arithmetic, beside the market's own, for a machine of rules."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, TypeVar
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import override_settings
from hypothesis.stateful import RuleBasedStateMachine, invariant

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.ledger.models import Account, Entry, Journal
from marketplace.ledger.services import EntryInput, JournalInput, recompute
from orders.fulfilment.services import AcceptanceInput
from orders.invoicing import accounts
from orders.invoicing.models import DeliverySale, Document, DocumentKind
from orders.reconciliation.models import BankRow
from orders.reconciliation.services import import_statement
from orders.settlement.models import PayoutBatch
from orders.settlement.services import pay_batch
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import KG, at
from tests.support.stripe_fake import FakeStripe, running

LATER = dt.date(2027, 2, 5)
"""The day of every act: January is over and may be closed."""

KILO = 4_200
"""What the hospital pays for a kilogram, satang."""

GOODS = "goods"
STRIPE = "stripe"
T = TypeVar("T")


def group_of(code: str) -> str:
    """The line of the model that an account belongs to: its own, or the sum of its kind."""
    if code.startswith("stripe:"):
        return STRIPE
    kept_together = ("produce:", "fee:", "pool:", "shrinkage")
    return GOODS if code.startswith(kept_together) and code != "fee:stripe" else code


def account_sums() -> dict[str, int]:
    """Every account's balance by line of the model, satang, debit positive."""
    found: dict[str, int] = defaultdict(int)
    for code, satang in Account.objects.values_list("code", "balance_satang"):
        found[group_of(code)] += satang
    return found


def one_of(rows: list[T], pick: int) -> T | None:
    """The row that a drawn number stands for."""
    return rows[pick % len(rows)] if rows else None


def a_full_van() -> Money:
    """Three orders of 20 kilograms that were grown, weighed and sent; one is accepted and billed."""
    market = money.make_money()
    day = market.day
    day.offer((day.daeng, 60))
    for _turn in range(3):
        day.order(20)
    day.cut_off()
    day.weigh(day.daeng, 60)
    day.close()
    first = day.send()[0]
    lines = [AcceptanceInput(line_id=first.lines.get().pk, accepted_qty=20 * KG, rejected_qty=0)]
    day.accept(first, lines)
    market.bill()
    market.account_for(day.daeng)
    clock.set_clock(at(LATER))
    return market


def bills() -> list[Document]:
    """All bills, oldest first."""
    return list(Document.objects.filter(kind=DocumentKind.BILL).order_by("pk"))


def by_hand(key: str, satang: int, day: dt.date = LATER) -> JournalInput:
    """A journal that no event made."""
    return JournalInput(
        key=key,
        event="test",
        day=day,
        description="ทดสอบ",
        source="test:1",
        entries=[
            EntryInput("cash:difference", satang, "test:1"),
            EntryInput("rounding", -satang, "test:1"),
        ],
    )


_NOT_SENT = ("draft", "approved")


class Books(RuleBasedStateMachine):
    """A market, what every account of it must be, and the bank's own statement."""

    market: Money

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.callback(transaction.savepoint_rollback, transaction.savepoint())
        self.fake = FakeStripe()
        self.stack.enter_context(
            override_settings(
                STRIPE_SECRET_KEY="sk_test_example",
                STRIPE_WEBHOOK_SECRET=self.fake.secret,
                STRIPE_API_BASE=self.stack.enter_context(running(self.fake)),
            )
        )
        self.start = account_sums()
        self.model: dict[str, int] = defaultdict(int)
        self.told: list[tuple[int, str]] = []  # every row on the bank's own statement
        self.files: list[bytes] = []
        self.seen: dict[UUID, str] = {}
        self.numbers = 0
        hospital = self.market.day.hospital.code
        day = self.market.day
        self.unbilled, self.receivable = f"unbilled:{hospital}", f"receivable:{hospital}"
        self.deposit = f"deposit:{hospital}"
        self.bank = self.market.bank.ledger_code
        self.payable = f"payable:{day.group.code}:{day.daeng.code}"

    def teardown(self) -> None:
        self.stack.close()

    # ---- the model -------------------------------------------------------------------------------

    def moves(self, satang: int, *, debit: str, credit: str) -> None:
        """Move satang in the model."""
        self.model[debit] += satang
        self.model[credit] -= satang

    def owed(self) -> int:
        """What is still owed to the grower, satang."""
        return -(self.start[self.payable] + self.model[self.payable])

    def gathered(self) -> int:
        """What stands in a batch that was not sent yet, satang."""
        return sum(batch.total_satang for batch in PayoutBatch.objects.filter(state__in=_NOT_SENT))

    def key(self) -> str:
        self.numbers += 1
        return f"machine-{self.numbers}"

    def refused(self, *kinds: type[Refusal], act: Callable[[], Any]) -> None:
        """An act is refused for one of these reasons; the invariants see that nothing moved."""
        with pytest.raises(kinds), transaction.atomic():
            act()

    def tell(self, *rows: tuple[int, str], overlap: int = 0) -> list[BankRow]:
        """Rows arrive in a file that repeats the last `overlap` rows before them."""
        known = len(self.told)
        self.told += rows
        first = max(0, known - overlap)
        opening = 10_000_000 + sum(satang for satang, _words in self.told[:first])
        data = money.statement(
            [(LATER, satang, words) for satang, words in self.told[first:]], opening=opening
        )
        self.files.append(data)
        self.read(data)
        return list(BankRow.objects.order_by("pk"))[-len(rows) :]

    def read(self, data: bytes) -> None:
        import_statement(by=None, account=self.market.bank, file_bytes=data, filename="a.csv")
        assert BankRow.objects.count() == len(self.told)

    def fees(self) -> int:
        """What Stripe itself says it kept, satang."""
        return sum(row["fee"] for row in self.fake.all("balance_transaction"))

    def send(self, batch: PayoutBatch) -> None:
        for _turn in range(2):
            pay_batch(by=self.market.treasurer, batch=batch)
        self.moves(batch.total_satang, debit=self.payable, credit=accounts.PAYOUT_TRANSIT)

    # ---- always ----------------------------------------------------------------------------------

    @invariant()
    def every_account_is_what_the_model_says(self) -> None:
        found = account_sums()
        codes = {*found, *self.start, *self.model}
        moved = {code: found[code] - self.start[code] for code in codes}
        assert {c: s for c, s in moved.items() if s} == {c: s for c, s in self.model.items() if s}

    @invariant()
    def everything_adds_up(self) -> None:
        connection.check_constraints()  # what the database otherwise asks at the commit
        assert sum(Entry.objects.values_list("satang", flat=True)) == 0
        assert recompute() == {}
        assert money.failing() == []
        received = sum(one.in_satang - one.out_satang for one in BankRow.objects.all())
        assert received == sum(satang for satang, _words in self.told)

    @invariant()
    def nothing_posted_changes(self) -> None:
        now: dict[UUID, str] = {}
        lines: dict[Any, list[str]] = defaultdict(list)
        for journal, *line in Entry.objects.order_by("pk").values_list(
            "journal", "pk", "account", "satang", "source"
        ):
            lines[journal].append(repr(line))
        for pk, *head in Journal.objects.values_list("pk", "key", "event", "day", "source"):
            now[pk] = hashlib.sha256(repr((head, lines[pk])).encode()).hexdigest()
        assert {pk: now.get(pk) for pk in self.seen} == self.seen
        self.seen = now

    @invariant()
    def bill_numbers_have_no_gap(self) -> None:
        for kind in (DocumentKind.BILL, DocumentKind.CREDIT_NOTE):
            numbers = Document.objects.filter(kind=kind).order_by("number")
            assert [one.number for one in numbers] == list(range(1, len(numbers) + 1))
        sold = sum(DeliverySale.objects.values_list("total_satang", flat=True))
        billed = sum(bill.total_satang for bill in bills())
        assert sold == billed + self.model[self.unbilled]
