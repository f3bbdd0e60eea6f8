"""Where the sources of ledger entries can be looked at."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from marketplace.common.dates import format_date
from marketplace.ledger.hooks import SourceLink, register_source
from orders.fulfilment.models import HarvestLot
from orders.invoicing.models import Document
from orders.models import Delivery, Line


def _url(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _lines(pks: list[int]) -> dict[int, SourceLink]:
    return {
        line.pk: SourceLink(
            _("%(product)s ส่ง %(day)s")
            % {
                "product": line.product.name,
                "day": format_date(line.delivery.cycle.delivery_day),
            },
            _url("invoicing:delivery", line.delivery_id),
        )
        for line in Line.objects.filter(pk__in=pks).select_related("product", "delivery__cycle")
    }


def _deliveries(pks: list[int]) -> dict[int, SourceLink]:
    return {
        delivery.pk: SourceLink(
            _("การส่ง %(day)s %(order)s")
            % {
                "day": format_date(delivery.cycle.delivery_day),
                "order": delivery.order.number,
            },
            _url("invoicing:delivery", delivery.pk),
        )
        for delivery in Delivery.objects.filter(pk__in=pks).select_related("cycle", "order")
    }


def _lots(pks: list[int]) -> dict[int, SourceLink]:
    return {
        pk: SourceLink(_("ล็อต %(code)s") % {"code": code})
        for pk, code in HarvestLot.objects.filter(pk__in=pks).values_list("pk", "code")
    }


def _documents(pks: list[int]) -> dict[int, SourceLink]:
    return {
        pk: SourceLink(code, _url("invoicing:bill", pk))
        for pk, code in Document.objects.filter(pk__in=pks).values_list("pk", "code")
    }


def register_sources() -> None:
    """Register what this room can show."""
    register_source("line", _lines)
    register_source("delivery", _deliveries)
    register_source("lot", _lots)
    register_source("document", _documents)
