"""Whether what growers are owed and were paid agrees with the ledger."""

from __future__ import annotations

from django.db.models import F, Q, Sum
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.hooks import Check
from marketplace.ledger.models import Account, Entry
from marketplace.ledger.services import balances
from orders.invoicing import accounts
from orders.invoicing.checks import differing, named, two_sides
from orders.settlement.hand_checks import handed_savings
from orders.settlement.models import (
    CashFloat,
    Deduction,
    DeductionKind,
    DeductionTaken,
    EarlyOwed,
    EarlyPayment,
    Owed,
    PayoutBatch,
    PayoutItem,
    PayoutOwed,
)

_GONE = (PayoutItem.State.SENT, PayoutItem.State.PAID)


def checks() -> list[Check]:
    """All of this room."""
    return [
        _owed_posted(),
        _payable(),
        _payments(),
        _members(),
        _early(),
        _two_persons(),
        _transit(),
    ]


def _owed_posted() -> Check:
    """What an event owes growers is what its journal credited to them."""
    facts = dict(
        Owed.objects.order_by()
        .values("journal_key")
        .annotate(total=Sum("satang"))
        .values_list("journal_key", "total")
    )
    books: dict[str, int] = {}
    rows = (
        Entry.objects.filter(account__code__startswith="payable:")
        | Entry.objects.filter(account__code__startswith="advance:")
    ).exclude(account_id=accounts.OUTSIDE)
    for key, total in (
        rows.filter(journal__event__startswith="produce.")
        .values("journal__key")
        .annotate(total=Sum("satang"))
        .values_list("journal__key", "total")
    ):
        books[key] = -total
    for key, total in (
        rows.filter(journal__event="delivery.accepted")
        .values("journal__key")
        .annotate(total=Sum("satang"))
        .values_list("journal__key", "total")
    ):
        books[key] = -total
    wrong = differing(
        {key: satang for key, satang in books.items() if satang},
        {key: satang for key, satang in facts.items() if satang},
    )
    return Check(
        "owed-posted",
        not wrong,
        named(wrong) if wrong else str(len(facts)),
        _("ค่าผลผลิตทุกรายการลงบัญชีแล้ว"),
    )


def _payable() -> Check:
    """Per grower: owed and not paid is what the ledger owes, less what it paid too much."""
    gone = PayoutOwed.objects.filter(stands=True, item__state__in=_GONE).values("owed_id")
    facts: dict[str, int] = {}
    for group, person, total in (
        Owed.objects.exclude(pk__in=gone)
        .order_by()
        .values("group__code", "person__code")
        .annotate(total=Sum("satang"))
        .values_list("group__code", "person__code", "total")
    ):
        tail = f"{group}:{person}" if person else group
        facts[tail] = total
    books: dict[str, int] = {}
    for code, satang in Account.objects.filter(code__startswith="payable:").values_list(
        "code", "balance_satang"
    ):
        if code != accounts.OUTSIDE:
            books[code.removeprefix("payable:")] = -satang
    for code, satang in Account.objects.filter(code__startswith="advance:").values_list(
        "code", "balance_satang"
    ):
        tail = code.removeprefix("advance:")
        books[tail] = books.get(tail, 0) - satang
    for tail, satang in _prepaid_books().items():
        books[tail] = books.get(tail, 0) - satang
    wrong = differing(books, facts)
    return Check(
        "payable-true",
        not wrong,
        named(wrong) if wrong else str(len(facts)),
        _("ค้างจ่ายเกษตรกรแต่ละราย = ค่าผลผลิต หักที่จ่ายแล้ว"),
        two_sides(sum(books.values()), sum(facts.values()), _("บัญชี"), _("ค่าผลผลิตที่ยังไม่จ่าย")),
    )


def _prepaid_books() -> dict[str, int]:
    """What each grower was paid early, as the ledger has it."""
    return {
        code.removeprefix("prepaid:"): satang
        for code, satang in Account.objects.filter(code__startswith="prepaid:").values_list(
            "code", "balance_satang"
        )
    }


def _early() -> Check:
    """Per grower: what was paid early is what was approved, paid, and not yet paid by its buyer."""
    facts: dict[str, int] = {}
    for group, person, total in (
        EarlyOwed.objects.filter(state=EarlyOwed.State.PAID)
        .order_by()
        .values("owed__group__code", "owed__person__code")
        .annotate(total=Sum("owed__satang"))
        .values_list("owed__group__code", "owed__person__code", "total")
    ):
        facts[f"{group}:{person}" if person else group] = total
    books = _prepaid_books()
    wrong = differing(books, facts)
    return Check(
        "paid-early",
        not wrong,
        named(wrong) if wrong else str(len(facts)),
        _("เงินที่จ่ายก่อนผู้ซื้อจ่าย = ยอดที่อนุมัติและผู้ซื้อยังไม่จ่าย"),
        two_sides(sum(books.values()), sum(facts.values()), _("บัญชี"), _("อนุมัติและจ่ายก่อนแล้ว")),
    )


def _payments() -> Check:
    """Nobody was paid more than the owed amounts the payment names, less what it deducts."""
    named_in = dict(
        PayoutOwed.objects.order_by()
        .values("item_id")
        .annotate(total=Sum("owed__satang"))
        .values_list("item_id", "total")
    )
    taken = dict(
        DeductionTaken.objects.order_by()
        .values("item_id")
        .annotate(total=Sum("satang"))
        .values_list("item_id", "total")
    )
    wrong = [
        f"payout_item:{pk}"
        for pk, satang in PayoutItem.objects.values_list("pk", "satang")
        if named_in.get(pk, 0) - taken.get(pk, 0) != satang
    ]
    return Check(
        "paid-what-was-owed",
        not wrong,
        named(wrong) if wrong else str(len(named_in)),
        _("ทุกการจ่ายเท่ากับยอดที่ค้าง ไม่เกิน"),
    )


def _members() -> Check:
    """Per person and kind: the ledger has what she got less what was taken, or what she put aside;
    and nothing was taken beyond what she agreed to.
    """
    facts: dict[str, int] = {}
    over: list[str] = []
    for row in (
        Deduction.objects.filter(undone=False, given_at__isnull=False)
        .select_related("person")
        .with_taken()
    ):
        code = accounts.of_member(row.kind, row.person).code
        saved = row.kind == DeductionKind.SAVING
        facts[code] = facts.get(code, 0) - row.gone_satang + (0 if saved else row.satang or 0)
        if row.satang is not None and row.taken_satang > row.satang:
            over.append(f"deduction:{row.pk}")
    for code, satang in handed_savings().items():
        facts[code] = facts.get(code, 0) + satang
    books: dict[str, int] = {}
    for prefix in ("ahead:", "credit:", "loan:", "saving:"):
        books.update(
            Account.objects.filter(code__startswith=prefix).values_list("code", "balance_satang")
        )
    wrong = differing(books, facts) + over
    lent = [code for code in books if not code.startswith("saving:")]
    return Check(
        "members-deductions",
        not wrong,
        named(wrong) if wrong else str(len(facts)),
        _("เงินยืม ปัจจัย เงินกู้ และเงินออมของแต่ละคน = ที่ตกลงไว้ หักที่หักแล้ว"),
        two_sides(
            sum(books[code] for code in lent),
            sum(facts.get(code, 0) for code in lent),
            _("บัญชี"),
            _("ที่สมาชิกยังต้องคืน"),
        ),
    )


def _two_persons() -> Check:
    batches = PayoutBatch.objects.filter(approved_by=F("made_by")) | PayoutBatch.objects.filter(
        state__in=["approved", "sent", "done"], approved_by__isnull=True
    )
    floats = CashFloat.objects.filter(closed_by=F("opened_by"))
    advances = Deduction.objects.filter(
        source=Deduction.Source.CASH, given_at__isnull=False
    ).filter(Q(approved_by=F("made_by")) | Q(approved_by__isnull=True))
    early = EarlyPayment.objects.filter(state=EarlyPayment.State.APPROVED).filter(
        Q(approved_by=F("made_by")) | Q(approved_by__isnull=True)
    )
    wrong = [
        *(batch.code for batch in batches),
        *(f"float:{one.pk}" for one in floats),
        *(f"deduction:{one.pk}" for one in advances),
        *(f"early:{one.pk}" for one in early),
    ]
    return Check("maker-and-checker", not wrong, named(wrong), _("ทุกการจ่ายมีผู้ทำและผู้อนุมัติคนละคน"))


def _transit() -> Check:
    """Payouts on their way are batches that the bank has not confirmed; a closed float is empty."""
    way = PayoutBatch.objects.filter(state=PayoutBatch.State.SENT).aggregate(
        total=Sum(F("total_satang") - F("confirmed_satang"))
    )
    facts = {accounts.PAYOUT_TRANSIT: -(way["total"] or 0)}
    open_float = CashFloat.objects.filter(is_open=True).first()
    if open_float is None:
        facts[accounts.FLOAT] = 0
    else:
        paid = open_float.vouchers.aggregate(total=Sum("satang"))["total"] or 0
        facts[accounts.FLOAT] = open_float.counted_satang - paid
    wrong = differing(balances(facts), facts)
    return Check(
        "money-on-its-way",
        not wrong,
        named(wrong),
        _("เงินโอนที่รอธนาคารและเงินสดย่อย ตรงกับรอบจ่าย"),
    )
