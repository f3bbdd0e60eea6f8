"""What payment vouchers are made for: goods bought outside, and what banks took."""

from __future__ import annotations

from typing import TypeVar

from django.db.models import CharField, Exists, Model, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from marketplace.common.dates import format_date
from marketplace.common.quantities import BaseUnit, format_quantity
from orders.fulfilment.models import HarvestLot
from orders.invoicing import accounts
from orders.reconciliation.models import Application, ApplicationKind
from orders.settlement import hooks
from orders.settlement.hooks import Payable
from orders.settlement.models import HandOn, PaymentVoucher

_M = TypeVar("_M", bound=Model)


def without_voucher(rows: QuerySet[_M], prefix: str) -> QuerySet[_M]:
    """Rows whose target `<prefix>:<pk>` has no live voucher."""
    target = Concat(Value(f"{prefix}:"), Cast(OuterRef("pk"), CharField()))
    return rows.exclude(Exists(PaymentVoucher.objects.alive().filter(target=target)))


def pk_of(target: str, prefix: str) -> int | None:
    """The primary key of a target of a kind; None for another kind."""
    kind, _colon, pk = target.partition(":")
    return int(pk) if kind == prefix and pk.isdigit() else None


def asked_for(rows: QuerySet[_M], prefix: str, target: str) -> QuerySet[_M]:
    """The row of one target, or all that have no live voucher, the oldest first."""
    if target:
        return rows.filter(pk=pk_of(target, prefix) or 0)
    return without_voucher(rows, prefix).order_by("pk")


def bought_outside(target: str = "") -> list[Payable]:
    """Goods bought from the market that nobody was paid for in cash from the float."""
    rows = HarvestLot.objects.filter(
        kind=HarvestLot.Kind.OUTSIDE, cost_satang__gt=0, value__isnull=False, vouchers__isnull=True
    ).select_related("product", "cycle")
    return [
        Payable(
            target=f"lot:{lot.pk}",
            payee=lot.vendor,
            what=_("ซื้อเสริม %(product)s %(qty)s ล็อต %(code)s")
            % {
                "product": lot.product.title,
                "qty": format_quantity(
                    lot.intake_qty,
                    BaseUnit(lot.product.base_unit),
                    unit_label=lot.product.unit_label_th
                    if lot.product.base_unit == "piece"
                    else None,
                ),
                "code": lot.code,
            },
            satang=lot.cost_satang or 0,
            day=lot.harvested_on,
            account=accounts.OUTSIDE,
        )
        for lot in asked_for(rows, "lot", target)
    ]


def taken_by_banks(target: str = "") -> list[Payable]:
    """Fees that banks took from the cooperative's accounts."""
    rows = Application.objects.standing().filter(
        kind=ApplicationKind.BANK_FEE, journal__isnull=False
    )
    return [
        Payable(
            target=f"application:{one.pk}",
            payee=one.row.account.bank,
            what=_("ค่าธรรมเนียมธนาคาร %(words)s") % {"words": one.row.description[:120]},
            satang=one.satang,
            day=one.row.day,
            pay_to=_("หักจากบัญชี %(account)s") % {"account": one.row.account},
        )
        for one in asked_for(rows.select_related("row__account"), "application", target)
    ]


def handed_on(target: str = "") -> list[Payable]:
    """What was approved to be handed on for members; two persons have decided about it already."""
    rows = HandOn.objects.filter(state=HandOn.State.AGREED).select_related("made_by", "decided_by")
    return [
        Payable(
            target=one.target,
            payee=one.payee,
            what=_("นำส่ง%(kind)sที่หักจากค่าผลผลิตถึง %(day)s")
            % {"kind": one.get_kind_display(), "day": format_date(one.until)},
            satang=one.satang,
            day=one.until,
            account=accounts.HANDING.code,
            made_by=one.made_by,
            checked_by=one.decided_by,
        )
        for one in asked_for(rows, "hand_on", target)
    ]


def waiting() -> list[Payable]:
    """Everything that has no voucher yet, the oldest first."""
    found = [one for read in hooks.payables for one in read("")]
    return sorted(found, key=lambda one: (one.day, one.target))


def payable_of(target: str) -> Payable | None:
    """What a target stands for; None when nothing is to be paid under that name."""
    return next((one for read in hooks.payables for one in read(target)), None)
