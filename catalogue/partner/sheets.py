"""A price notice as a sheet: products and grades down, farm gate, fees and class prices across.

Reading what was typed never touches the database; what cannot be read stays in its cell, with the
reason beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.partner.models import FeeKind, PriceNotice, StockRecord
from catalogue.partner.rules import NoticeRow, changed_by
from catalogue.partner.services import notice_rows
from catalogue.sorting import thai_key
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht, parse_baht
from marketplace.common.quantities import BaseUnit, price_grid
from marketplace.parties.models import BuyerClass

FARM_GATE = "farm_gate"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of figures: `key` is "farm_gate", "fee:<code>" or "class:<code>"."""

    key: str
    label: str
    kind: str


@dataclass(slots=True)
class Cell:
    """One figure, as typed and as understood."""

    name: str
    column: Column
    text: str = ""
    satang: int | None = None
    error: str = ""
    pool: int | None = None
    before: int | None = None


@dataclass(slots=True)
class Line:
    """One product and grade."""

    product: Product
    grade: str
    cells: list[Cell] = field(default_factory=list)

    @property
    def key(self) -> str:
        return f"{self.product.pk}-{self.grade}"

    @property
    def grade_label(self) -> str:
        return str(Grade(self.grade).label)

    @property
    def step_satang(self) -> int:
        """Every price of this line is a multiple of it."""
        return price_grid(self.product.step_qty, BaseUnit(self.product.base_unit))

    @property
    def is_empty(self) -> bool:
        return all(not cell.text.strip() for cell in self.cells)

    @property
    def words(self) -> str:
        """What a filter looks in."""
        return f"{self.product.title} {self.product.title_en} {self.product.aliases}".lower()

    def row(self) -> NoticeRow:
        """What the figures mean; call it only when no cell has an error."""
        row = NoticeRow(self.product.pk, self.grade, 0, {}, {})
        farm_gate = 0
        for cell in self.cells:
            if cell.satang is None:
                continue
            if cell.column.kind == "farm_gate":
                farm_gate = cell.satang
            elif cell.column.kind == "fee":
                row.fees[cell.column.key.partition(":")[2]] = cell.satang
            else:
                row.class_prices[cell.column.key.partition(":")[2]] = cell.satang
        return NoticeRow(row.product_id, row.grade, farm_gate, row.fees, row.class_prices)

    def settle(self) -> None:
        """Compute what the price pool takes of each class's price."""
        farm_gate = next((c.satang for c in self.cells if c.column.kind == "farm_gate"), None)
        fees = sum(c.satang or 0 for c in self.cells if c.column.kind == "fee")
        for cell in self.cells:
            if cell.column.kind == "class":
                cell.pool = (
                    None
                    if farm_gate is None or cell.satang is None
                    else cell.satang - farm_gate - fees
                )


def columns() -> list[Column]:
    """The columns of every notice: farm gate, the named fees, the buyer classes; two queries."""
    return [
        Column(FARM_GATE, _("ราคาหน้าสวน"), "farm_gate"),
        *(Column(f"fee:{kind.pk}", str(kind), "fee") for kind in FeeKind.objects.all()),
        *(Column(f"class:{kind.pk}", str(kind), "class") for kind in BuyerClass.objects.all()),
    ]


def lines_of(
    notice: PriceNotice,
    across: Sequence[Column],
    *,
    only_priced: bool = False,
    grades: Sequence[str] = ("A",),
    before: PriceNotice | None = None,
) -> list[Line]:
    """The lines of a notice for a screen or a paper.

    Args:
        notice: its figures fill the cells.
        across: the columns.
        only_priced: leave out what has no price; else every product that trades has a line for each
            of `grades` and for each grade that is listed.
        grades: grades that always have a line.
        before: the notice to compare with.
    """
    rows = {(row.product_id, row.grade): row for row in notice_rows(notice)}
    earlier = {(r.product_id, r.grade): r for r in notice_rows(before)} if before else {}
    wanted = set(rows)
    if not only_priced:
        trading = Product.objects.trading()
        wanted |= {(pk, grade) for pk in trading.values_list("pk", flat=True) for grade in grades}
        wanted |= set(StockRecord.objects.trading().values_list("product_id", "min_grade"))
    products = Product.objects.defer("description").in_bulk({pk for pk, _grade in wanted})
    lines = []
    for pk, grade in sorted(wanted, key=lambda key: (thai_key(products[key[0]].title), key[1])):
        line = Line(products[pk], grade)
        row = rows.get((pk, grade))
        old = earlier.get((pk, grade))
        for column in across:
            satang = figure(row, column.key)
            line.cells.append(
                Cell(
                    f"{pk}-{grade}-{column.key}",
                    column,
                    "" if satang is None else format_baht(satang),
                    satang,
                    before=figure(old, column.key),
                )
            )
        line.settle()
        lines.append(line)
    return lines


def figure(row: NoticeRow | None, key: str) -> int | None:
    """The satang that stand in a column of a row; a fee that is not named is 0."""
    if row is None:
        return None
    if key == FARM_GATE:
        return row.farm_gate_satang
    kind, _colon, code = key.partition(":")
    return row.fees.get(code, 0) if kind == "fee" else row.class_prices.get(code)


def take_typed(lines: Iterable[Line], typed: Mapping[str, Any]) -> None:
    """Put what was typed into the cells; what cannot be read keeps its text and says why."""
    for line in lines:
        for cell in line.cells:
            if cell.name not in typed:
                continue
            cell.text = str(typed[cell.name])
            cell.satang, cell.error = None, ""
            if not cell.text.strip():
                continue
            try:
                cell.satang = parse_baht(cell.text)
            except Refusal as refusal:
                cell.error = str(refusal)
        if not line.is_empty:
            for cell in line.cells:
                if cell.column.kind == "fee" and not cell.text.strip():
                    cell.satang = 0
                if cell.column.kind == "farm_gate" and not cell.text.strip():
                    cell.error = _("ใส่ราคาหน้าสวน หรือลบทั้งบรรทัด")
        line.settle()


def place_errors(lines: Iterable[Line], refusals: Iterable[Refusal]) -> None:
    """Put the refusals of `save_notice_prices` into the cells they name."""
    cells = {cell.name: cell for line in lines for cell in line.cells}
    for refusal in refusals:
        where = refusal.where or {}
        name = f"{where.get('product_id')}-{where.get('grade')}-{where.get('column')}"
        if name in cells:
            # the cell itself says which product and column: keep what follows the name
            cells[name].error = str(refusal).rpartition(": ")[2]


def errors_in(lines: Iterable[Line]) -> list[Cell]:
    """Every cell that cannot stay as it is."""
    return [cell for line in lines for cell in line.cells if cell.error]


def raise_by(lines: Iterable[Line], keys: set[str], basis_points: int) -> int:
    """Change the figures of some columns by a percentage, put on the grid; return how many.

    Args:
        lines: figures without errors.
        keys: keys of the columns.
        basis_points: 500 raises by 5 %.
    """
    changed = 0
    for line in lines:
        unit = BaseUnit(line.product.base_unit)
        for cell in line.cells:
            if cell.column.key in keys and cell.satang:
                new = changed_by(cell.satang, basis_points, line.product.step_qty, unit)
                changed += new != cell.satang
                cell.satang, cell.text = new, format_baht(new)
        line.settle()
    return changed
