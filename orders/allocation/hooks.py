"""What upper rooms are told about the plan; they register in their `AppConfig.ready()`.

Called inside the transaction that causes it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from marketplace.accounts.models import User
    from orders.allocation.models import AllocationMove, Run
    from orders.models import Line

run_stored: list[Callable[[list[Run], User | None], None]] = []
"""A plan was made (at cut-off or again) and stored."""

allocations_moved: list[Callable[[list[AllocationMove], User | None], None]] = []
"""A coordinator moved quantity between her members."""

substitutes_for: list[
    Callable[[Mapping[Line, int], Mapping[int, int]], Mapping[int, Sequence[str]]]
] = []
"""Asked what could take the place of short lines (base units short), told what is about to be gone
of offers (base units by primary key): words by primary key of line."""

plan_shrunk: list[Callable[[list[int], User | None], None]] = []
"""Deliveries of these cycles (primary keys) were taken off after they were allocated."""
