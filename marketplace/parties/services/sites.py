"""Where buyers take their deliveries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Buyer, DeliverySite


@dataclass(frozen=True, slots=True)
class SiteInput:
    """A delivery site to open; hours are Bangkok time on the delivery day."""

    buyer: Buyer
    name: str
    district_code: str
    address: str = ""
    receive_from: time = time(6, 0)
    receive_until: time = time(10, 0)


@unit_of_work
def add_sites(*, by: User | None, sites: list[SiteInput]) -> list[DeliverySite]:
    """Open delivery sites, in the order given.

    Raises:
        Refusals: a name is missing or taken at that buyer, or the hours end before they begin.
    """
    buyers = sorted({site.buyer.pk for site in sites})
    list(Buyer.objects.select_for_update(of=("self",)).filter(pk__in=buyers).order_by("pk"))
    taken = set(
        DeliverySite.objects.filter(buyer_id__in=buyers, archived_at__isnull=True).values_list(
            "buyer_id", "name"
        )
    )
    refusals: list[Refusal] = []
    for row, site in enumerate(sites):
        refusals += [
            Refusal(text, code=code, where=row)
            for wrong, code, text in (
                (not site.name.strip(), "name", _("ใส่ชื่อจุดส่งก่อน")),
                (
                    (site.buyer.pk, site.name.strip()) in taken,
                    "same-name",
                    _("ผู้ซื้อรายนี้มีจุดส่งชื่อนี้แล้ว ตั้งชื่อให้ต่างกัน"),
                ),
                (
                    site.receive_until <= site.receive_from,
                    "hours",
                    _("เวลารับของสิ้นสุดก่อนเริ่ม ตรวจเวลาอีกครั้ง"),
                ),
            )
            if wrong
        ]
        taken.add((site.buyer.pk, site.name.strip()))
    Refusals.raise_if_any(refusals)
    made = DeliverySite.objects.bulk_create(
        [
            DeliverySite(
                buyer=site.buyer,
                name=site.name.strip(),
                district_id=site.district_code,
                address=site.address.strip(),
                receive_from=site.receive_from,
                receive_until=site.receive_until,
            )
            for site in sites
        ]
    )
    for opened in made:
        record_many([("parties.site.opened", opened, {})], by=by, party=f"party:{opened.buyer_id}")
    return made


@unit_of_work
def change_site(*, by: User | None, site: DeliverySite, to: SiteInput) -> DeliverySite:
    """Correct a delivery site; what is ordered already is delivered by the corrected words.

    Raises:
        Refusal: a name is missing or taken at that buyer, or the hours end before they begin.
    """
    locked = DeliverySite.objects.select_for_update(of=("self",)).get(pk=site.pk)
    name = to.name.strip()
    others = DeliverySite.objects.filter(
        buyer_id=locked.buyer_id, name=name, archived_at__isnull=True
    ).exclude(pk=locked.pk)
    if not name or others.exists():
        raise Refusal(
            _("ผู้ซื้อรายนี้มีจุดส่งชื่อนี้แล้ว ตั้งชื่อให้ต่างกัน") if name else _("ใส่ชื่อจุดส่งก่อน"),
            code="name",
            where="name",
        )
    if to.receive_until <= to.receive_from:
        raise Refusal(_("เวลารับของสิ้นสุดก่อนเริ่ม ตรวจเวลาอีกครั้ง"), code="hours", where="receive_until")
    locked.name, locked.address, locked.district_id = name, to.address.strip(), to.district_code
    locked.receive_from, locked.receive_until = to.receive_from, to.receive_until
    locked.save()
    record_many([("parties.site.changed", locked, {})], by=by, party=f"party:{locked.buyer_id}")
    return locked


@unit_of_work
def archive_sites(*, by: User | None, sites: Iterable[DeliverySite]) -> list[DeliverySite]:
    """Close delivery sites for new orders; what is ordered already is still delivered there."""
    open_ones = list(
        DeliverySite.objects.select_for_update()
        .filter(pk__in=[site.pk for site in sites], archived_at__isnull=True)
        .order_by("pk")
    )
    for site in open_ones:
        site.archived_at = now()
    DeliverySite.objects.bulk_update(open_ones, ["archived_at"])
    for site in open_ones:
        record_many([("parties.site.closed", site, {})], by=by, party=f"party:{site.buyer_id}")
    return open_ones
