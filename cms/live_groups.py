"""What the market knows of a farmer group and may tell everybody; never a name of a grower."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count

from catalogue.models import Product
from catalogue.standards.models import Certificate
from catalogue.supply.models import HarvestOffer
from cms.live import kept
from marketplace.common.clock import today
from marketplace.parties.models import FarmerGroup, Membership

LOOKED_BACK_DAYS = 365
FEWEST = 3
"""Fewer members than this are not counted in public."""


@dataclass(frozen=True, slots=True)
class Held:
    """A standard that a group meets today, and until when."""

    standard: str
    number: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class Grown:
    """A kind of produce that a group offered within a year, with its season."""

    name: str
    url: str
    drawing: str
    months: str


@dataclass(frozen=True, slots=True)
class GroupFacts:
    """A group in figures; `members` is None where they are too few to be counted in public."""

    name: str
    district: str
    members: int | None
    held: list[Held]
    grown: list[Grown]


@dataclass(frozen=True, slots=True)
class Seller:
    """A group that sells somewhere, with the page about it where there is one."""

    name: str
    district: str
    url: str


def group_facts(group: FarmerGroup) -> GroupFacts:
    """Members counted, standards held today and what was grown within a year; three queries."""
    return kept("group", group.pk, read=lambda: _group_facts(group))


def _group_facts(group: FarmerGroup) -> GroupFacts:
    day = today()
    members = Membership.objects.present().filter(group=group, since__lte=day).count()
    held: dict[str, Held] = {}
    for row in (
        Certificate.objects.valid_between(day, day)
        .filter(group=group)
        .select_related("standard")
        .order_by("standard__order", "-valid_until")
    ):
        held.setdefault(row.standard_id, Held(str(row.standard), row.number, row.valid_until))
    grown = (
        Product.objects.browsable()
        .filter(
            pk__in=HarvestOffer.objects.filter(
                group=group, last_day__gte=day - timedelta(days=LOOKED_BACK_DAYS)
            ).values("product_id")
        )
        .order_by("title", "pk")
    )
    return GroupFacts(
        name=group.name,
        district=str(group.district),
        members=members if members >= FEWEST else None,
        held=list(held.values()),
        grown=[
            Grown(one.name, one.get_absolute_url(), one.drawing, one.season_months) for one in grown
        ],
    )


def sellers(groups: Sequence[FarmerGroup]) -> list[Seller]:
    """Groups by name, each with its page in the reader's language where it has one; two queries."""
    from wagtail.models import Locale

    from cms.models import GroupPage

    ids = [group.pk for group in groups]
    pages = {
        page.group_id: page.get_url() or ""
        for page in GroupPage.objects.live()
        .public()
        .filter(group_id__in=ids, locale=Locale.get_active())
    }
    rows = FarmerGroup.objects.filter(pk__in=ids).select_related("district").order_by("name_th")
    return [Seller(row.name, str(row.district), pages.get(row.pk, "")) for row in rows]


def groups_now(limit: int) -> list[Seller]:
    """The groups with the most offers open today, with their pages; three queries.

    Args:
        limit: at most so many.
    """
    busiest = (
        HarvestOffer.objects.open()
        .filter(last_day__gt=today())
        .values("group_id")
        .annotate(n=Count("pk"))
        .order_by("-n", "group_id")[:limit]
    )
    return sellers(list(FarmerGroup.objects.filter(pk__in=[row["group_id"] for row in busiest])))
