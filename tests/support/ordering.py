"""A market that takes orders: a hospital with a site, listings with prices, open days, offers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from catalogue.partner.services import ListingInput, list_products
from catalogue.supply.models import HarvestOffer, Reservation
from catalogue.supply.services import OfferInput, ShareInput, offer_harvests
from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.common.dates import bangkok_at
from marketplace.cycles.models import OrderCycle
from marketplace.cycles.services import open_cycles
from marketplace.parties.models import Buyer, DeliverySite, FarmerGroup
from marketplace.parties.services import SiteInput, add_sites, join_group
from orders.models import Line, Order, OrderDraft
from orders.services import CellInput, place_draft, save_cells, start_draft
from tests.support import goods, people

MONDAY = dt.date(2027, 1, 4)
"""The day on which these tests begin, 09.00 in Bangkok; the first open day is a week later."""
FIRST_DAY = dt.date(2027, 1, 11)
KG = 1000


@dataclass
class Shop:
    """What the tests of ordering stand on."""

    hospital: Buyer
    site: DeliverySite
    requester: User
    staff: User
    group: FarmerGroup
    cycles: list[OrderCycle]
    listings: list[StockRecord]
    offers: list[HarvestOffer]

    def cells(self, qty: int = 10 * KG) -> list[CellInput]:
        """One cell for each listing and day."""
        return [
            CellInput(listing.pk, cycle.pk, qty)
            for cycle in self.cycles
            for listing in self.listings
        ]

    def draft(self, cells: Sequence[CellInput] = (), name: str = "") -> OrderDraft:
        """A draft over all the open days, with these cells."""
        draft = start_draft(
            by=self.requester,
            site=self.site,
            first_day=self.cycles[0].delivery_day,
            last_day=self.cycles[-1].delivery_day,
            name=name,
        )
        return save_cells(by=self.requester, draft=draft, cells=cells)

    def order(self, cells: Sequence[CellInput] = ()) -> Order:
        """A placed order of these cells, or of one for each listing and day."""
        return place_draft(by=self.requester, draft=self.draft(cells or self.cells()))


def at(day: dt.date, hour: int = 9, minute: int = 0, second: int = 0) -> dt.datetime:
    """A moment in Bangkok."""
    return bangkok_at(day, dt.time(hour, minute, second))


def make_shop(
    *, products: int = 2, days: int = 3, offered: int = 10_000 * KG, price: int = 4200
) -> Shop:
    """Open a market on `MONDAY` (the clock is stopped there).

    `offered`: base units of each product, over all the days.
    """
    clock.set_clock(at(MONDAY))
    hub = people.hub()
    group = people.group()
    hospital = people.buyer()
    site = add_sites(
        by=None,
        sites=[
            SiteInput(
                buyer=hospital,
                name="ครัวผู้ป่วยในตัวอย่าง",
                district_code="9011",
                address="ตึกโภชนาการตัวอย่าง",
                receive_from=dt.time(6),
                receive_until=dt.time(7),
            )
        ],
    )[0]
    chosen = list(Product.objects.filter(base_unit="gram", step_qty=500).order_by("pk")[:products])
    listings = list_products(
        by=None,
        listings=[ListingInput(product=product, party=hub.cooperative) for product in chosen],
    )
    goods.published(
        MONDAY, *[goods.row(product, hospital=price, hotel=price + 400) for product in chosen]
    )
    cycles = open_cycles(
        by=None, hub=hub, days=[FIRST_DAY + dt.timedelta(days=n) for n in range(days)]
    )
    grower = people.person()
    join_group(by=None, group=group, persons=[grower], since=dt.date(2026, 1, 1))
    offers = offer_harvests(
        by=None,
        offers=[
            OfferInput(
                group_id=group.pk,
                product_id=product.pk,
                grade="A",
                first_day=FIRST_DAY,
                last_day=FIRST_DAY + dt.timedelta(days=60),
                shares=[ShareInput(grower.pk, offered)],
            )
            for product in chosen
        ],
    )
    return Shop(
        hospital=hospital,
        site=site,
        requester=people.user("requester", (hospital, "requester")),
        staff=people.user("staff", (hub.cooperative, "staff")),
        group=group,
        cycles=cycles,
        listings=listings,
        offers=offers,
    )


def reserved(line: Line) -> int:
    """What supply guarantees to a line now, base units."""
    found = Reservation.objects.filter(holder=line.holder, state="live").first()
    return found.qty if found else 0
