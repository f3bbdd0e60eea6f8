"""Parties, users and cycles for tests of the rooms that own them."""

from __future__ import annotations

from typing import Any

from marketplace.accounts.models import User
from marketplace.parties import services
from marketplace.parties.models import Buyer, BuyerClass, Cooperative, FarmerGroup, Hub, Person
from marketplace.parties.services import PersonInput, RoleGrant


def cooperative() -> Cooperative:
    """The cooperative with one hub."""
    return services.set_up_cooperative(
        by=None,
        name_th="สหกรณ์ตัวอย่าง",
        name_en="Example Cooperative",
        district_code="9011",
        hub_name="ศูนย์รับตัวอย่าง",
    )


def hub() -> Hub:
    """The hub of the cooperative, which is set up when missing."""
    found = Hub.objects.first()
    return found or cooperative().hubs.get()


def group(name: str = "กลุ่มผักตัวอย่าง", district: str = "9003", **values: Any) -> FarmerGroup:
    """An active farmer group."""
    made = services.register_party(
        by=None, kind="group", name_th=name, district_code=district, **values
    )
    services.approve_parties(by=None, parties=[made])
    return FarmerGroup.objects.get(pk=made.pk)


def buyer(
    name: str = "โรงพยาบาลตัวอย่าง", kind: str = "hospital", district: str = "9011", **values: Any
) -> Buyer:
    """An active buyer of a class."""
    terms = {"buyer_class": BuyerClass.objects.get(pk=kind), **values.pop("terms", {})}
    made = services.register_party(
        by=None, kind="buyer", name_th=name, district_code=district, terms=terms, **values
    )
    services.approve_parties(by=None, parties=[made])
    return Buyer.objects.get(pk=made.pk)


def person(name: str = "สมหญิง ตัวอย่าง", district: str = "9003", **values: Any) -> Person:
    """A person without a group."""
    return services.add_persons(
        by=None, persons=[PersonInput(name=name, district_code=district, **values)]
    )[0]


def user(name: str, *roles: tuple[Any, str]) -> User:
    """A user who signs in as `name`@example.test and holds roles: (party, role name)."""
    made = User.objects.create_user(f"{name}@example.test", "ตัวอย่างรหัสผ่าน-1", first_name=name)
    services.give_roles(by=None, grants=[RoleGrant(made, party, role) for party, role in roles])
    return made
