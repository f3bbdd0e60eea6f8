"""A "what if" that staff of the demo have kept: a new hospital orders 300 kilograms a week."""

from __future__ import annotations

from marketplace.common.clock import today
from marketplace.demo.setting import Market
from orders.simulator.models import Scenario
from orders.simulator.questions import Kitchen, Question
from orders.simulator.services import ask, work
from orders.simulator.week import open_weeks

WEEK_G = 100_000
PRICE_SATANG = 4_500
DISTRICT = "9003"


def try_a_new_hospital(market: Market) -> Scenario | None:
    """Keep what next week would be with one more hospital; without an open week there is none."""
    weeks = open_weeks(today())
    if not weeks:
        return None
    products = [market.products[key].pk for key in sorted(market.products)][:3]
    made = ask(
        by=market.staff,
        name="โรงพยาบาลใหม่ที่จะนะ 300 กก. (ตัวอย่าง)",
        week=weeks[0],
        question=Question(
            kitchen=Kitchen(DISTRICT, tuple(products), WEEK_G, PRICE_SATANG, "B", contract=True)
        ),
    )
    work(made.pk)
    return made
