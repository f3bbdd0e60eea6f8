"""Taking cheques in, giving them back, taking them to the bank."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Journal
from marketplace.ledger.services import post, reverse
from marketplace.parties.models import Buyer
from orders.cheques import rules
from orders.cheques.exceptions import NotInThatState
from orders.cheques.models import Cheque, ChequePart, ChequeState, DepositSlip
from orders.invoicing import posting
from orders.invoicing.models import Document
from orders.reconciliation.models import BankAccount


@dataclass(frozen=True, slots=True)
class PartInput:
    """What a cheque is to pay on one bill, satang; the tax withheld stands on top."""

    document: Document
    satang: int
    withheld_satang: int = 0


@unit_of_work
def receive_cheque(
    *,
    by: User | None,
    buyer: Buyer,
    number: str,
    bank: str,
    dated: dt.date,
    satang: int,
    parts: Sequence[PartInput] = (),
    branch: str = "",
    drawer: str = "",
    day: dt.date | None = None,
) -> Cheque:
    """Take in a buyer's cheque; its bills stay open until it clears.

    Args:
        by: the treasurer.
        buyer: whose debt it is to pay.
        number: as printed on it.
        bank: it is drawn on.
        dated: the date on it; later than today for a post-dated one.
        satang: the amount on it.
        parts: bills it is for, each once; what they leave becomes a deposit when it clears.
        branch: of that bank.
        drawer: who signed, when not the buyer.
        day: it was handed in, today when left out.

    Raises:
        Refusal: code "number", "empty", "over-cheque", "over-bill" (other waiting cheques counted),
            "stale", "not-its-bill" or "twice" (this cheque is here already).
    """
    received = day or today()
    digits = rules.clean_number(number)
    if (received - dated).days > rules.STALE_DAYS:
        rules.require_deposit(digits, dated, received)
    bills = {
        one.pk: one
        for one in Document.objects.select_for_update(of=("self",))
        .asking()
        .filter(pk__in=[part.document.pk for part in parts], buyer=buyer)
        .order_by("pk")
    }
    if len(bills) < len(parts):
        raise Refusal(
            _("เช็คใบเดียวจ่ายได้เฉพาะบิลของผู้ซื้อรายนั้น บิลละครั้ง กรุณาเลือกบิลใหม่"), code="not-its-bill"
        )
    waiting = waiting_on_bills(list(bills))
    rules.require_parts(
        satang,
        [
            rules.Claim(
                part.satang,
                part.withheld_satang,
                bills[part.document.pk].open_satang - waiting.get(part.document.pk, 0),
            )
            for part in parts
        ],
    )
    try:
        with transaction.atomic():
            cheque = Cheque.objects.create(
                buyer=buyer,
                number=digits,
                bank=" ".join(bank.split())[:60],
                branch=" ".join(branch.split())[:60],
                drawer=" ".join(drawer.split())[:120],
                dated=dated,
                satang=satang,
                received_on=received,
                received_by=by,
            )
    except IntegrityError as error:
        raise Refusal(
            _("เช็คเลขที่ %(number)s ของธนาคารนี้รับไว้แล้ว กรุณาดูในรายการเช็ค") % {"number": digits},
            code="twice",
            where="number",
        ) from error
    ChequePart.objects.bulk_create(
        [
            ChequePart(
                cheque=cheque,
                document=bills[part.document.pk],
                satang=part.satang,
                withheld_satang=part.withheld_satang,
            )
            for part in parts
        ]
    )
    post(
        by=by,
        journals=[
            posting.cheque_received(
                cheque=cheque.pk,
                day=received,
                words=f"รับเช็ค {cheque} {buyer.name_th}",
                satang=satang,
            )
        ],
    )
    record(
        by=by,
        action="cheque.received",
        subject=cheque,
        party=buyer,
        data={"satang": satang, "bills": sorted(bills)},
    )
    return cheque


def waiting_on_bills(bills: list[int]) -> dict[int, int]:
    """What waiting cheques are to settle on bills, tax withheld included: primary key → satang."""
    return dict(
        ChequePart.objects.filter(
            document__in=bills, cheque__state__in=[ChequeState.HELD, ChequeState.DEPOSITED]
        )
        .order_by()
        .values("document_id")
        .annotate(total=Sum(F("satang") + F("withheld_satang")))
        .values_list("document_id", "total")
    )


def locked_cheque(cheque: Cheque, *states: ChequeState) -> Cheque:
    """The cheque, locked, in one of these states.

    Raises:
        NotInThatState: it is elsewhere by now.
    """
    found = Cheque.objects.select_for_update(of=("self",)).select_related("buyer").get(pk=cheque.pk)
    if found.state not in states:
        raise NotInThatState(found.number, str(ChequeState(found.state).label))
    return found


def journals_of(cheque: Cheque, *steps: str) -> list[Journal]:
    """The journals of a cheque's steps, such as "received", newest step last."""
    return list(Journal.objects.filter(key__in=[f"cheque:{cheque.pk}:{step}" for step in steps]))


@unit_of_work
def deposit_cheques(
    *,
    by: User | None,
    cheques: Sequence[Cheque],
    account: BankAccount,
    day: dt.date | None = None,
    each: bool = False,
) -> DepositSlip:
    """Take cheques to a bank account on one slip.

    Args:
        by: the treasurer.
        cheques: in hand, their dates come.
        account: where they go to.
        day: of the deposit, today when left out.
        each: whether the bank books every cheque on a row of its own.

    Raises:
        Refusal: code "empty", "post-dated" or "stale"; NotInThatState.
    """
    on = day or today()
    listed = list(
        Cheque.objects.select_for_update(of=("self",))
        .select_related("buyer")
        .filter(pk__in=[cheque.pk for cheque in cheques])
        .order_by("pk")
    )
    if not listed:
        raise Refusal(_("กรุณาเลือกเช็คที่จะฝากอย่างน้อยหนึ่งใบ"), code="empty")
    for cheque in listed:
        if cheque.state != ChequeState.HELD:
            raise NotInThatState(cheque.number, str(ChequeState(cheque.state).label))
        rules.require_deposit(cheque.number, cheque.dated, on)
    slip = DepositSlip.objects.create(account=account, day=on, each=each, made_by=by)
    for cheque in listed:
        cheque.state, cheque.slip = ChequeState.DEPOSITED, slip
    Cheque.objects.bulk_update(listed, ["state", "slip"])
    post(
        by=by,
        journals=[
            posting.cheques_deposited(
                cheque=cheque.pk,
                slip=slip.pk,
                day=on,
                words=f"ฝากเช็ค {cheque} {cheque.buyer.name_th}",
                satang=cheque.satang,
            )
            for cheque in listed
        ],
    )
    record(
        by=by,
        action="cheque.deposited",
        subject=f"cheque_slip:{slip.pk}",
        data={"cheques": [cheque.pk for cheque in listed]},
    )
    return slip


@unit_of_work
def set_booked_each(*, by: User | None, slip: DepositSlip, each: bool) -> DepositSlip:
    """Say whether the bank booked a slip as one row or each cheque on its own.

    Raises:
        Refusal: code "cleared-already", a cheque of it has cleared.
    """
    slip = DepositSlip.objects.select_for_update(of=("self",)).get(pk=slip.pk)
    if slip.cheques.filter(state=ChequeState.CLEARED).exists():
        raise Refusal(
            _("เช็คในใบนำฝากนี้ตัดกับแถวธนาคารแล้ว ต้องยกเลิกการตัดก่อนจึงเปลี่ยนได้"), code="cleared-already"
        )
    slip.each = each
    slip.save(update_fields=["each"])
    record(by=by, action="cheque.slip", subject=f"cheque_slip:{slip.pk}", data={"each": each})
    return slip


@unit_of_work
def give_back_cheque(*, by: User | None, cheque: Cheque, reason: str) -> Cheque:
    """Give a cheque back before it went to the bank (wrong amount, replaced by a transfer).

    Raises:
        NotInThatState: it is not in hand; Refusal: code "no-reason".
    """
    reason = " ".join(reason.split())
    if not reason:
        raise Refusal(_("กรุณาบอกเหตุผล"), code="no-reason", where="reason")
    found = locked_cheque(cheque, ChequeState.HELD)
    reverse(by=by, journals=journals_of(found, "received"), reason=f"คืนเช็ค {reason}"[:200])
    found.state, found.ended_on, found.end_reason = ChequeState.GIVEN_BACK, today(), reason[:200]
    found.save(update_fields=["state", "ended_on", "end_reason"])
    record(by=by, action="cheque.given_back", subject=found, party=found.buyer)
    return found
