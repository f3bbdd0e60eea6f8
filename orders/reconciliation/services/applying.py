"""Applying bank rows to bills and everything else, and undoing it by reversal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Account
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
from orders.reconciliation.awaiting import require_awaited
from orders.reconciliation.models import Application, ApplicationKind, BankRow
from orders.reconciliation.services.payers import learn

_IN = frozenset(
    {
        ApplicationKind.BILL,
        ApplicationKind.DEPOSIT,
        ApplicationKind.SUSPENSE,
        ApplicationKind.RESALE,
        ApplicationKind.CAPITAL,
        ApplicationKind.INTEREST,
        ApplicationKind.AWAITED,
        ApplicationKind.RETURNED,
    }
)
_OUT = frozenset(
    {
        ApplicationKind.PAYOUT,
        ApplicationKind.WITHDRAWAL,
        ApplicationKind.BANK_FEE,
        ApplicationKind.SUSPENSE,
        ApplicationKind.CAPITAL,
        ApplicationKind.AWAITED,
        ApplicationKind.RETURNED,
    }
)


@dataclass(frozen=True, slots=True)
class ApplicationInput:
    """What a part of a row is to be applied to.

    Attributes:
        satang: of the row, above zero.
        document: a bill; or
        kind: deposit (with `buyer`), suspense, resale, capital, interest, payout (with `target`),
            withdrawal, bank_fee, returned (with `target` `bank_row:<pk>`, see `take_back`).
        withheld_satang: tax the buyer withheld from the bill, on top of `satang`.
        target: `batch:<pk>` or `payout_item:<pk>` of a payout, or that of an awaited amount.
        fee_satang: what a bank kept of the payment of a bill, on top; at most the account's setting.
    """

    satang: int
    document: Document | None = None
    kind: str = ""
    buyer: Buyer | None = None
    withheld_satang: int = 0
    target: str = ""
    fee_satang: int = 0

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
    if seen is not None:
        locked = BankRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if seen != locked.applications.count():
            raise Refusal(
                _("แถวนี้ถูกตัดไปแล้วหลังเปิดหน้านี้ กรุณาตรวจยอดที่เหลือก่อนตัดต่อ"),
                code="changed",
                where={"row": row.pk},
            )
    return apply_rows(by=by, applications={row.pk: applications}, automatic=automatic)


@unit_of_work
def apply_rows(
    *,
    by: User | None,
    applications: Mapping[int, Sequence[ApplicationInput]],
    automatic: bool = False,
) -> list[Application]:
    """Apply many bank rows at once, all or none of them; one journal each application.

    The journal stands first, then the application names it, then the row counts it: the database
    refuses any of the three that does not add up with the others.

    Args:
        by: the treasurer, None when it posts by itself.
        applications: bank row's primary key → what it is applied to, at most what is open on it.
        automatic: exact reference and exact amount.

    Raises:
        Refusal, TooMuchForDocument, Overdrawn: as `apply_row`.
    """
    rows = (
        BankRow.objects.select_for_update(of=("self",))
        .select_related("account")
        .filter(pk__in=applications)
        .order_by("pk")
    )
    by_pk = {row.pk: row for row in rows}
    for row in by_pk.values():
        _require_possible(row, applications[row.pk])
    _require_pairs(by_pk, applications)
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
                fee_satang=one.fee_satang,
                automatic=automatic,
                owner=by if one.what == ApplicationKind.SUSPENSE else None,
                by=by,
            )
            for row in by_pk.values()
            for one in applications[row.pk]
        ]
    )
    buyers = {one.buyer for one in made if one.buyer}
    open_accounts(
        accounts=[
            account
            for buyer in sorted(buyers, key=lambda one: one.pk)
            for account in (accounts.receivable(buyer), accounts.deposit(buyer))
        ]
    )
    last = max((row.day for row in by_pk.values()), default=None)
    journals = post(by=by, journals=[_journal(by_pk[one.row_id], one, last) for one in made])
    for application, journal in zip(made, journals, strict=True):
        application.journal = journal
    Application.objects.bulk_update(made, ["journal"], batch_size=200)
    for row in by_pk.values():
        row.applied_satang += sum(one.satang for one in applications[row.pk])
    BankRow.objects.bulk_update(list(by_pk.values()), ["applied_satang"], batch_size=200)
    days: dict[dt.date, dict[int, int]] = {}
    for application in made:
        if application.document_id:
            amounts = days.setdefault(by_pk[application.row_id].day, {})
            amounts[application.document_id] = (
                amounts.get(application.document_id, 0) + application.settled_satang
            )
    for day in sorted(days):
        settle_documents(by=by, amounts=days[day], day=day)
    for application in made:
        row = by_pk[application.row_id]
        if application.kind == ApplicationKind.PAYOUT:
            for targets in hooks.payout_targets:
                targets.applied(application.target, application.satang, row.day, by)
        elif application.kind == ApplicationKind.AWAITED:
            told = hooks.awaiting(application.target).applied
            if told is not None:
                told(application.target, application.satang, row.day, by)
    learn(by=by, applications=made)
    record_many(
        [
            (
                "bank.applied",
                f"bankrow:{application.row_id}",
                {
                    "kind": application.kind,
                    "satang": application.satang,
                    "withheld_satang": application.withheld_satang,
                    "fee_satang": application.fee_satang,
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
        if one.satang <= 0 or min(one.withheld_satang, one.fee_satang) < 0:
            raise Refusal(_("จำนวนเงินที่ตัดต้องมากกว่า 0"), code="negative")
        if one.fee_satang > (row.account.fee_tolerance_satang if one.document else 0):
            raise Refusal(
                _("ค่าธรรมเนียมธนาคารต่อรายการไม่เกิน %(most)s บาทตามที่ตั้งไว้กับบัญชี กรุณาตัดเท่าที่รับจริง")
                % {"most": format_baht(row.account.fee_tolerance_satang)},
                code="over-fee",
                where={"row": row.pk},
            )
        if one.what not in allowed:
            raise Refusal(
                _("เงินเข้าตัดเป็นรายจ่ายไม่ได้ และเงินออกตัดเป็นรายรับไม่ได้ กรุณาเลือกใหม่"), code="wrong-way"
            )
        if one.what == ApplicationKind.DEPOSIT and one.buyer is None:
            raise Refusal(_("เงินรับล่วงหน้าต้องระบุว่าเป็นของผู้ซื้อรายใด"), code="no-buyer")
        if one.what == ApplicationKind.PAYOUT and not one.target:
            raise Refusal(_("กรุณาเลือกรอบโอนจ่ายที่เงินก้อนนี้จ่าย"), code="no-target")
        if one.what == ApplicationKind.AWAITED:
            awaited = hooks.awaiting(one.target)
            require_awaited(
                one.target,
                sum(other.satang for other in applications if other.target == one.target),
            )
            if awaited.money_in is not bool(row.in_satang):
                raise Refusal(_("ยอดที่รออยู่นี้ไปคนละทางกับเงินของแถว กรุณาเลือกใหม่"), code="wrong-way")
    if sum(one.satang for one in applications) > row.open_satang:
        raise Refusal(
            _("รายการนี้เหลือให้ตัดอีก %(open)s บาท") % {"open": format_baht(row.open_satang)},
            code="over-row",
            where={"row": row.pk},
        )


def _require_pairs(
    rows: Mapping[int, BankRow], applications: Mapping[int, Sequence[ApplicationInput]]
) -> None:
    """Two rows that cancel each other are applied to each other together, whole, or not at all."""
    pairs = {
        (pk, int(one.target.removeprefix("bank_row:") or 0)): one.satang
        for pk in rows
        for one in applications[pk]
        if one.what == ApplicationKind.RETURNED
    }
    for (pk, other), satang in pairs.items():
        if pairs.get((other, pk)) != satang or rows[pk].satang != -rows[other].satang:
            raise Refusal(
                _("รายการที่กลับคืนต้องมีคู่ที่ยอดเท่ากันและไปคนละทาง กรุณาเลือกใหม่"),
                code="no-pair",
                where={"row": pk},
            )


def _journal(row: BankRow, application: Application, last: dt.date | None = None) -> JournalInput:
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
    elif kind == ApplicationKind.AWAITED:
        awaited = hooks.awaiting(application.target)
        against, source = awaited.account, application.target
        words = str(awaited.label)
    else:
        against = {
            ApplicationKind.SUSPENSE: accounts.SUSPENSE,
            ApplicationKind.RETURNED: accounts.SUSPENSE,  # both rows: it is left as it was
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
        # A row and what takes it back meet on the later day: the earlier month may be closed.
        day=last if last and kind == ApplicationKind.RETURNED else row.day,
        words=words,
        bank=row.account.ledger_code,
        against=against,
        satang=sign * application.satang,
        withheld_satang=application.withheld_satang,
        fee_satang=application.fee_satang,
        source=source,
    )


@unit_of_work
def undo_application(*, by: User | None, application: Application, reason: str = "") -> Application:
    """Undo an application: its journal is reversed, the bill and the row are open again.

    Undoing it twice changes nothing. Of two rows that cancel each other both are undone.

    Raises:
        Overdrawn: the money was used since (a deposit that paid a bill).
    """
    if application.kind != ApplicationKind.RETURNED:
        return _undo(by, application, reason)
    other = int(application.target.removeprefix("bank_row:"))
    pair = (
        Application.objects.standing()
        .filter(kind=ApplicationKind.RETURNED)
        .filter(
            Q(row=application.row_id, target=application.target)
            | Q(row=other, target=f"bank_row:{application.row_id}")
        )
        .order_by("row_id")
    )
    for one in pair:
        _undo(by, one, reason)
    return Application.objects.get(pk=application.pk)


def _undo(by: User | None, application: Application, reason: str) -> Application:
    row = BankRow.objects.select_for_update(of=("self",)).get(pk=application.row_id)
    application = (
        Application.objects.select_for_update(of=("self",))
        .select_related("document", "buyer", "journal")
        .get(pk=application.pk)
    )
    if not application.stands:
        return application
    assert application.journal is not None
    (reversal,) = reverse(
        by=by, journals=[application.journal], reason=f"ยกเลิกการตัดชำระ {reason}".strip()
    )
    application.undone_at, application.undone_by = now(), by
    application.undo_reason, application.reversal = reason[:200], reversal
    application.save(update_fields=["undone_at", "undone_by", "undo_reason", "reversal"])
    BankRow.objects.filter(pk=row.pk).update(
        applied_satang=F("applied_satang") - application.satang
    )
    if application.document_id:
        drop_certificates(by=by, source=f"application:{application.pk}", reason="ยกเลิกการตัดชำระ")
        settle_documents(
            by=by,
            amounts={application.document_id: -application.settled_satang},
        )
    if application.kind == ApplicationKind.PAYOUT:
        for targets in hooks.payout_targets:
            targets.undone(application.target, application.satang, row.day, by)
    elif application.kind == ApplicationKind.AWAITED:
        told = hooks.awaiting(application.target).undone
        if told is not None:
            told(application.target, application.satang, row.day, by)
    record(
        by=by,
        action="bank.undone",
        subject=f"bankrow:{row.pk}",
        data={"application": application.pk},
    )
    return application


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
                fee_satang=one.fee_satang,
            ),
        )
        for entry in journal.entries:
            sums[entry.account] = sums.get(entry.account, 0) + entry.satang
    names = {account.pk: account.name for account in Account.objects.filter(pk__in=sums)}
    return [(names.get(code, code), satang) for code, satang in sums.items() if satang]
