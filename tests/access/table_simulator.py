"""Who may open the simulator: staff ask, the treasurer reads, an agency reads what has a result."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from marketplace.common.clock import now
from orders.simulator.models import Scenario
from orders.simulator.week import monday_of
from tests.access.world import World

LOOK = ("staff", "treasurer", "agency")
TABLE: dict[str, tuple[str, ...] | str] = {
    "simulator:list": LOOK,
    "simulator:new": ("staff",),
    "simulator:scenario": LOOK,
    "simulator:progress": LOOK,
    "simulator:again": ("staff",),
    "simulator:delete": ("staff",),
    "simulator:compare": LOOK,
    "simulator:export": LOOK,
}
SIDE: dict[str, Any] = {
    "asked_g": 0, "given_g": 0, "bound_g": 0, "firm_g": 0, "firm_short_g": 0, "products": [],
    "fair": {"gini_1000": None, "people": 0, "unordered": 0, "least": [], "below_half": 0},
    "income": [], "income_satang": 0, "km_10": None, "short": [], "short_count": 0, "new": None,
}  # fmt: skip


def _scenario(world: World) -> dict[str, Any] | None:
    if world.foreign:
        return None
    made = Scenario.objects.create(
        name="ตัวอย่าง",
        week=monday_of(world.cycle.delivery_day),
        question={"flood": {"district": "9007", "percent": 50, "weekdays": [0]}},
        state="done",
        result={"before": SIDE, "after": SIDE, "days": [], "engine": "x"},
        finished_at=now() - timedelta(minutes=1),
    )
    return {"pk": made.pk}


EXAMPLES = {name: _scenario for name in TABLE if name not in ("simulator:list", "simulator:new")}
