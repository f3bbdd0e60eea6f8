"""A small supply to test on: two groups with members, days to deliver on, offers."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Sum

from catalogue.models import Product
from catalogue.standards.models import Certificate
from catalogue.supply.models import Backing, HarvestOffer, Reservation
from catalogue.supply.services import (
    OfferInput,
    ReserveRequest,
    ShareInput,
    offer_harvests,
    reserve,
)
from catalogue.supply.services.locking import terms_of
from marketplace.common import clock
from marketplace.common.dates import BANGKOK
from marketplace.cycles.models import OrderCycle
from marketplace.cycles.services import open_cycles
from marketplace.parties.models import FarmerGroup, Person
from marketplace.parties.services import join_group
from tests.support import people

START = datetime(2027, 1, 1, 8, 0, tzinfo=BANGKOK)
"""When these tests play: a Friday morning."""

FIRST_DAY = date(2027, 1, 4)
"""The first delivery day."""

KALE = "kha-na"


@dataclass
class Supply:
    """Two groups of two and one, and delivery days one after another."""

    group: FarmerGroup
    other_group: FarmerGroup
    daeng: Person
    somjai: Person
    huey: Person
    cycles: list[OrderCycle]
    kale: Product
    _holders: int = field(default=0)

    def day(self, number: int) -> date:
        """The delivery day of a number, from 0."""
        return FIRST_DAY + timedelta(days=number)

    def offer(
        self,
        *kilos: int,
        first: int = 0,
        last: int = 6,
        grade: str = "A",
        product: Product | None = None,
        other: bool = False,
        **values: object,
    ) -> HarvestOffer:
        """Offer kilograms (or pieces): the first for Daeng, the second for Somjai; or Huey."""
        members = [self.huey] if other else [self.daeng, self.somjai]
        chosen = product or self.kale
        return offer_harvests(
            by=None,
            offers=[
                OfferInput(
                    group_id=(self.other_group if other else self.group).pk,
                    product_id=chosen.pk,
                    grade=grade,
                    first_day=self.day(first),
                    last_day=self.day(last),
                    shares=[
                        ShareInput(person.pk, kilo * chosen.per)
                        for person, kilo in zip(members, kilos, strict=False)
                    ],
                    **values,  # type: ignore[arg-type]
                )
            ],
        )[0]

    def request(
        self, kilos: int, day: int = 0, holder: str = "", **values: object
    ) -> ReserveRequest:
        """Ask for kilograms on a day; a holder of its own unless named."""
        self._holders += 1
        chosen = values.pop("product", None) or self.kale
        assert isinstance(chosen, Product)
        return ReserveRequest(
            holder=holder or f"line:{self._holders}",
            cycle_id=self.cycles[day].pk,
            product_id=chosen.pk,
            min_grade=str(values.pop("min_grade", "A")),
            qty=kilos * chosen.per,
            **values,  # type: ignore[arg-type]
        )

    def reserve(self, kilos: int, day: int = 0, holder: str = "", **values: object) -> int:
        """Reserve kilograms on a day; return the kilograms guaranteed."""
        request = self.request(kilos, day, holder, **values)
        return reserve(requests=[request])[request.holder] // 1000


def make_supply(days: int = 7) -> Supply:
    """Make the parties, the cycles and nothing offered yet; stop the clock at `START` first."""
    group, other = people.group(), people.group("สวนผักตัวอย่างคลองแห", "9011")
    daeng, somjai = people.person("แดง ตัวอย่าง"), people.person("สมใจ ตัวอย่าง")
    huey = people.person("เหวย ตัวอย่าง", "9011")
    since = date(2026, 1, 1)
    join_group(by=None, group=group, persons=[daeng, somjai], since=since)
    join_group(by=None, group=other, persons=[huey], since=since)
    return Supply(
        group=group,
        other_group=other,
        daeng=daeng,
        somjai=somjai,
        huey=huey,
        cycles=open_cycles(
            by=None, hub=people.hub(), days=[FIRST_DAY + timedelta(days=n) for n in range(days)]
        ),
        kale=Product.objects.get(slug=KALE),
    )


def certify(
    standard: str,
    first: date,
    last: date,
    *,
    group: FarmerGroup | None = None,
    person: Person | None = None,
) -> Certificate:
    """A certificate of a group or a person for every product."""
    return Certificate.objects.create(
        standard_id=standard,
        group=group,
        person=person,
        number="ตัวอย่าง-1",
        valid_from=first,
        valid_until=last,
        created_at=clock.now(),
    )


def broken_rules() -> list[str]:
    """Check rule 1 over the whole database: what is broken, in words; nothing when all holds."""
    broken = []
    live = Reservation.State.LIVE
    backed = dict(
        Backing.objects.filter(reservation__state=live)
        .values_list("harvest_offer_id")
        .annotate(total=Sum("qty"))
    )
    for offer in HarvestOffer.objects.all():
        shares = list(offer.shares.values_list("qty", "taken_qty"))
        if offer.reserved_qty != backed.get(offer.pk, 0):
            broken.append(f"offer {offer.pk}: reserved is not the sum of its live backings")
        if not 0 <= offer.reserved_qty <= offer.promisable_qty:
            broken.append(
                f"offer {offer.pk}: promised {offer.reserved_qty} of {offer.promisable_qty}"
            )
        if offer.offered_qty != sum(qty for qty, _taken in shares):
            broken.append(f"offer {offer.pk}: offered is not the sum of its shares")
        if offer.taken_qty != sum(taken for _qty, taken in shares):
            broken.append(f"offer {offer.pk}: taken is not the sum of its shares'")
        if offer.promisable_qty != max(offer.policy_qty, offer.reserved_qty):
            broken.append(f"offer {offer.pk}: promisable is neither policy nor reserved")
        if offer.standard_codes.split() != sorted(offer.standards.values_list("pk", flat=True)):
            broken.append(f"offer {offer.pk}: its codes are not its standards")
    for reservation in Reservation.objects.filter(state=live).select_related("cycle"):
        terms, held = terms_of(reservation), 0
        for backing in reservation.backings.select_related("harvest_offer"):
            offer = backing.harvest_offer
            held += backing.qty
            if not (
                offer.product_id == terms.product_id
                and offer.first_day <= terms.day <= offer.last_day
                and offer.grade <= terms.min_grade
                and (terms.standard_id is None or terms.standard_id in offer.standard_codes.split())
                and (terms.group_id is None or terms.group_id == offer.group_id)
                and (
                    terms.max_price_satang is None
                    or offer.min_price_satang <= terms.max_price_satang
                )
            ):
                broken.append(f"{reservation.holder}: offer {offer.pk} may not back it")
        if held != reservation.qty:
            broken.append(f"{reservation.holder}: guaranteed {reservation.qty}, backed {held}")
    return broken
