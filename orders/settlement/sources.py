"""Where payouts, vouchers and floats, sources of ledger entries, can be looked at."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.dates import bangkok_date, format_date
from marketplace.ledger.hooks import SourceLink, register_source
from orders.settlement.models import (
    CashFloat,
    Deduction,
    HandOn,
    Owed,
    PaymentVoucher,
    PayoutBatch,
    PayoutItem,
    Voucher,
)


def _batches(pks: list[int]) -> dict[int, SourceLink]:
    return {
        pk: SourceLink(code, reverse("settlement:batch", args=[pk]))
        for pk, code in PayoutBatch.objects.filter(pk__in=pks).values_list("pk", "code")
    }


def _items(pks: list[int]) -> dict[int, SourceLink]:
    found = {}
    for item in PayoutItem.objects.filter(pk__in=pks).select_related("batch", "voucher", "person"):
        if item.batch is not None:
            url = reverse("settlement:batch", args=[item.batch.pk])
            found[item.pk] = SourceLink(f"{item.batch.code} {item.payee}", url)
        elif item.voucher is not None:
            url = reverse("settlement:voucher", args=[item.voucher.pk])
            found[item.pk] = SourceLink(f"{item.voucher.code} {item.payee}", url)
    return found


def _vouchers(pks: list[int]) -> dict[int, SourceLink]:
    return {
        pk: SourceLink(code, reverse("settlement:voucher", args=[pk]))
        for pk, code in Voucher.objects.filter(pk__in=pks).values_list("pk", "code")
    }


def _floats(pks: list[int]) -> dict[int, SourceLink]:
    return {
        opened.pk: SourceLink(
            _("เงินสดย่อย %(day)s") % {"day": format_date(bangkok_date(opened.opened_at))},
            reverse("settlement:cash"),
        )
        for opened in CashFloat.objects.filter(pk__in=pks)
    }


def _deductions(pks: list[int]) -> dict[int, SourceLink]:
    return {
        row.pk: SourceLink(f"{row} {row.person}", reverse("settlement:deductions"))
        for row in Deduction.objects.filter(pk__in=pks).select_related("person")
    }


def _owed(pks: list[int]) -> dict[int, SourceLink]:
    found = {}
    for owed in Owed.objects.filter(pk__in=pks).select_related("person", "group", "lot"):
        label = f"{owed.lot.code} {owed.person or owed.group}"
        found[owed.pk] = SourceLink(label, reverse("settlement:group", args=[owed.group_id]))
    return found


def _payment_vouchers(pks: list[int]) -> dict[int, SourceLink]:
    return {
        row.pk: SourceLink(str(row), reverse("settlement:payment-voucher", args=[row.pk]))
        for row in PaymentVoucher.objects.filter(pk__in=pks)
    }


def _hand_ons(pks: list[int]) -> dict[int, SourceLink]:
    return {
        row.pk: SourceLink(str(row), reverse("settlement:hand-on", args=[row.pk]))
        for row in HandOn.objects.filter(pk__in=pks)
    }


def register_sources() -> None:
    """Register what this room can show."""
    register_source("batch", _batches)
    register_source("payout_item", _items)
    register_source("voucher", _vouchers)
    register_source("payment_voucher", _payment_vouchers)
    register_source("float", _floats)
    register_source("owed", _owed)
    register_source("deduction", _deductions)
    register_source("hand_on", _hand_ons)
