"""The parties that the walking roles belong to, and those that nobody who walks belongs to."""

from __future__ import annotations

from datetime import date, timedelta

from marketplace.accounts.models import User
from marketplace.common.clock import today
from marketplace.cycles import services as cycles
from marketplace.cycles.models import OrderCycle
from marketplace.parties import services
from marketplace.parties.models import (
    Agency,
    Buyer,
    Cooperative,
    DeliverySite,
    FarmerGroup,
    Hub,
    Person,
    Role,
)
from marketplace.parties.services import SiteInput
from tests.support import people

ROLES = (
    "anonymous",
    "grower",
    "coordinator",
    "requester",
    "approver",
    "receiver",
    "finance",
    "staff",
    "treasurer",
    "agency",
    "superuser",
)


class World:
    """Everything that the examples of a table may need; see `tests/access/__init__.py`."""

    cooperative: Cooperative
    hub: Hub
    group: FarmerGroup
    other_group: FarmerGroup
    buyer: Buyer
    other_buyer: Buyer
    agency: Agency
    person: Person
    other_person: Person
    site: DeliverySite
    other_site: DeliverySite
    cycle: OrderCycle
    other_role: Role

    def __init__(self) -> None:
        self.role = "anonymous"
        self.foreign = False
        self.cooperative = people.cooperative()
        self.hub = self.cooperative.hubs.get()
        self.group = people.group("กลุ่มตัวอย่างหนึ่ง")
        self.other_group = people.group("กลุ่มตัวอย่างสอง")
        self.buyer = people.buyer("โรงพยาบาลตัวอย่างหนึ่ง")
        self.other_buyer = people.buyer("โรงพยาบาลตัวอย่างสอง")
        registered = services.register_party(
            by=None, kind="agency", name_th="สำนักงานตัวอย่าง", district_code="9001"
        )
        services.approve_parties(by=None, parties=[registered])
        self.agency = Agency.objects.get(pk=registered.pk)
        self.site, self.other_site = services.add_sites(
            by=None,
            sites=[
                SiteInput(buyer=buyer, name="ครัวตัวอย่าง", district_code="9011", address="1")
                for buyer in (self.buyer, self.other_buyer)
            ],
        )
        self.cycle = cycles.open_cycles(by=None, hub=self.hub, days=[today() + timedelta(days=10)])[
            0
        ]
        party_of = {
            "grower": self.group,
            "coordinator": self.group,
            "requester": self.buyer,
            "approver": self.buyer,
            "receiver": self.buyer,
            "finance": self.buyer,
            "staff": self.cooperative,
            "treasurer": self.cooperative,
            "agency": self.agency,
        }
        self.users: dict[str, User] = {
            name: people.user(name, (party, name)) for name, party in party_of.items()
        }
        # a second of each, so that ending one in an example leaves the market in order
        people.user("treasurer2", (self.cooperative, "treasurer"))
        people.user("staff2", (self.cooperative, "staff"))
        self.users["superuser"] = User.objects.create_superuser("root@example.test", "x")
        self.person = people.person("สมาชิกหนึ่ง ตัวอย่าง", user=self.users["grower"])
        self.other_person = people.person("สมาชิกสอง ตัวอย่าง")
        since = date(2026, 1, 1)
        services.join_group(by=None, group=self.group, persons=[self.person], since=since)
        services.join_group(
            by=None, group=self.other_group, persons=[self.other_person], since=since
        )
        stranger = people.user("stranger", (self.other_buyer, "requester"))
        self.other_role = stranger.roles.get()

    @property
    def user(self) -> User | None:
        """Who walks now; None for anonymous."""
        return self.users.get(self.role)

    def role_of(self, name: str) -> Role:
        """The open role of the walking user of that name; the superuser borrows the treasurer's."""
        user = self.users.get(name, self.users["treasurer"])
        return user.roles.get() if user.roles.exists() else self.role_of("treasurer")

    @property
    def its_group(self) -> FarmerGroup:
        """The own group, or somebody else's when the walk asks for a foreign object."""
        return self.other_group if self.foreign else self.group

    @property
    def its_buyer(self) -> Buyer:
        """The own buyer, or somebody else's."""
        return self.other_buyer if self.foreign else self.buyer

    @property
    def its_person(self) -> Person:
        """A member of the own group (the grower who walks), or of somebody else's."""
        return self.other_person if self.foreign else self.person

    @property
    def its_site(self) -> DeliverySite:
        """A delivery site of the own buyer, or of somebody else's."""
        return self.other_site if self.foreign else self.site
