"""Processes really killed in the middle of the market's main acts: nothing is half saved, and the
retry completes each act once.

A child process does the act and is killed (SIGKILL) before its n-th SQL statement, just before
COMMIT or just after it. After each death before COMMIT every table is as it was; then another
process does the act, and does it again, as a person does who saw an error.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import signal
import traceback
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from catalogue.partner.services import ListingInput, list_products
from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.ledger.services import recompute
from orders.fulfilment.models import Acceptance
from orders.fulfilment.services import AcceptanceInput, record_acceptance
from orders.invoicing import accounts
from orders.invoicing.models import Document
from orders.invoicing.services import issue_bills
from orders.models import Delivery, Line, Order, OrderDraft
from orders.reconciliation.models import BankAccount, BankRow
from orders.reconciliation.services import (
    ApplicationInput,
    apply_row,
    import_statement,
    match_automatically,
    take_back,
)
from orders.services import CellInput, place_draft, save_cells, start_draft
from orders.settlement.models import PayoutBatch
from orders.settlement.services import approve_batch, make_batch, pay_batch
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, KG, MONDAY, at

pytestmark = [pytest.mark.everywhere]

LATER = FIRST_DAY + dt.timedelta(days=8)
DONE, FAILED = 0, 1
_SAID_TWICE = ("already-billed", "nothing-to-bill", "changed")
Kill = int | str
"""Before which SQL statement a child dies, or "before commit", "after commit", "" for not at all."""


# ---- the acts ------------------------------------------------------------------------------------


def place(draft: int, by: int) -> None:
    """Place an order."""
    clock.set_clock(at(MONDAY))
    place_draft(by=User.objects.get(pk=by), draft=OrderDraft.objects.get(pk=draft))


def accept(delivery: int, line: int, by: int) -> None:
    """Accept a delivery by weight."""
    clock.set_clock(at(FIRST_DAY, 7))
    record_acceptance(
        by=User.objects.get(pk=by),
        delivery=Delivery.objects.get(pk=delivery),
        lines=[AcceptanceInput(line_id=line, accepted_qty=20 * KG, rejected_qty=0)],
        method=Acceptance.Method.OWN_PHONE,
        receiver_name="วิภา ตัวอย่าง",
    )


def bill(delivery: int) -> None:
    """Issue a bill."""
    clock.set_clock(at(FIRST_DAY, 9))
    found = Delivery.objects.get(pk=delivery)
    issue_bills(by=None, buyer=found.order.buyer, deliveries=[found])


def read_statement(account: int, data: bytes) -> None:
    """Import a statement and let its exact rows be matched."""
    clock.set_clock(at(LATER))
    found = BankAccount.objects.get(pk=account)
    import_statement(by=None, account=found, file_bytes=data, filename="a.csv")
    match_automatically(account=found)


def confirm_match(row: int, document: int, by: int) -> None:
    """Accept by hand that a bank row pays a bill: the link, its journal, the row, the bill."""
    clock.set_clock(at(LATER))
    apply_row(
        by=User.objects.get(pk=by),
        row=BankRow.objects.get(pk=row),
        applications=[ApplicationInput(84_000, document=Document.objects.get(pk=document))],
        seen=0,
    )


def take_back_match(row: int, earlier: int, by: int) -> None:
    """Accept that a row of the bank takes an earlier one back."""
    clock.set_clock(at(LATER))
    take_back(
        by=User.objects.get(pk=by),
        row=BankRow.objects.get(pk=row),
        earlier=BankRow.objects.get(pk=earlier),
        seen=0,
    )


def pay_out(batch: int, by: int) -> None:
    """Send an approved batch."""
    clock.set_clock(at(LATER))
    pay_batch(by=User.objects.get(pk=by), batch=PayoutBatch.objects.get(pk=batch))


# ---- killing -------------------------------------------------------------------------------------


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def in_child(act: Callable[..., None], plan: tuple[Any, ...], kill: Kill) -> tuple[int, int]:
    """Do an act in a process of its own that is killed at a point.

    Returns:
        The process's end (negative: the signal), and how many statements it had sent.
    """
    connections.close_all()  # the child opens its own; a shared one would break for both
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reads)
        end = FAILED
        try:
            end = _act_and_die(act, plan, kill, writes)
        except BaseException:  # noqa: BLE001  # nothing of the parent's tests may run in here
            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(end)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        sent = len(pipe.read())
    _pid, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), sent


def _act_and_die(act: Callable[..., None], plan: tuple[Any, ...], kill: Kill, writes: int) -> int:
    sent = 0

    def count(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal sent
        sent += 1
        os.write(writes, b".")
        if sent == kill:
            die()
        return execute(sql, params, many, context)

    commit = connection._commit

    def killed_commit() -> None:
        if kill == "before commit":
            die()
        commit()
        if kill == "after commit":
            die()

    connection._commit = killed_commit
    try:
        with connection.execute_wrapper(count):
            act(*plan)
    except Refusal as refusal:
        # A person who repeats what was done may be told so; anything else is a fault.
        return DONE if refusal.code in _SAID_TWICE else FAILED
    return DONE


def everything() -> dict[str, str]:
    """A digest of the rows of each table."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows = sorted(map(repr, cursor.fetchall()))
            found[table] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def changed(before: dict[str, str]) -> list[str]:
    """Tables whose rows are no longer what they were."""
    return [table for table, digest in everything().items() if before[table] != digest]


def survives(act: Callable[..., None], *plan: Any) -> None:
    """Kill an act everywhere, then do it: saved whole or not at all, and once."""
    before = everything()
    end, sent = in_child(act, plan, "before commit")
    assert (end, changed(before)) == (-signal.SIGKILL, []), act.__name__
    assert sent > 4, act.__name__
    for n in sorted({2, sent // 3, sent * 2 // 3, sent - 1, sent}):
        end, _sent = in_child(act, plan, n)
        assert (end, changed(before)) == (-signal.SIGKILL, []), f"{act.__name__} at {n} of {sent}"
    end, _sent = in_child(act, plan, "after commit")
    assert end == -signal.SIGKILL
    assert changed(before), act.__name__
    end, _sent = in_child(act, plan, "")
    assert end == DONE, act.__name__
    done = everything()
    end, _sent = in_child(act, plan, "")
    assert (end, changed(done)) == (DONE, []), act.__name__
    assert recompute() == {}


# ---- a delivery day that is killed at every step ----------------------------------------------------


def draft_of(market: Money) -> OrderDraft:
    """What the hospital is about to order: 20 kilograms of the one listing."""
    day = market.day
    day.offer((day.daeng, 20))
    listing = list_products(
        by=None,
        listings=[ListingInput(product=day.kale, party=day.cooperative, min_grade="A")],
    )[0]
    draft = start_draft(by=day.requester, site=day.site, first_day=FIRST_DAY, last_day=FIRST_DAY)
    save_cells(by=day.requester, draft=draft, cells=[CellInput(listing.pk, day.cycle.pk, 20 * KG)])
    return draft


def test_a_day_whose_every_step_is_killed_ends_as_if_nothing_had_happened(
    committed_db: Any,
) -> None:
    market = money.make_money()
    day = market.day
    draft = draft_of(market)

    survives(place, draft.pk, day.requester.pk)
    line = Line.objects.get()
    assert (Order.objects.count(), line.firm_qty) == (1, 20 * KG)

    day.cut_off()
    day.weigh(day.daeng, 20)
    day.close()
    delivery = day.send()[0]
    survives(accept, delivery.pk, line.pk, day.receiver.pk)
    assert Acceptance.objects.get().delivery_id == delivery.pk
    assert money.payable(day.daeng, day.group) == 56_000

    survives(bill, delivery.pk)
    document = Document.objects.get()
    assert (document.number, document.total_satang) == (1, 84_000)
    assert money.balance(f"receivable:{day.hospital.code}") == 84_000

    rows = [(LATER, 84_000, document.reference), (LATER, 10_000, "โอน"), (LATER, 10_000, "โอน")]
    survives(read_statement, market.bank.pk, money.statement(rows))
    document.refresh_from_db()
    assert document.is_paid
    assert sorted(BankRow.objects.values_list("in_satang", flat=True)) == [10_000, 10_000, 84_000]

    clock.set_clock(at(LATER))
    market.account_for(day.daeng)
    batch = make_batch(by=market.treasurer)
    approve_batch(by=market.second, batch=batch)
    survives(pay_out, batch.pk, market.treasurer.pk)
    assert money.payable(day.daeng, day.group) == 0
    assert money.balance(accounts.PAYOUT_TRANSIT) == -56_000
    assert money.failing() == []


def test_a_match_confirmed_by_hand_and_its_return_are_killed_at_every_step(
    committed_db: Any,
) -> None:
    market = money.make_money()
    market.accepted()
    document = market.bill()
    clock.set_clock(at(LATER))
    rows = [(LATER, 84_000, "รับโอน"), (LATER, -84_000, "เช็คคืน")]
    import_statement(
        by=None, account=market.bank, file_bytes=money.statement(rows), filename="a.csv"
    )
    came, back = BankRow.objects.order_by("place")

    survives(confirm_match, came.pk, document.pk, market.treasurer.pk)
    document.refresh_from_db()
    assert document.is_paid
    assert money.balance(f"receivable:{market.day.hospital.code}") == 0

    survives(take_back_match, back.pk, came.pk, market.treasurer.pk)
    document.refresh_from_db()
    assert document.open_satang == 84_000
    assert not BankRow.objects.open().exists()
    assert money.failing() == []
