"""What the page of the hub's day shows, row by row."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.common.dates import format_date
from marketplace.cycles.models import CycleState, OrderCycle
from marketplace.parties.models import FarmerGroup
from orders.allocation.models import Run
from orders.models import Delivery

DONE_STATES: dict[str, int] = {
    CycleState.OPEN: 0,
    CycleState.CLOSED: 2,
    CycleState.ALLOCATED: 3,
    CycleState.INTAKE: 3,
    CycleState.DISPATCHED: 6,
    CycleState.ACCEPTED: 7,
}
"""How many of the eight steps are behind a cycle in a state."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the day: `status` of the kit, empty when it is still to come."""

    label: str
    when: str
    text: str
    status: str = ""
    current: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """One thing that is late, short or waits for somebody."""

    status: str
    badge: str
    text: str
    touches: str = ""
    owner: str = ""
    before: str = ""
    url: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group's intake against its plan, grams."""

    group: FarmerGroup
    plan_g: int
    weighed_g: int
    people: int
    came: int


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery of the day."""

    delivery: Delivery
    lines: int
    packs: int
    grams: int


@dataclass(frozen=True, slots=True)
class Missing:
    """What one person was to bring of one product and of which nothing was weighed, base units."""

    person_id: int
    product: Product
    qty: int


@dataclass(slots=True)
class Board:
    """Everything the page shows."""

    cycle: OrderCycle
    steps: list[Step] = field(default_factory=list)
    late: list[Late] = field(default_factory=list)
    groups: list[GroupRow] = field(default_factory=list)
    deliveries: list[DeliveryRow] = field(default_factory=list)
    run: Run | None = None
    intake: Run | None = None
    plan_g: int = 0
    weighed_g: int = 0
    missing: list[Missing] = field(default_factory=list)

    @property
    def missing_people(self) -> int:
        """How many people have something in the plan of which nothing was weighed."""
        return len({row.person_id for row in self.missing})

    @property
    def missing_g(self) -> int:
        """How many grams those are still expected to bring."""
        return sum(row.product.grams_of(row.qty) for row in self.missing)

    @property
    def late_count(self) -> int:
        return sum(1 for row in self.late if row.status in ("bad", "warn"))

    @property
    def people(self) -> int:
        return sum(row.people for row in self.groups)

    @property
    def came(self) -> int:
        return sum(row.came for row in self.groups)

    @property
    def share(self) -> str:
        """What is late as a text to pass on."""
        lines = [
            _("รอบส่ง %(day)s: ต้องดู %(count)s เรื่อง")
            % {"day": format_date(self.cycle.delivery_day, "day"), "count": self.late_count}
        ]
        lines += [f"- {row.badge} {row.text}" for row in self.late if row.status in ("bad", "warn")]
        return "\n".join(lines)
