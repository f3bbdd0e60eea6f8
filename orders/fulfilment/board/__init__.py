"""The hub's day on one page: how far each step is, what is late or short, intake against the plan."""

from orders.fulfilment.board.reading import (
    current_cycle,
    make_board,
    neighbours,
    to_chase,
    waiting_lots,
)
from orders.fulfilment.board.rows import Board, DeliveryRow, GroupRow, Late, Missing, Step

__all__ = [
    "Board",
    "DeliveryRow",
    "GroupRow",
    "Late",
    "Missing",
    "Step",
    "current_cycle",
    "make_board",
    "neighbours",
    "to_chase",
    "waiting_lots",
]
