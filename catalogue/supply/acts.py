"""What acts on offers were about, for the page of what people did for one another."""

from __future__ import annotations

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from catalogue.supply.models import OfferShare
from catalogue.supply.reading import amount_of, days_of
from catalogue.supply.rules import UNDO_WITHIN
from marketplace.audit.models import AuditEntry
from marketplace.common.clock import now
from marketplace.parties.acts import Detail

_PREFIX = "offershare:"


def details_of(entries: Sequence[AuditEntry]) -> dict[int, Detail]:
    """Say which produce, how much before and after, and for which days; links to the share, where a
    change can be undone.
    """
    wanted = {
        entry.pk: int(entry.subject.removeprefix(_PREFIX))
        for entry in entries
        if entry.subject.startswith(_PREFIX)
    }
    if not wanted:
        return {}
    shares = OfferShare.objects.select_related("harvest_offer__product").in_bulk(
        set(wanted.values())
    )
    found = {}
    for entry in entries:
        share = shares.get(wanted.get(entry.pk, 0))
        if share is None:
            continue
        offer = share.harvest_offer
        product = offer.product
        found[entry.pk] = Detail(
            text=_("%(product)s เกรด %(grade)s %(before)s → %(after)s · %(days)s")
            % {
                "product": product.name,
                "grade": offer.grade,
                "before": amount_of(product, entry.data.get("before_qty", 0)),
                "after": amount_of(product, entry.data.get("after_qty", 0)),
                "days": days_of(offer),
            },
            url=reverse("supply:share", args=[share.pk]),
            can_undo=entry.action == "supply.share.changed" and now() - entry.at <= UNDO_WITHIN,
        )
    return found
