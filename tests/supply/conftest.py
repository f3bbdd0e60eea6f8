"""Fixtures of supply."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.supply import START, Supply, make_supply


@pytest.fixture
def supply(db: None, stop_clock: Any) -> Supply:
    """A small supply on a Friday morning, nothing offered yet."""
    stop_clock(START)
    return make_supply()
