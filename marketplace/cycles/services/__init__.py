"""Every write of this room, by topic."""

from marketplace.cycles.services.days import cancel_cycle, join_cycle, move_cycle
from marketplace.cycles.services.opening import (
    cutoff_for,
    cutoffs_for,
    open_cycles,
    require_open,
    set_cutoff,
)
from marketplace.cycles.services.running import close_due_cycles, transition
from marketplace.cycles.services.ticking import tick

__all__ = [
    "cancel_cycle",
    "close_due_cycles",
    "cutoff_for",
    "cutoffs_for",
    "join_cycle",
    "move_cycle",
    "open_cycles",
    "require_open",
    "set_cutoff",
    "tick",
    "transition",
]
