"""Listings: what a buyer sees of a product from a source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.partner.models import (
    Partner,
    StockRecord,
)
from catalogue.standards.models import Standard
from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common import clock
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Party, PartyKind, Stage

SOURCES = (PartyKind.COOPERATIVE, PartyKind.GROUP)


@dataclass(frozen=True, slots=True)
class ListingInput:
    """A listing to open: a product from a source, from a grade up, perhaps under a standard."""

    product: Product
    party: Party
    min_grade: str = Grade.A
    required_standard: Standard | None = None


@unit_of_work
def list_products(*, by: User | None, listings: Sequence[ListingInput]) -> list[StockRecord]:
    """Open listings; one that exists is opened again or left as it is.

    Returns:
        The listings in the order asked for.

    Raises:
        Refusals: an archived product, a party that is neither the cooperative nor an active group,
            a grade that does not exist; `where` is the position in `listings`.
    """
    Refusals.raise_if_any(
        refusal
        for place, given in enumerate(listings)
        for refusal in _listing_problems(given, place)
    )
    partners = _partners_of({given.party.pk: given.party for given in listings})
    known = {
        (row.product_id, row.partner_id, row.min_grade, row.required_standard_id): row
        for row in StockRecord.objects.select_for_update()
        .filter(partner__in=partners.values(), product__in=[g.product for g in listings])
        .order_by("pk")
    }
    found: list[StockRecord] = []
    new: list[StockRecord] = []
    reopened: list[StockRecord] = []
    for given in listings:
        partner = partners[given.party.pk]
        standard = given.required_standard
        key = (given.product.pk, partner.pk, given.min_grade, standard.pk if standard else None)
        listing = known.get(key)
        if listing is None:
            listing = StockRecord(
                product=given.product,
                partner=partner,
                partner_sku=sku(given),
                min_grade=given.min_grade,
                required_standard=standard,
                price_currency="THB",
            )
            known[key] = listing
            new.append(listing)
        elif listing.archived_at is not None:
            listing.archived_at = None
            reopened.append(listing)
        found.append(listing)
    StockRecord.objects.bulk_create(new)
    StockRecord.objects.bulk_update(reopened, ["archived_at"])
    record_many(
        [
            ("partner.listing.opened", listing, {"product": listing.product_id})
            for listing in [*new, *reopened]
        ],
        by=by,
    )
    return found


@unit_of_work
def archive_listings(*, by: User | None, listings: Iterable[StockRecord]) -> list[StockRecord]:
    """Close listings for new orders; lines placed on them stay. Returns what this call closed."""
    found = list(
        StockRecord.objects.select_for_update()
        .filter(pk__in=[listing.pk for listing in listings], archived_at__isnull=True)
        .order_by("pk")
    )
    for listing in found:
        listing.archived_at = clock.now()
    StockRecord.objects.bulk_update(found, ["archived_at"])
    record_many([("partner.listing.archived", listing, {}) for listing in found], by=by)
    return found


def sku(given: ListingInput) -> str:
    """The listing's code with its source: the same whenever it is made ("kha-na-A-GAP")."""
    standard = given.required_standard
    name = given.product.upc or f"p{given.product.pk}"
    return f"{name}-{given.min_grade}-{standard.pk if standard else 'any'}"


def _partners_of(parties: dict[int, Party]) -> dict[int, Partner]:
    found = {partner.party_id: partner for partner in Partner.objects.filter(party_id__in=parties)}
    for pk in sorted(set(parties) - set(found)):
        party = parties[pk]
        found[pk] = Partner.objects.create(
            party_id=pk, code=party.code.lower(), name=party.name_th[:128]
        )
    return found


def _listing_problems(given: ListingInput, place: int) -> list[Refusal]:
    found = []

    def bad(message: str, code: str) -> None:
        found.append(Refusal(message, code=code, where=place))

    if given.product.archived_at is not None:
        bad(
            _("%(product)s เลิกขายแล้ว ต้องนำกลับมาก่อนจึงเปิดรายการขายได้")
            % {"product": given.product.title},
            "archived",
        )
    if given.party.kind not in SOURCES:
        bad(_("%(party)s ไม่ใช่สหกรณ์หรือกลุ่มเกษตรกร") % {"party": given.party.name}, "source")
    elif given.party.stage != Stage.ACTIVE:
        bad(_("%(party)s ยังไม่เปิดใช้งาน") % {"party": given.party.name}, "stage")
    if given.min_grade not in Grade.values:
        bad(_("ไม่มีเกรด “%(grade)s”") % {"grade": given.min_grade}, "grade")
    return found
