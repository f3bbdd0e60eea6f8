"""Whether the bank's rows, the bills they paid and the ledger agree."""

from __future__ import annotations

from django.db.models import F, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.common.money import format_baht
from marketplace.ledger.hooks import Check
from marketplace.ledger.models import Account
from marketplace.ledger.services import balances
from orders.invoicing import accounts, hooks
from orders.invoicing.checks import differing, named
from orders.invoicing.models import Document
from orders.invoicing.services.certificates import certified_satang
from orders.reconciliation import hooks as hooks_here
from orders.reconciliation.awaiting import awaited_now
from orders.reconciliation.models import Application, ApplicationKind, BankAccount, BankRow
from orders.reconciliation.services.rows import known_balance, statement_gaps, unapplied_satang


def checks() -> list[Check]:
    """All of this room."""
    return [_bank(), _gaps(), _rows(), _bills(), _other(), *_awaited()]


def _bank() -> Check:
    """The ledger's bank balance is the statement's, less the rows that wait in the queue."""
    facts: dict[str, int] = {}
    statement = waiting = 0
    for account in BankAccount.objects.all():
        known, open_satang = known_balance(account), unapplied_satang(account)
        facts[account.ledger_code] = known - open_satang
        statement, waiting = statement + known, waiting + open_satang
    books = balances(facts)
    wrong = differing(books, facts)
    return Check(
        "bank-true",
        not wrong,
        named(wrong) if wrong else str(len(facts)),
        _("สมุดธนาคาร = บัญชีเงินฝาก + แถวที่รอ"),
        (
            ("", format_baht(statement), _("สมุดธนาคาร")),
            ("=", format_baht(sum(books.values())), _("บัญชีเงินฝาก")),
            ("+", format_baht(waiting), _("แถวที่รอ")),
        ),
    )


def _gaps() -> Check:
    wrong = [
        f"{account}: {day} {format_baht(satang)}"
        for account in BankAccount.objects.all()
        for day, satang in statement_gaps(account)
    ]
    return Check(
        "statements-continuous",
        not wrong,
        named(wrong),
        _("รายการเดินบัญชีต่อเนื่อง ไม่มีวันขาด"),
    )


def _rows() -> Check:
    applied = dict(
        Application.objects.standing()
        .order_by()
        .values("row_id")
        .annotate(total=Sum("satang"))
        .values_list("row_id", "total")
    )
    wrong = [
        f"bank_row:{pk}"
        for pk, satang in BankRow.objects.values_list("pk", "applied_satang")
        if applied.get(pk, 0) != satang
    ]
    return Check(
        "rows-applied-once",
        not wrong,
        named(wrong) if wrong else str(len(applied)),
        _("รายการธนาคารแต่ละรายการตัดชำระไม่เกินยอด"),
    )


def _bills() -> Check:
    paid = dict(
        Application.objects.standing()
        .filter(kind=ApplicationKind.BILL)
        .order_by()
        .values("document_id")
        .annotate(total=Sum(F("satang") + F("withheld_satang") + F("fee_satang")))
        .values_list("document_id", "total")
    )
    for other in hooks.paid_otherwise:
        for pk, satang in other().items():
            paid[pk] = paid.get(pk, 0) + satang
    wrong = [
        code
        for pk, code, settled in Document.objects.values_list("pk", "code", "settled_satang")
        if paid.get(pk, 0) != settled
    ]
    return Check(
        "bills-paid-true",
        not wrong,
        named(wrong) if wrong else str(len(paid)),
        _("ยอดรับชำระบนใบแจ้งหนี้ = เงินที่ตัดจากธนาคารและภาษีที่ถูกหัก"),
    )


def _other() -> Check:
    """Tax withheld, deposits and suspense are the applications that stand."""
    facts: dict[str, int] = {accounts.WITHHELD: 0, accounts.SUSPENSE: 0}
    for kind, code, came, satang, withheld in (
        Application.objects.standing()
        .order_by()
        .values_list("kind", "buyer__code", "row__in_satang", "satang", "withheld_satang")
    ):
        facts[accounts.WITHHELD] += withheld
        if kind == ApplicationKind.SUSPENSE:
            facts[accounts.SUSPENSE] += -satang if came else satang
        elif kind == ApplicationKind.DEPOSIT:
            key = f"deposit:{code}"
            facts[key] = facts.get(key, 0) - satang
    facts[accounts.WITHHELD] += sum(other() for other in hooks.withheld_otherwise)
    facts[accounts.WITHHELD] -= certified_satang()
    for other in hooks.deposited_otherwise:
        for code, satang in other().items():
            facts[code] = facts.get(code, 0) - satang
    books = balances(facts)
    for code, satang in Account.objects.filter(code__startswith="deposit:").values_list(
        "code", "balance_satang"
    ):
        books[code] = satang
    wrong = differing(books, facts)
    return Check(
        "other-money-true",
        not wrong,
        named(wrong) if wrong else str(len(facts)),
        _("ภาษีถูกหัก เงินรับล่วงหน้า และเงินรอตรวจสอบ ตรงกับรายการธนาคาร"),
    )


def _awaited() -> list[Check]:
    """What waits for its bank row is what its ledger account still holds."""
    kinds = list(hooks_here.awaited_kinds.values())
    if not kinds:
        return []
    facts: dict[str, int] = {kind.account: 0 for kind in kinds}
    for kind, one in awaited_now():
        facts[kind.account] += one.satang if kind.money_in else -one.satang
    books = dict.fromkeys(facts, 0) | balances(facts)
    wrong = differing(books, facts)
    return [
        Check(
            "awaited-true",
            not wrong,
            named(wrong) if wrong else str(len(facts)),
            _("ยอดที่รอเข้าธนาคาร = บัญชีพักของยอดนั้น"),
        )
    ]
