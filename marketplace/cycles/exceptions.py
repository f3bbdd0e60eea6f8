"""What this room refuses."""

from __future__ import annotations

from marketplace.common.exceptions import Refusal


class AfterCutoff(Refusal):
    """The buyer class can no longer change its orders for this cycle."""


class NotThisState(Refusal):
    """The cycle's state does not allow this step."""


class DayTaken(Refusal):
    """Another cycle of this hub has that day."""


class DayNotPossible(Refusal):
    """A cycle cannot be opened on that day."""
