"""Sets the demo's stage: the cooperative, its groups and growers, its buyers, what they list and
charge.

Everything goes through the services that the screens use, in lists. `set_the_stage` returns a
Market, the handle by which `story` lives through the weeks.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import cache

from django.contrib.auth.hashers import make_password

from catalogue.models import Product
from catalogue.partner.models import StockRecord
from catalogue.partner.services import ListingInput, list_products
from catalogue.standards.models import Standard
from catalogue.standards.services import CertificateInput, add_certificates
from catalogue.supply.models import Plot
from catalogue.supply.services import PlotInput, add_plots
from marketplace.accounts.models import User
from marketplace.common.transactions import unit_of_work
from marketplace.demo.cast import CALLED, FIRST_NAMES, WORD, BuyerCast, Cast, GroupCast
from marketplace.parties.models import (
    Agency,
    Buyer,
    BuyerClass,
    Cooperative,
    DeliverySite,
    FarmerGroup,
    Hub,
    PartyKind,
    Person,
    RoleName,
)
from marketplace.parties.services import (
    PayoutAccountInput,
    PersonInput,
    RoleGrant,
    SiteInput,
    add_persons,
    add_sites,
    approve_parties,
    give_roles,
    join_group,
    register_party,
    set_payout_accounts,
    set_up_cooperative,
)
from orders.settlement.models import PayeeConsent
from orders.settlement.services import ConsentInput, set_payee
from orders.shipping.services import open_zone

DOMAIN = "luangna.example"
PASSWORD = "talat-luangna"  # noqa: S105 (printed by `make run`, worth nothing)


@dataclass
class Market:
    """Everybody and everything the story plays with."""

    cast: Cast
    random: random.Random
    cooperative: Cooperative
    hub: Hub
    staff: User
    treasurer: User
    checker: User
    groups: list[FarmerGroup] = field(default_factory=list)
    group_casts: dict[int, GroupCast] = field(default_factory=dict)
    coordinators: dict[int, User] = field(default_factory=dict)
    growers: dict[int, list[Person]] = field(default_factory=dict)
    plots: dict[int, Plot] = field(default_factory=dict)
    buyers: list[Buyer] = field(default_factory=list)
    buyer_casts: dict[int, BuyerCast] = field(default_factory=dict)
    sites: dict[int, DeliverySite] = field(default_factory=dict)
    requesters: dict[int, User] = field(default_factory=dict)
    receivers: dict[int, User] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    listings: list[StockRecord] = field(default_factory=list)


def demo_user(name: str, first: str, last: str = WORD) -> User:
    email = f"{name}@{DOMAIN}"
    known = User.objects.filter(email=email).first()
    if known is not None:
        return known
    # One password for everybody, hashed once: the hash is made to be slow.
    return User.objects.create(
        email=email, password=_password_hash(), first_name=first, last_name=last
    )


@cache
def _password_hash() -> str:
    return make_password(PASSWORD)


@unit_of_work
def set_the_stage(cast: Cast, *, today: date, seed: int = 2570) -> Market:
    """Make everybody, their roles, plots, certificates, listings and accounts.

    `today`: Bangkok date; certificates and memberships are dated around it. `seed`: the same seed
    makes the same market.
    """
    chance = random.Random(seed)  # noqa: S311 (a demo, not a secret)
    cooperative = set_up_cooperative(
        by=None,
        name_th="สหกรณ์ตัวอย่าง เกษตรสุขภาพสงขลา",
        name_en="Songkhla Healthy Farming Example Cooperative",
        district_code="9011",
        hub_name="ศูนย์รวบรวมตัวอย่าง หาดใหญ่",
        address="99 ถนนตัวอย่าง ตำบลหาดใหญ่ อำเภอหาดใหญ่ สงขลา 90110",
        tax_id="0994000000001",
        phone="074-000-000",
        email=f"hello@{DOMAIN}",
        promptpay_biller_id="099400000000101",
        working_capital_limit_satang=50_000_000,
    )
    staff, treasurer, checker = (
        demo_user("staff", "นิดา"),
        demo_user("treasurer", "ก้อย"),
        demo_user("checker", "สมบูรณ์"),
    )
    give_roles(
        by=None,
        grants=[
            RoleGrant(staff, cooperative, RoleName.STAFF),
            RoleGrant(treasurer, cooperative, RoleName.TREASURER),
            RoleGrant(checker, cooperative, RoleName.TREASURER),
        ],
    )
    market = Market(cast, chance, cooperative, cooperative.hubs.get(), staff, treasurer, checker)
    _groups(market, today)
    _buyers(market)
    _zones(market, today)
    _agency(market)
    _listings(market)
    return market


def _groups(market: Market, today: date) -> None:
    for cast in market.cast.groups:
        group = register_party(
            by=market.staff,
            kind=PartyKind.GROUP,
            code=cast.code,
            name_th=cast.name_th,
            name_en=cast.name_en,
            district_code=cast.district,
            address=f"ตำบล{cast.tambon}",
            contact_name=f"ผู้ประสาน {WORD}",
            phone="080-000-0000",
            terms={
                "weight_basis": cast.weight_basis,
                "release_rule": cast.release_rule,
                "release_days": cast.release_days,
                "paid_to_members": True,
                "legally_registered": True,
            },
        )
        assert isinstance(group, FarmerGroup)
        market.groups.append(group)
        market.group_casts[group.pk] = cast
    approve_parties(by=market.staff, parties=list(market.groups))
    for index, group in enumerate(market.groups):
        cast = market.group_casts[group.pk]
        group.refresh_from_db()
        _growers(market, group, cast, index, today)


def _growers(market: Market, group: FarmerGroup, cast: GroupCast, index: int, today: date) -> None:
    start = index * 7
    inputs = []
    for number in range(cast.growers):
        first = FIRST_NAMES[(start + number * 3) % len(FIRST_NAMES)]
        called = f"{CALLED[(index + number) % len(CALLED)]}{first}"
        user = demo_user("grower", first) if index == 0 and number == 1 else None
        inputs.append(
            PersonInput(
                name=f"{first} {WORD}", district_code=cast.district, called=called, user=user
            )
        )
    coordinator = demo_user(
        "coordinator" if index == 0 else f"coordinator-{cast.code.lower()}", "ผู้ประสาน"
    )
    persons = add_persons(by=market.staff, persons=inputs)
    join_group(by=market.staff, group=group, persons=persons, since=today - timedelta(days=400))
    market.growers[group.pk] = persons
    market.coordinators[group.pk] = coordinator
    grants = [RoleGrant(coordinator, group, RoleName.COORDINATOR)]
    grants += [RoleGrant(p.user, group, RoleName.GROWER) for p in persons if p.user is not None]
    give_roles(by=market.staff, grants=grants)
    plots = add_plots(
        by=market.staff,
        plots=[
            PlotInput(
                person_id=person.pk,
                group_id=group.pk,
                name=f"แปลง{person.called}",
                district_id=cast.district,
                tambon=cast.tambon,
                area_sqm=market.random.randrange(400, 4000, 100),
            )
            for person in persons
        ],
    )
    market.plots.update({plot.person_id: plot for plot in plots})
    set_payout_accounts(
        by=market.treasurer,
        accounts=[
            PayoutAccountInput(method="cash", person=person)
            if cast.cash
            else PayoutAccountInput(
                method="bank",
                person=person,
                bank="ธนาคารตัวอย่าง",
                number=f"000{person.pk:07d}",
                holder_name=person.name,
            )
            for person in persons
        ],
    )
    if not cast.cash:
        _paid_to_a_daughter(market, persons[-1], today)
    add_certificates(
        by=market.staff,
        certificates=[
            CertificateInput(
                standard=Standard.objects.get(pk=code),
                number=f"{WORD}-{code}-{cast.code}",
                group=group,
                issuer=f"หน่วยรับรอง{WORD}",
                valid_from=today - timedelta(days=300),
                valid_until=today + timedelta(days=365),
            )
            for code in cast.standards
        ],
    )


def _paid_to_a_daughter(market: Market, person: Person, today: date) -> None:
    """One grower has no account of her own: her money goes to her daughter's, as she signed."""
    if PayeeConsent.objects.exists():
        return
    set_payee(
        by=market.treasurer,
        account=PayoutAccountInput(
            method="bank",
            person=person,
            bank="ธนาคารตัวอย่าง",
            number=f"999{person.pk:07d}",
            holder_name=f"ลูกสาวของ{person.called} {WORD}",
        ),
        consent=ConsentInput("ลูกสาว", f"หนังสือยินยอม {WORD} 1", today),
    )


def _buyers(market: Market) -> None:
    classes = BuyerClass.objects.in_bulk()
    for number, cast in enumerate(market.cast.buyers, start=2):
        buyer = register_party(
            by=market.staff,
            kind=PartyKind.BUYER,
            code=cast.code,
            name_th=cast.name_th,
            name_en=cast.name_en,
            district_code=cast.district,
            address=f"{cast.name_th} จังหวัดสงขลา",
            tax_id=f"09940000{number:05d}",
            contact_name=f"ผู้ติดต่อ {WORD}",
            phone="074-000-000",
            terms={
                "buyer_class": classes[cast.buyer_class],
                "is_government": cast.government,
                "payment_days": cast.payment_days,
                "withholding_bp": cast.withholding_bp,
                "outside_goods": cast.outside,
                "contract_tier": cast.tier,
            },
        )
        assert isinstance(buyer, Buyer)
        market.buyers.append(buyer)
        market.buyer_casts[buyer.pk] = cast
    approve_parties(by=market.staff, parties=list(market.buyers))
    for index, buyer in enumerate(market.buyers):
        buyer.refresh_from_db()
        cast = market.buyer_casts[buyer.pk]
        (market.sites[buyer.pk],) = add_sites(
            by=market.staff,
            sites=[
                SiteInput(
                    buyer=buyer,
                    name=cast.site,
                    district_code=cast.district,
                    address=f"{cast.site} {cast.name_th}",
                    receive_from=time(cast.receives[0]),
                    receive_until=time(cast.receives[1]),
                )
            ],
        )
        suffix = "" if index == 0 else f"-{cast.code.lower()}"
        grants = []
        for role, first in (
            (RoleName.REQUESTER, "โภชนากร"),
            (RoleName.APPROVER, "หัวหน้าโภชนาการ"),
            (RoleName.RECEIVER, "คนรับของ"),
            (RoleName.FINANCE, "การเงิน"),
        ):
            user = demo_user(f"{role}{suffix}", first)
            grants.append(RoleGrant(user, buyer, role))
            if role == RoleName.REQUESTER:
                market.requesters[buyer.pk] = user
            if role == RoleName.RECEIVER:
                market.receivers[buyer.pk] = user
        give_roles(by=market.staff, grants=grants)


def _zones(market: Market, today: date) -> None:
    """One zone with a fee."""
    name, districts = market.cast.zone
    open_zone(by=market.staff, name=name, districts=districts, from_day=today, fee_satang=15_000)


def _agency(market: Market) -> None:
    agency = register_party(
        by=market.staff,
        kind=PartyKind.AGENCY,
        code="AGRI-OFFICE",
        name_th=f"สำนักงานเกษตร{WORD}",
        name_en="Example Agriculture Office",
        district_code="9001",
    )
    assert isinstance(agency, Agency)
    approve_parties(by=market.staff, parties=[agency])
    give_roles(
        by=market.staff, grants=[RoleGrant(demo_user("agency", "เกษตร"), agency, RoleName.AGENCY)]
    )


def _listings(market: Market) -> None:
    grown = market.cast.products or sorted(
        {p for cast in market.cast.groups for p in cast.products}
    )
    market.products = {
        product.title: product for product in Product.objects.filter(title__in=grown)
    }
    market.listings = list_products(by=market.treasurer, listings=list(_wanted_listings(market)))


def _wanted_listings(market: Market) -> Iterable[ListingInput]:
    pgs = Standard.objects.get(pk="PGS")
    for index, name in enumerate(sorted(market.products)):
        product = market.products[name]
        yield ListingInput(product=product, party=market.cooperative, min_grade="A")
        if index % 2 == 0:
            yield ListingInput(product=product, party=market.cooperative, min_grade="B")
    for group in market.groups:
        cast = market.group_casts[group.pk]
        if "PGS" in cast.standards:
            for name in cast.products[:2]:
                if name in market.products:
                    yield ListingInput(
                        product=market.products[name],
                        party=group,
                        min_grade="A",
                        required_standard=pgs,
                    )
