"""The grid: products down, delivery days across, one quantity in each cell; of a draft or of an
order.

Everything it shows is read in a fixed number of queries, whatever its size.
"""

from orders.grid.drawing import build_grid
from orders.grid.shapes import Cell, Day, Grid, Row
from orders.grid.sheets import Sheet, sheet_of_draft, sheet_of_order
from orders.grid.typed import Typed, read_typed, refusals_by_cell

__all__ = [
    "Cell",
    "Day",
    "Grid",
    "Row",
    "Sheet",
    "Typed",
    "build_grid",
    "read_typed",
    "refusals_by_cell",
    "sheet_of_draft",
    "sheet_of_order",
]
