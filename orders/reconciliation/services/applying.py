"""Applying bank rows to bills and everything else, and undoing it by reversal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now
from marketplace.common.codes import read_payment_reference
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Account, Journal
from marketplace.ledger.rules import JournalInput
from marketplace.ledger.services import open_accounts, post, reverse
from marketplace.parties.models import Buyer
from orders.invoicing import accounts, posting
from orders.invoicing.models import Document
from orders.invoicing.services import (
    drop_certificates,
    receive_certificate,
    settle_documents,
)
from orders.reconciliation import hooks
from orders.reconciliation.models import Application, ApplicationKind, BankAccount, BankRow
from orders.reconciliation.rules import Match, OpenDocument, Suggestion, match_all
from orders.reconciliation.statements import StatementRow

_IN = frozenset(
    {
        ApplicationKind.BILL,
        ApplicationKind.DEPOSIT,
        ApplicationKind.SUSPENSE,
        ApplicationKind.RESALE,
        ApplicationKind.CAPITAL,
        ApplicationKind.INTEREST,
    }
)
_OUT = frozenset(
    {
        ApplicationKind.PAYOUT,
        ApplicationKind.WITHDRAWAL,
        ApplicationKind.BANK_FEE,
        ApplicationKind.SUSPENSE,
        ApplicationKind.CAPITAL,
    }
)


@dataclass(frozen=True, slots=True)
class ApplicationInput:
    """What a part of a row is to be applied to.

    Attributes:
        satang: of the row, above zero.
        document: a bill; or
        kind: deposit (with `buyer`), suspense, resale, capital, interest, payout (with `target`),
            withdrawal, bank_fee.
        withheld_satang: tax the buyer withheld from the bill, on top of `satang`.
        target: `batch:<pk>` or `payout_item:<pk>` of a payout.
    """

    satang: int
    document: Document | None = None
    kind: str = ""
    buyer: Buyer | None = None
    withheld_satang: int = 0
    target: str = ""

    @property
    def what(self) -> ApplicationKind:
        return ApplicationKind.BILL if self.document else ApplicationKind(self.kind)


@unit_of_work
def apply_row(
    *,
    by: User | None,
    row: BankRow,
    applications: Sequence[ApplicationInput],
    automatic: bool = False,
    seen: int | None = None,
) -> list[Application]:
    """Apply a bank row, whole or in part, to one or more things; one journal each.

    Args:
        by: the treasurer, None when it posts by itself.
        row: of either source.
        applications: together at most what is open on the row.
        automatic: exact reference and exact amount.
        seen: how many applications the row had, undone ones too, when the asker looked at it; so
            that a form sent twice applies its part once. None when nobody looked.

    Raises:
        Refusal: code "empty", "negative", "wrong-way" (a bill from money out…), "over-row",
            "changed" (another was made since the asker looked).
        TooMuchForDocument: more than is open on a bill.
        Overdrawn: more is paid out than was sent.
    """
    row = BankRow.objects.select_for_update(of=("self",)).select_related("account").get(pk=row.pk)
    if seen is not None and seen != row.applications.count():
        raise Refusal(
            _("แถวนี้ถูกตัดไปแล้วหลังเปิดหน้านี้ กรุณาตรวจยอดที่เหลือก่อนตัดต่อ"),
            code="changed",
            where={"row": row.pk},
        )
    _require_possible(row, applications)
    made = Application.objects.bulk_create(
        [
            Application(
                row=row,
                kind=one.what,
                document=one.document,
                buyer=one.document.buyer if one.document else one.buyer,
                target=one.target,
                satang=one.satang,
                withheld_satang=one.withheld_satang,
                automatic=automatic,
                by=by,
            )
            for one in applications
        ]
    )
    total = sum(one.satang for one in applications)
    BankRow.objects.filter(pk=row.pk).update(applied_satang=F("applied_satang") + total)
    amounts: dict[int, int] = {}
    for one in applications:
        if one.document:
            settled = one.satang + one.withheld_satang
            amounts[one.document.pk] = amounts.get(one.document.pk, 0) + settled
    buyers = {one.buyer for one in made if one.buyer}
    open_accounts(
        accounts=[
            account
            for buyer in sorted(buyers, key=lambda one: one.pk)
            for account in (accounts.receivable(buyer), accounts.deposit(buyer))
        ]
    )
    post(by=by, journals=[_journal(row, one) for one in made])
    if amounts:
        settle_documents(by=by, amounts=amounts, day=row.day)
    for application in made:
        if application.kind == ApplicationKind.PAYOUT:
            for targets in hooks.payout_targets:
                targets.applied(application.target, application.satang, row.day, by)
    record_many(
        [
            (
                "bank.applied",
                f"bankrow:{row.pk}",
                {
                    "kind": application.kind,
                    "satang": application.satang,
                    "withheld_satang": application.withheld_satang,
                    "document": application.document_id,
                    "automatic": automatic,
                },
            )
            for application in made
        ],
        by=by,
    )
    return made


def _require_possible(row: BankRow, applications: Sequence[ApplicationInput]) -> None:
    if not applications:
        raise Refusal(_("ยังไม่ได้เลือกว่าเงินก้อนนี้เป็นค่าอะไร"), code="empty")
    allowed = _IN if row.in_satang else _OUT
    for one in applications:
        if one.satang <= 0 or one.withheld_satang < 0:
            raise Refusal(_("จำนวนเงินที่ตัดต้องมากกว่า 0"), code="negative")
        if one.what not in allowed:
            raise Refusal(
                _("เงินเข้าตัดเป็นรายจ่ายไม่ได้ และเงินออกตัดเป็นรายรับไม่ได้ กรุณาเลือกใหม่"), code="wrong-way"
            )
        if one.what == ApplicationKind.DEPOSIT and one.buyer is None:
            raise Refusal(_("เงินรับล่วงหน้าต้องระบุว่าเป็นของผู้ซื้อรายใด"), code="no-buyer")
        if one.what == ApplicationKind.PAYOUT and not one.target:
            raise Refusal(_("กรุณาเลือกรอบโอนจ่ายที่เงินก้อนนี้จ่าย"), code="no-target")
    if sum(one.satang for one in applications) > row.open_satang:
        raise Refusal(
            _("รายการนี้เหลือให้ตัดอีก %(open)s บาท") % {"open": format_baht(row.open_satang)},
            code="over-row",
            where={"row": row.pk},
        )


def _journal(row: BankRow, application: Application) -> JournalInput:
    buyer, kind = application.buyer, application.kind
    source = ""
    if kind == ApplicationKind.BILL:
        assert buyer is not None
        assert application.document is not None
        against, source = accounts.receivable(buyer).code, f"document:{application.document_id}"
        words = f"รับชำระ {application.document.code}"
    elif kind == ApplicationKind.DEPOSIT:
        assert buyer is not None
        against, words = accounts.deposit(buyer).code, f"เงินรับล่วงหน้า {buyer.name_th}"
    else:
        against = {
            ApplicationKind.SUSPENSE: accounts.SUSPENSE,
            ApplicationKind.RESALE: accounts.RESALE,
            ApplicationKind.CAPITAL: accounts.CAPITAL,
            ApplicationKind.INTEREST: accounts.INTEREST,
            ApplicationKind.PAYOUT: accounts.PAYOUT_TRANSIT,
            ApplicationKind.WITHDRAWAL: accounts.CASH_TRANSIT,
            ApplicationKind.BANK_FEE: accounts.BANK_FEE,
        }[ApplicationKind(kind)]
        words = str(ApplicationKind(kind).label)
        source = application.target
    sign = 1 if row.in_satang else -1
    return posting.bank_row_applied(
        application=application.pk,
        row=row.pk,
        day=row.day,
        words=words,
        bank=row.account.ledger_code,
        against=against,
        satang=sign * application.satang,
        withheld_satang=application.withheld_satang,
        source=source,
    )


@unit_of_work
def undo_application(*, by: User | None, application: Application, reason: str = "") -> Application:
    """Undo an application: its journal is reversed, the bill and the row are open again.

    Undoing it twice changes nothing.

    Raises:
        Overdrawn: the money was used since (a deposit that paid a bill).
    """
    row = BankRow.objects.select_for_update(of=("self",)).get(pk=application.row_id)
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("document", "buyer")
        .get(pk=application.pk)
    )
    if not application.stands:
        return application
    application.undone_at, application.undone_by = now(), by
    application.undo_reason = reason[:200]
    application.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    BankRow.objects.filter(pk=row.pk).update(
        applied_satang=F("applied_satang") - application.satang
    )
    if application.document_id:
        drop_certificates(by=by, source=f"application:{application.pk}", reason="ยกเลิกการตัดชำระ")
        settle_documents(
            by=by,
            amounts={application.document_id: -application.satang - application.withheld_satang},
        )
    if application.kind == ApplicationKind.PAYOUT:
        for targets in hooks.payout_targets:
            targets.undone(application.target, application.satang, row.day, by)
    journal = Journal.objects.get(key=f"application:{application.pk}")
    reverse(by=by, journals=[journal], reason=f"ยกเลิกการตัดชำระ {reason}".strip())
    record(
        by=by,
        action="bank.undone",
        subject=f"bankrow:{row.pk}",
        data={"application": application.pk},
    )
    return application


def open_documents() -> list[OpenDocument]:
    """Open bills as the matching rules see them; a part-paid bill no longer expects tax withheld."""
    return [
        OpenDocument(
            id=str(document.pk),
            reference=document.reference,
            buyer=str(document.buyer_id),
            open_satang=document.open_satang,
            withholding_satang=0 if document.settled_satang else document.withholding_satang,
            due=document.due_day,
        )
        for document in Document.objects.open()
    ]


def as_statement_row(row: BankRow) -> StatementRow:
    """A bank row as the matching rules see it: what is still open on it."""
    return StatementRow(
        row_number=row.pk,
        value_date=row.day,
        time=row.time,
        in_satang=row.open_satang if row.in_satang else 0,
        out_satang=row.open_satang if row.out_satang else 0,
        balance_satang=row.balance_satang,
        description=row.description,
        channel=row.channel,
        reference=row.reference,
        ordinal=1,
    )


def decide(rows: Iterable[BankRow]) -> dict[int, Match | tuple[Suggestion, ...]]:
    """What each row may pay: a certain match, or suggestions; nothing is saved."""
    listed = list(rows)
    names = {
        str(pk): {name_th, name_en, code}
        for pk, name_th, name_en, code in Buyer.objects.values_list(
            "pk", "name_th", "name_en", "code"
        )
    }
    decided = match_all(
        [as_statement_row(row) for row in listed],
        open_documents(),
        references_in=read_payment_reference,
        buyer_names=names,
    )
    return {row.row_number: decision for row, decision in decided}


@unit_of_work
def match_automatically(*, by: User | None = None, account: BankAccount) -> list[Application]:
    """Post by themselves the untouched rows that name one open bill and pay it to the satang, or
    that less the tax its buyer withholds; all other rows wait for a person.

    Args:
        by: None for the system.
        account: whose queue.
    """
    BankAccount.objects.select_for_update().get(pk=account.pk)
    rows = list(account.rows.filter(applied_satang=0, in_satang__gt=0).order_by("day", "place"))
    by_pk = {row.pk: row for row in rows}
    made: list[Application] = []
    for pk, decision in decide(rows).items():
        if isinstance(decision, Match):
            document = Document.objects.select_related("buyer").get(pk=decision.document.id)
            made += apply_row(
                by=by,
                row=by_pk[pk],
                applications=[
                    ApplicationInput(
                        satang=decision.received_satang,
                        document=document,
                        withheld_satang=decision.withholding_satang,
                    )
                ],
                automatic=True,
            )
    return made


@unit_of_work
def note_certificate(
    *, by: User | None, application: Application, number: str, day: dt.date
) -> Application:
    """Note that the certificate of tax withheld (50 ทวิ) has come; the tax is no longer awaited."""
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("document__buyer")
        .get(pk=application.pk)
    )
    if application.certificate or application.document is None:
        return application
    application.certificate, application.certificate_on = number[:60], day
    application.save(update_fields=["certificate", "certificate_on"])
    receive_certificate(
        by=by,
        buyer=application.document.buyer,
        number=number,
        certified_on=day,
        parts={application.document.pk: application.withheld_satang},
        source=f"application:{application.pk}",
    )
    record(
        by=by,
        action="bank.certificate",
        subject=f"application:{application.pk}",
        data={"number": number},
    )
    return application


def journal_preview(
    row: BankRow, applications: Sequence[ApplicationInput]
) -> list[tuple[str, int]]:
    """What applying would post: (name of the ledger account, satang debited), added up."""
    sums: dict[str, int] = {}
    for one in applications:
        journal = _journal(
            row,
            Application(
                pk=0,
                row=row,
                kind=one.what,
                document=one.document,
                buyer=one.document.buyer if one.document else one.buyer,
                target=one.target,
                satang=one.satang,
                withheld_satang=one.withheld_satang,
            ),
        )
        for entry in journal.entries:
            sums[entry.account] = sums.get(entry.account, 0) + entry.satang
    names = {account.pk: account.name for account in Account.objects.filter(pk__in=sums)}
    return [(names.get(code, code), satang) for code, satang in sums.items() if satang]
