"""Every write of this room, by topic."""

from orders.allocation.services.moving import MoveInput, move_allocations
from orders.allocation.services.replanning import (
    override,
    replan,
    replan_lines,
    undo_override,
)
from orders.allocation.services.running import run_cutoff, solve_again

__all__ = [
    "MoveInput",
    "move_allocations",
    "override",
    "replan",
    "replan_lines",
    "run_cutoff",
    "solve_again",
    "undo_override",
]
