"""Goods to test on: the cooperative, a group with two members, a hospital; prices for a product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalogue.models import Product
from catalogue.partner.models import PriceNotice
from catalogue.partner.services import (
    NoticeRow,
    draft_notice,
    publish_notice,
    save_notice_prices,
)
from marketplace.accounts.models import User
from marketplace.parties.models import (
    Buyer,
    Cooperative,
    FarmerGroup,
    Membership,
    Person,
    Role,
    Stage,
)

DISTRICT = "9009"


@dataclass
class Goods:
    """What the tests of this room stand on."""

    cooperative: Cooperative
    group: FarmerGroup
    other_group: FarmerGroup
    daeng: Person
    somjai: Person
    hospital: Buyer


def make_goods() -> Goods:
    """Make the parties; everything invented says ตัวอย่าง."""
    active = {"stage": Stage.ACTIVE, "district_id": DISTRICT}
    group = FarmerGroup.objects.create(code="G-KHAO", name_th="ผักปลอดภัยบ้านตัวอย่างเขาพระ", **active)
    goods = Goods(
        cooperative=Cooperative.objects.create(code="COOP", name_th="สหกรณ์ตัวอย่าง", **active),
        group=group,
        other_group=FarmerGroup.objects.create(
            code="G-KLONG", name_th="สวนผักตัวอย่างคลองแห", **active
        ),
        daeng=Person.objects.create(code="P1", name="แดง ตัวอย่าง", district_id=DISTRICT),
        somjai=Person.objects.create(code="P2", name="สมใจ ตัวอย่าง", district_id=DISTRICT),
        hospital=Buyer.objects.create(
            code="B-HY", name_th="โรงพยาบาลตัวอย่าง", buyer_class_id="hospital", **active
        ),
    )
    for person in (goods.daeng, goods.somjai):
        Membership.objects.create(person=person, group=group, since=date(2026, 1, 1))
    return goods


def make_user(name: str, party: object, role: str) -> User:
    """A signed-in person with one role at a party."""
    user = User.objects.create_user(email=f"{name}@example.com", password="1234-tua-yang")
    Role.objects.create(user=user, party_id=party.pk, name=role)  # type: ignore[attr-defined]
    return user


def product(title: str = "คะน้า") -> Product:
    """A product of the produce table, which every test database carries."""
    found: Product = Product.objects.get(title=title)
    return found


def row(of: Product, grade: str = "A", farm_gate: int = 2800, **classes: int) -> NoticeRow:
    """A line of a notice: 10 baht of fees in all, hospitals 42 baht unless said otherwise."""
    return NoticeRow(
        of.pk,
        grade,
        farm_gate,
        {"coop": 300, "pack": 300, "transport": 400},
        classes or {"hospital": 4200, "hotel": 4600},
    )


def published(valid_from: date, *rows: NoticeRow) -> PriceNotice:
    """A published notice with these lines."""
    notice = draft_notice(by=None, valid_from=valid_from)
    save_notice_prices(by=None, notice=notice, rows=list(rows))
    return publish_notice(by=None, notice=notice)
