"""One delivery day to live through: offers with shares, an order, cut-off, scale, dock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import count

from catalogue.models import Product
from catalogue.partner.services import ListingInput, list_products
from catalogue.standards.models import Standard
from catalogue.standards.services import CertificateInput, add_certificates
from catalogue.supply.models import HarvestOffer
from catalogue.supply.services import OfferInput, ShareInput, offer_harvests
from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.cycles.models import OrderCycle
from marketplace.cycles.services import close_due_cycles, open_cycles
from marketplace.parties.models import Buyer, Cooperative, DeliverySite, FarmerGroup, Person
from marketplace.parties.services import SiteInput, add_sites, join_group
from orders.allocation.models import Run
from orders.fulfilment.models import Acceptance, CrateType, HarvestLot
from orders.fulfilment.services import (
    AcceptanceInput,
    WeighingInput,
    close_intake,
    dispatch,
    pack_deliveries,
    record_acceptance,
    record_weighings,
)
from orders.models import Delivery, Line, Order
from orders.services import CellInput, place_draft, save_cells, start_draft
from tests.support import goods, people
from tests.support.ordering import FIRST_DAY, KG, MONDAY, at

_keys = count(1)


def key() -> str:
    """A key as a device draws it."""
    return f"key-{next(_keys)}"


@dataclass
class Day:
    """A market with one open delivery day."""

    cooperative: Cooperative
    staff: User
    group: FarmerGroup
    other_group: FarmerGroup
    coordinator: User
    daeng: Person
    somjai: Person
    huey: Person
    hospital: Buyer
    hotel: Buyer
    site: DeliverySite
    hotel_site: DeliverySite
    requester: User
    receiver: User
    cycle: OrderCycle
    kale: Product
    greens: Product
    offers: list[HarvestOffer] = field(default_factory=list)

    def offer(
        self,
        *shares: tuple[Person, int],
        product: Product | None = None,
        group: FarmerGroup | None = None,
        grade: str = "A",
        days: int = 1,
        standards: Sequence[str] = (),
        min_price: int = 0,
    ) -> HarvestOffer:
        """Offer kilograms of each person over some days from the delivery day on."""
        made: HarvestOffer = offer_harvests(
            by=None,
            offers=[
                OfferInput(
                    group_id=(group or self.group).pk,
                    product_id=(product or self.kale).pk,
                    grade=grade,
                    first_day=FIRST_DAY,
                    last_day=FIRST_DAY + dt.timedelta(days=days - 1),
                    shares=[ShareInput(person.pk, kilos * KG) for person, kilos in shares],
                    standards=standards,
                    min_price_satang=min_price,
                )
            ],
        )[0]
        self.offers.append(made)
        return made

    def order(
        self,
        kilos: int,
        *,
        product: Product | None = None,
        site: DeliverySite | None = None,
        grade: str = "A",
        standard: str | None = None,
        party: FarmerGroup | None = None,
        cycle: OrderCycle | None = None,
    ) -> Line:
        """Order kilograms for a site; what cannot be promised becomes wanted more."""
        listing = list_products(
            by=None,
            listings=[
                ListingInput(
                    product=product or self.kale,
                    party=party or self.cooperative,
                    min_grade=grade,
                    required_standard=(
                        Standard.objects.get(pk=standard) if standard is not None else None
                    ),
                )
            ],
        )[0]
        where = site or self.site
        on = cycle or self.cycle
        draft = start_draft(
            by=self.requester, site=where, first_day=on.delivery_day, last_day=on.delivery_day
        )
        save_cells(by=self.requester, draft=draft, cells=[CellInput(listing.pk, on.pk, kilos * KG)])
        order: Order = place_draft(by=self.requester, draft=draft)
        line: Line = order.lines.get()
        return line

    def certify(self, standard: str, *, group: FarmerGroup | None = None) -> None:
        """Give a group a certificate over the season."""
        add_certificates(
            by=None,
            certificates=[
                CertificateInput(
                    standard=Standard.objects.get(pk=standard),
                    number=key(),
                    group=group or self.group,
                    valid_from=MONDAY - dt.timedelta(days=30),
                    valid_until=MONDAY + dt.timedelta(days=200),
                )
            ],
        )

    def cut_off(self) -> Run:
        """Let every cut-off pass; the tick allocates."""
        clock.set_clock(at(FIRST_DAY - dt.timedelta(days=1), 18))
        close_due_cycles()
        self.cycle.refresh_from_db()
        return Run.objects.get(cycle=self.cycle, kind="cutoff", is_current=True)

    def weigh(
        self, person: Person, kilos: float, *, product: Product | None = None, grade: str = "A"
    ) -> HarvestLot:
        """Weigh net kilograms in one green crate at four in the morning."""
        clock.set_clock(at(FIRST_DAY, 4))
        crate = CrateType.objects.get(name_th="ตะกร้าเขียว")
        return record_weighings(
            by=self.staff,
            weighings=[
                WeighingInput(
                    key=key(),
                    cycle_id=self.cycle.pk,
                    person_id=person.pk,
                    product_id=(product or self.kale).pk,
                    grade=grade,
                    crates=((crate.pk, 1),),
                    gross_g=round(kilos * KG) + crate.tare_g,
                    confirm=True,
                )
            ],
        )[0]

    def close(self) -> Run:
        """Close intake."""
        return close_intake(cycle=self.cycle, by=self.staff)

    def deliveries(self) -> list[Delivery]:
        """The deliveries of the day."""
        return list(Delivery.objects.filter(cycle=self.cycle).order_by("pk"))

    def send(self) -> list[Delivery]:
        """Pack and dispatch everything."""
        pack_deliveries(by=self.staff, deliveries=self.deliveries())
        dispatch(by=self.staff, deliveries=self.deliveries())
        return self.deliveries()

    def accept(
        self, delivery: Delivery, lines: Iterable[AcceptanceInput], **values: object
    ) -> Acceptance:
        """Accept on the receiver's own phone."""
        words: dict[str, object] = {
            "by": self.receiver,
            "method": Acceptance.Method.OWN_PHONE,
            "receiver_name": "วิภา ตัวอย่าง",
            **values,
        }
        return record_acceptance(delivery=delivery, lines=lines, **words)  # type: ignore[arg-type]


def make_day(*, days: int = 1) -> Day:
    """Set up the market on a Monday, a week before the delivery day."""
    clock.set_clock(at(MONDAY))
    hub = people.hub()
    group, other = people.group(), people.group("กลุ่มสวนตัวอย่าง", "9002")
    growers = [
        people.person(name, called=called)
        for name, called in (
            ("แดง ตัวอย่าง", "ป้าแดง"),
            ("สมใจ ตัวอย่าง", "น้าสมใจ"),
            ("ห้วย ตัวอย่าง", "ลุงห้วย"),
        )
    ]
    since = MONDAY - dt.timedelta(days=100)
    join_group(by=None, group=group, persons=growers[:2], since=since)
    join_group(by=None, group=other, persons=growers[2:], since=since)
    hospital, hotel = people.buyer(), people.buyer("โรงแรมตัวอย่าง", "hotel", "9001")
    sites = add_sites(
        by=None,
        sites=[
            SiteInput(
                buyer=buyer,
                name="ครัวตัวอย่าง",
                district_code=district,
                address="1 ถนนตัวอย่าง",
                receive_from=dt.time(6),
                receive_until=dt.time(7),
            )
            for buyer, district in ((hospital, "9011"), (hotel, "9001"))
        ],
    )
    kale, greens = goods.product("คะน้า"), goods.product("กวางตุ้ง")
    prices = []
    for product in (kale, greens):
        for grade, farm_gate in (("A", 2800), ("B", 2200), ("C", 1400)):
            prices.append(
                goods.row(
                    product, grade, farm_gate, hospital=farm_gate + 1400, hotel=farm_gate + 1800
                )
            )
    goods.published(MONDAY, *prices)
    cycles = open_cycles(
        by=None, hub=hub, days=[FIRST_DAY + dt.timedelta(days=n) for n in range(days)]
    )
    cooperative = Cooperative.objects.get()
    return Day(
        cooperative=cooperative,
        staff=people.user("staff", (cooperative, "staff")),
        group=group,
        other_group=other,
        coordinator=people.user("coordinator", (group, "coordinator")),
        daeng=growers[0],
        somjai=growers[1],
        huey=growers[2],
        hospital=hospital,
        hotel=hotel,
        site=sites[0],
        hotel_site=sites[1],
        requester=people.user("requester", (hospital, "requester"), (hotel, "requester")),
        receiver=people.user("receiver", (hospital, "receiver")),
        cycle=cycles[0],
        kale=kale,
        greens=greens,
    )
