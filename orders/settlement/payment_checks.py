"""How payment vouchers meet bank rows, and whether they, their numbers and the ledger agree."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Max, Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.money import format_baht
from marketplace.ledger.hooks import Check, CloseLine
from marketplace.ledger.services import balances
from orders.fulfilment.models import HarvestLot
from orders.invoicing import accounts
from orders.invoicing.checks import named, two_sides
from orders.invoicing.models import DocumentCounter
from orders.invoicing.services.documents import content_hash
from orders.reconciliation.hooks import Awaited, Expected
from orders.settlement.models import PaymentVoucher


def _on_their_way() -> list[Expected]:
    return [
        Expected(f"payment_voucher:{one.pk}", f"{one} {one.payee}", one.satang, one.day)
        for one in PaymentVoucher.objects.filter(state="issued", pays_by="transfer").order_by("pk")
        if one.day
    ]


def awaited() -> Awaited:
    """Vouchers that are paid by transfer, for the bank queue."""
    return Awaited(
        prefix="payment_voucher",
        label=gettext_lazy("ใบสำคัญจ่าย"),
        account=accounts.VOUCHER_TRANSIT.code,
        money_in=False,
        expected=_on_their_way,
        words=("pv-", "โอนออก"),
    )


def checks() -> list[Check]:
    """Numbers without a gap, contents as issued; what is owed to vendors is what nobody paid."""
    wrong = []
    count = 0
    for voucher in PaymentVoucher.objects.numbered().order_by("pk").iterator():
        count += 1
        if content_hash(voucher.content) != voucher.sha256:
            wrong.append(str(voucher))
    last: dict[tuple[str, int | None], int] = {
        (counter.branch, counter.year_be): counter.last
        for counter in DocumentCounter.objects.filter(series="PV")
    }
    for row in (
        PaymentVoucher.objects.numbered()
        .order_by()
        .values("branch", "year_be")
        .annotate(count=Count("pk"), highest=Max("number"))
    ):
        if not row["count"] == row["highest"] == last.get((row["branch"], row["year_be"])):
            wrong.append(f"PV-{row['year_be']}")
    bought = HarvestLot.objects.filter(
        kind=HarvestLot.Kind.OUTSIDE, value__isnull=False, vouchers__isnull=True
    ).aggregate(total=Sum("cost_satang"))["total"]
    paid = PaymentVoucher.objects.filter(state="issued", target__startswith="lot:").aggregate(
        total=Sum("satang")
    )["total"]
    owed = (bought or 0) - (paid or 0)
    books = -balances([accounts.OUTSIDE]).get(accounts.OUTSIDE, 0)
    return [
        Check(
            "payment-vouchers-true",
            not wrong,
            named(wrong) if wrong else str(count),
            gettext_lazy("ใบสำคัญจ่ายเลขที่ต่อเนื่อง และไม่มีใครแก้หลังออก"),
        ),
        Check(
            "outside-true",
            books == owed,
            format_baht(books),
            gettext_lazy("ค้างจ่ายค่าซื้อเสริม = ล็อตที่ยังไม่ได้จ่าย"),
            two_sides(books, owed, gettext_lazy("บัญชี"), gettext_lazy("ล็อตที่ยังไม่ได้จ่าย")),
        ),
    ]


def close_lines(first: dt.date, last: dt.date) -> list[CloseLine]:
    """No voucher asked for by the month's last day still waits for a second person."""
    count = PaymentVoucher.objects.asked().filter(made_at__date__lte=last).count()
    return [
        CloseLine(
            "payment-vouchers-decided",
            not count,
            _("ใบสำคัญจ่ายมีผู้ตรวจครบ"),
            _("ยังรอ %(count)d ใบ") % {"count": count} if count else "",
            reverse("settlement:payment-vouchers"),
            must=False,
        )
    ]
