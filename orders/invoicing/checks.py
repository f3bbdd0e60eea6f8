"""Whether sales, bills and lots agree with the ledger, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db.models import Count, F, Max, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.common.money import format_baht
from marketplace.cycles.models import CycleState
from marketplace.ledger.hooks import Check, Term
from marketplace.ledger.models import Account, Entry
from orders.invoicing import accounts
from orders.invoicing.models import (
    DeliverySale,
    Document,
    DocumentCounter,
    DocumentKind,
    DocumentSale,
    DocumentState,
    LineSale,
    LotValue,
)
from orders.invoicing.services.documents import content_hash
from orders.models import Delivery, DeliveryFee

NAMED = 5
"""How many rows a failed check names."""


def named(rows: Iterable[str]) -> str:
    """The first rows that are wrong, for a person to look at."""
    listed = list(rows)
    more = f" +{len(listed) - NAMED}" if len(listed) > NAMED else ""
    return ", ".join(listed[:NAMED]) + more


def signed(satang: int, word: str | Promise) -> Term:
    """A term of an equation with its sign before it."""
    return ("−" if satang < 0 else "+", format_baht(abs(satang)), word)


def two_sides(
    books: int, facts: int, left: str | Promise, right: str | Promise
) -> tuple[Term, ...]:
    """The equation of a check that compares the ledger with what it stands for."""
    return (("", format_baht(books), left), ("=", format_baht(facts), right))


def differing(books: Mapping[str, int], facts: Mapping[str, int]) -> list[str]:
    """Keys whose two sums differ, with both."""
    return [
        f"{key}: {format_baht(books.get(key, 0))} ≠ {format_baht(facts.get(key, 0))}"
        for key in sorted(set(books) | set(facts))
        if books.get(key, 0) != facts.get(key, 0)
    ]


def checks() -> list[Check]:
    """All of this room."""
    return [
        _equation(),
        _sales_posted(),
        _delivery_fees(),
        _unbilled(),
        _receivable(),
        _documents(),
        _numbers(),
        _lots(),
        _in_hand(),
    ]


def _equation() -> Check:
    """Decision 5 per line: as stored (a constraint too), and as the ledger has it."""
    wrong = [
        f"line:{pk}"
        for pk in LineSale.objects.exclude(
            value_satang=F("farm_gate_satang")
            + F("fees_satang")
            + F("pool_satang")
            + F("shrinkage_satang")
        ).values_list("line_id", flat=True)
    ]
    posted: dict[str, list[int]] = {}
    for source, account, satang in (
        Entry.objects.filter(source__startswith="line:", journal__event="delivery.accepted")
        .values("source", "account_id")
        .annotate(total=Sum("satang"))
        .values_list("source", "account_id", "total")
    ):
        sums = posted.setdefault(source, [0, 0, 0, 0, 0])
        sums[_side(account)] += satang
    whole = LineSale.objects.aggregate(
        value=Sum("value_satang"),
        farm=Sum("farm_gate_satang"),
        fees=Sum("fees_satang"),
        pool=Sum("pool_satang"),
        shrinkage=Sum("shrinkage_satang"),
    )
    count = 0
    for line, value, fees, pool, shrinkage, vat in LineSale.objects.values_list(
        "line_id", "value_satang", "fees_satang", "pool_satang", "shrinkage_satang", "vat_satang"
    ).iterator():
        count += 1
        expected = [value + vat, -fees, -pool, -shrinkage, -vat]
        if posted.get(f"line:{line}", [0] * 5) != expected:
            wrong.append(f"line:{line}")
    return Check(
        "line-equation",
        not wrong,
        named(wrong) if wrong else str(count),
        _("ทุกบรรทัดขายแยกครบถึงสตางค์"),
        (
            ("", format_baht(whole["value"] or 0), _("ผู้ซื้อ")),
            ("=", format_baht(whole["farm"] or 0), _("หน้าสวน")),
            ("+", format_baht(whole["fees"] or 0), _("ค่าธรรมเนียม")),
            signed(whole["pool"] or 0, _("กองกลางราคา")),
            signed(whole["shrinkage"] or 0, _("ส่วนสูญเสีย")),
        ),
    )


def _side(account: str) -> int:
    if account.startswith("unbilled:"):
        return 0
    if account == accounts.POOL:
        return 2
    if account == accounts.SHRINKAGE:
        return 3
    return 4 if account == accounts.VAT else 1


def _sales_posted() -> Check:
    """Farm gate of a delivery's lines is what its journal took from stock and owed on consignment."""
    farm_gate = dict(
        LineSale.objects.values("sale__delivery_id")
        .annotate(total=Sum("farm_gate_satang"))
        .values_list("sale__delivery_id", "total")
    )
    taken: dict[str, int] = dict(
        Entry.objects.filter(journal__event="delivery.accepted", source__startswith="lot:")
        .values("journal__source")
        .annotate(total=Sum("satang"))
        .values_list("journal__source", "total")
    )
    wrong = differing(
        {source: -satang for source, satang in taken.items()},
        {f"delivery:{pk}": satang for pk, satang in farm_gate.items() if satang},
    )
    return Check(
        "delivery-journals",
        not wrong,
        named(wrong) if wrong else str(len(farm_gate)),
        _("ทุกการส่งลงบัญชีหนึ่งครั้ง ตรงกับผลตรวจรับ"),
    )


def _delivery_fees() -> Check:
    """Fee rows add up on each delivery; what was sold carries them, and the ledger has them."""
    rows = dict(
        DeliveryFee.objects.order_by()
        .values("delivery_id")
        .annotate(total=Sum("satang"))
        .values_list("delivery_id", "total")
    )
    stated = dict(Delivery.objects.exclude(fee_satang=0).values_list("pk", "fee_satang"))
    wrong = differing(
        {f"delivery:{pk}": satang for pk, satang in rows.items()},
        {f"delivery:{pk}": satang for pk, satang in stated.items()},
    )
    wrong += [
        f"delivery:{pk}"
        for pk in Delivery.objects.filter(state="cancelled", fee_satang__gt=0).values_list(
            "pk", flat=True
        )
    ]
    wrong += [
        f"delivery:{sale.delivery_id}"
        for sale in DeliverySale.objects.exclude(fee_satang=F("delivery__fee_satang")).exclude(
            fee_satang=0
        )
    ]
    sold = dict(DeliverySale.objects.exclude(fee_satang=0).values_list("delivery_id", "fee_satang"))
    books: dict[str, int] = dict(
        Entry.objects.filter(account_id=accounts.DELIVERY_FEE, journal__event="delivery.accepted")
        .values("journal__source")
        .annotate(total=Sum("satang"))
        .values_list("journal__source", "total")
    )
    facts = {f"delivery:{pk}": satang for pk, satang in sold.items()}
    posted = {source: -satang for source, satang in books.items()}
    wrong += differing(posted, facts)
    return Check(
        "delivery-fees",
        not wrong,
        named(wrong) if wrong else str(len(sold)),
        _("ค่าส่งทุกวันส่งลงบัญชีตรงกับที่แจ้งไว้ตอนส่งใบจอง"),
        two_sides(
            sum(posted.values()), sum(facts.values()), _("บัญชีค่าส่ง"), _("ค่าส่งของการส่งที่ตรวจรับแล้ว")
        ),
    )


def _by_buyer(prefix: str) -> dict[str, int]:
    return {
        code.removeprefix(prefix): satang
        for code, satang in Account.objects.filter(code__startswith=prefix).values_list(
            "code", "balance_satang"
        )
        if satang
    }


def _unbilled() -> Check:
    facts = dict(
        DeliverySale.objects.unbilled()
        .order_by()
        .values("buyer__code")
        .annotate(total=Sum("total_satang"))
        .values_list("buyer__code", "total")
    )
    books = _by_buyer("unbilled:")
    wrong = differing(books, facts)
    return Check(
        "unbilled-true",
        not wrong,
        named(wrong) if wrong else str(len(facts)),
        _("ส่งแล้วรอวางบิล = การส่งที่ยังไม่อยู่ในใบแจ้งหนี้"),
        two_sides(sum(books.values()), sum(facts.values()), _("บัญชี"), _("การส่งที่ยังไม่วางบิล")),
    )


def _receivable() -> Check:
    facts = dict(
        Document.objects.open()
        .order_by()
        .values("buyer__code")
        .annotate(total=Sum(F("total_satang") - F("settled_satang")))
        .values_list("buyer__code", "total")
    )
    books = _by_buyer("receivable:")
    wrong = differing(books, facts)
    return Check(
        "receivable-true",
        not wrong,
        named(wrong) if wrong else str(len(facts)),
        _("ลูกหนี้แต่ละราย = ใบแจ้งหนี้ที่ยังค้าง"),
        two_sides(sum(books.values()), sum(facts.values()), _("บัญชีลูกหนี้"), _("ใบแจ้งหนี้ค้าง")),
    )


def _documents() -> Check:
    wrong = []
    billed = dict(
        DocumentSale.objects.values("document_id")
        .annotate(total=Sum("sale__total_satang"))
        .values_list("document_id", "total")
    )
    count = 0
    for document in Document.objects.order_by("pk").iterator():
        count += 1
        billed_wrongly = (
            document.kind == DocumentKind.BILL
            and billed.get(document.pk, 0) != document.total_satang
        )
        if billed_wrongly or content_hash(document.content) != document.sha256:
            wrong.append(document.code)
    stray = DocumentSale.objects.filter(stands=True, document__state=DocumentState.VOID)
    wrong += [row.document.code for row in stray.select_related("document")]
    return Check(
        "documents-true",
        not wrong,
        named(wrong) if wrong else str(count),
        _("เอกสารทุกใบตรงกับการส่ง และไม่มีใครแก้หลังออก"),
    )


def _numbers() -> Check:
    wrong = []
    drawn = (
        Document.objects.order_by()
        .values("series", "branch", "year_be")
        .annotate(count=Count("pk"), highest=Max("number"))
    )
    last = {
        (counter.series, counter.branch, counter.year_be): counter.last
        for counter in DocumentCounter.objects.all()
    }
    for row in drawn:
        key = (row["series"], row["branch"], row["year_be"])
        if not row["count"] == row["highest"] == last.get(key):
            wrong.append(f"{row['series']}-{row['year_be']}")
    return Check(
        "numbers-gap-free",
        not wrong,
        named(wrong) if wrong else str(sum(row["count"] for row in drawn)),
        _("เลขที่เอกสารต่อเนื่อง ไม่ขาดไม่ซ้ำ"),
    )


def _lots() -> Check:
    """Each lot's value in the ledger is what it was taken in at, less what left it."""
    books: dict[str, int] = {
        source: satang
        for source, satang in Entry.objects.filter(account_id=accounts.IN_HAND)
        .values("source")
        .annotate(total=Sum("satang"))
        .values_list("source", "total")
        if satang
    }
    facts = {
        f"lot:{lot}": value - out
        for lot, value, out in LotValue.objects.exclude(value_satang=F("out_satang")).values_list(
            "lot_id", "value_satang", "out_satang"
        )
    }
    wrong = differing(books, facts)
    return Check(
        "lots-true",
        not wrong,
        named(wrong) if wrong else str(LotValue.objects.count()),
        _("มูลค่าผลผลิตที่ศูนย์ตรงกับล็อตที่เหลือ"),
    )


def _in_hand() -> Check:
    """Produce in hand is 0 once a day is accepted: whatever was not sent was disposed of."""
    left = LotValue.objects.filter(
        lot__cycle__state=CycleState.ACCEPTED, out_satang__lt=F("value_satang")
    ).select_related("lot__cycle")
    wrong = [
        f"{value.lot.code} ({value.lot.cycle.delivery_day}): "
        f"{format_baht(value.value_satang - value.out_satang)}"
        for value in left.order_by("lot__cycle__delivery_day", "lot_id")
    ]
    return Check(
        "nothing-left-in-hand",
        not wrong,
        named(wrong),
        _("วันที่ตรวจรับครบแล้วไม่มีผลผลิตค้างที่ศูนย์"),
    )
