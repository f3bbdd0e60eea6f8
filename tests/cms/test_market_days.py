"""On which days a market is held."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from cms.models import MarketDayPage


@pytest.fixture(autouse=True)
def _november(stop_clock: Any) -> None:
    stop_clock(datetime(2026, 11, 23, 2, tzinfo=UTC))


@pytest.mark.parametrize(
    ("often", "days"),
    [
        ("weekly", [date(2026, 11, 28), date(2026, 12, 5), date(2026, 12, 12)]),
        ("first", [date(2026, 12, 5), date(2027, 1, 2), date(2027, 2, 6)]),
        ("last", [date(2026, 11, 28), date(2026, 12, 26), date(2027, 1, 30)]),
    ],
)
def test_the_next_market_days(often: str, days: list[date]) -> None:
    market = MarketDayPage(weekday=5, often=often)
    assert market.next_days(most=3) == days


def test_a_market_held_today_is_the_next_one() -> None:
    assert MarketDayPage(weekday=0, often="weekly").next_days()[0] == date(2026, 11, 23)
