"""Reading the grid of cells of a statement file."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.common.dates import parse_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht, parse_baht
from orders.reconciliation.exceptions import RowError, StatementError, Text
from orders.reconciliation.grids import (
    THAI_DIGITS,
    Cell,
    CsvProfile,
    find_header,
    header_fields,
    label_of,
    normalised_text,
    refused,
    text_of,
)
from orders.reconciliation.statements.shapes import (
    Statement,
    StatementRow,
    digits_of,
    numbered,
    same_account,
)

_TIME: Final = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?:[:.]([0-9]{2}))?(?:\s*น\.?)?")


_DAY_AND_TIME: Final = re.compile(
    r"(.*\S)[\sT]+([0-9]{1,2}[:.][0-9]{2}(?:[:.][0-9]{2})?(?:\s*น\.?)?)"
)


_SHORT_YEAR: Final = re.compile(r"(.*[/.\-\s])([0-9]{2})")


_LONG_YEAR: Final = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])")


LAST_CE: Final = 2400
"""Years above are Buddhist; the market's input reads them so everywhere."""


_ACCOUNT: Final = re.compile(r"[0-9xX*][0-9xX*\- ]{4,30}[0-9xX*]")


@dataclass(slots=True)
class _Item:
    """A movement, or a balance brought forward (`row` None); `sound` False when a cell of it
    could not be read.
    """

    row_number: int
    balance: int
    row: StatementRow | None
    sound: bool = True


@dataclass(slots=True)
class Reader:
    profile: CsvProfile
    grid: list[list[Cell]]
    errors: list[RowError] = field(default_factory=list)
    place: dict[str, int] = field(default_factory=dict)
    heading: dict[str, str] = field(default_factory=dict)
    opening: int | None = None
    closing: tuple[int, int] | None = None
    """(row number, satang) of a closing balance that the file states."""

    def statement(self, account: str | None, encoding: str, sha256: str) -> Statement:
        header = find_header(self.grid, self.profile)
        if header is None:
            raise refused(
                _("ไม่พบหัวตารางหลังแถวที่ %(skip)s กรุณาตรวจจำนวนแถวที่ข้ามและชื่อคอลัมน์ในรูปแบบไฟล์")
                % {"skip": self.profile.skip_rows}
                if self.profile.skip_rows
                else _(
                    "ไม่พบหัวตาราง ต้องมีคอลัมน์วันที่ ฝากเงิน ถอนเงิน และยอดคงเหลือ "
                    "กรุณาเลือกรูปแบบไฟล์ของธนาคารให้ตรง"
                )
            )
        self._columns(header)
        number = self._account(header)
        self._title_balances(header)
        if account is not None and number and not same_account(account, number):
            self._fault(0, "", _("ไฟล์นี้เป็นของบัญชีอื่น กรุณาเลือกบัญชีธนาคารให้ตรงกับไฟล์"))
        items = list(self._items(header))
        if not items and self.opening is None and not self.errors:
            self._fault(0, "", _("ไม่มีรายการเดินบัญชีในไฟล์นี้"))
        items = _oldest_first(items)
        if not self.profile.has_balance:
            self._count_on(items)
        if items and items[0].row is None:
            if self.opening is not None and self.opening != items[0].balance:
                self._balance_fault(items[0].row_number, self.opening, items[0].balance)
            self.opening = items[0].balance
        self._running_balance(items)
        rows = [item.row for item in items if item.row is not None]
        opening, closing = self._ends(rows)
        if self.errors:
            raise StatementError(sorted(self.errors, key=lambda error: error.row_number))
        return Statement(number, numbered(rows), opening, closing, encoding, sha256)

    def _count_on(self, items: Sequence[_Item]) -> None:
        """Give rows of a file without balances the balance that follows from the one before."""
        balance = self.opening = self.opening or 0
        for item in items:
            if item.row is not None:
                balance += item.row.in_satang - item.row.out_satang
                item.balance = balance
                item.row = replace(item.row, balance_satang=balance)

    def _fault(self, row_number: int, column: str, message: Text) -> None:
        self.errors.append(RowError(row_number, column, message))

    def _columns(self, header: int) -> None:
        cells = self.grid[header]
        for i, key in header_fields(cells, self.profile).items():
            if key in self.place:
                self._fault(header + 1, text_of(cells[i]), _("มีคอลัมน์นี้ซ้ำกัน กรุณาเหลือไว้คอลัมน์เดียว"))
            else:
                self.place[key] = i
                self.heading[key] = text_of(cells[i])

    def _account(self, header: int) -> str:
        if not self.profile.names_account:
            return ""
        for row_number, rest in self._labelled(header, self.profile.account_labels):
            for cell in rest:
                text = text_of(cell).translate(THAI_DIGITS)
                if isinstance(cell, int | float):
                    text = text.zfill(10)  # a spreadsheet drops leading zeros of a number
                match = _ACCOUNT.search(text)
                if match:
                    return digits_of(match[0])
            self._fault(row_number, "", _("ไม่พบเลขที่บัญชีในแถวนี้"))
            return ""
        self._fault(0, "", _("ไม่พบเลขที่บัญชีในส่วนหัวของไฟล์ กรุณาส่งออกไฟล์ใหม่โดยไม่ลบส่วนหัว"))
        return ""

    def _title_balances(self, header: int) -> None:
        for labels in (self.profile.opening_labels, self.profile.closing_labels):
            for row_number, rest in self._labelled(header, labels):
                value = next((cell for cell in rest if text_of(cell)), None)
                if value is None:
                    continue
                satang = self._money(row_number, value, labels[0], allow_negative=True)
                if satang is not None and labels is self.profile.opening_labels:
                    self.opening = satang
                elif satang is not None:
                    self.closing = (row_number, satang)
                break

    def _labelled(self, header: int, labels: tuple[str, ...]) -> Iterator[tuple[int, list[Cell]]]:
        """Yield (row number, what stands after the label) for title rows that carry a label."""
        wanted = [normalised_text(label).rstrip(".") for label in labels]
        for index, cells in enumerate(self.grid[:header]):
            for i, cell in enumerate(cells):
                text = normalised_text(text_of(cell))
                for label in sorted(wanted, key=len, reverse=True):
                    if text.startswith(label):
                        inside = text[len(label) :].lstrip(" .:-")
                        yield index + 1, [inside, *cells[i + 1 :]]
                        break

    def _items(self, header: int) -> Iterator[_Item]:
        fields = header_fields(self.grid[header], self.profile)
        for index in range(header + 1, len(self.grid)):
            cells = self.grid[index]
            if any(text_of(cell) for cell in cells) and (
                header_fields(cells, self.profile) != fields  # printed again on each page
            ):
                item = self._item(index + 1, cells)
                if item is not None:
                    yield item

    def _cell(self, cells: Sequence[Cell], key: str) -> Cell:
        index = self.place.get(key, len(cells))
        return cells[index] if index < len(cells) else None

    def _item(self, row_number: int, cells: Sequence[Cell]) -> _Item | None:
        money = {
            key: self._cell(cells, key)
            for key in ("in", "out", "amount", "balance")
            if _amount_text(self._cell(cells, key))
        }
        labels = {label_of(cell) for cell in cells if text_of(cell)}
        moved = any(
            re.search("[1-9๑-๙]", text_of(cell)) for key, cell in money.items() if key != "balance"
        )
        if not moved and labels & {label_of(name) for name in self.profile.opening_labels}:
            return self._carried(row_number, money)
        if not moved and labels & {label_of(name) for name in self.profile.closing_labels}:
            item = self._carried(row_number, money)
            if item is not None and item.sound:
                self.closing = (row_number, item.balance)
            return None
        if not _looks_like_day(self._cell(cells, "date")):
            footers = tuple(label_of(name) for name in self.profile.footer_labels)
            if not money or any(label.startswith(footers) for label in labels):
                return (
                    None  # totals or a remark under the table; a lost movement breaks the balance
                )
        return self._movement(row_number, cells, money)

    def _carried(self, row_number: int, money: Mapping[str, Cell]) -> _Item | None:
        if "balance" not in money:
            self._fault(row_number, self.heading.get("balance", ""), _("ไม่มียอดคงเหลือ"))
            return None
        balance = self._money(row_number, money["balance"], "balance", allow_negative=True)
        return _Item(row_number, balance or 0, None, balance is not None)

    def _movement(self, row_number: int, cells: Sequence[Cell], money: Mapping[str, Cell]) -> _Item:
        before = len(self.errors)
        day, clock = self._day(row_number, self._cell(cells, "date"))
        if text_of(self._cell(cells, "time")):
            clock = self._time(row_number, self._cell(cells, "time"))
        came, went = self._amounts(row_number, money)
        balance = 0
        if not self.profile.has_balance:
            pass
        elif "balance" not in money:
            self._fault(row_number, self.heading.get("balance", ""), _("ไม่มียอดคงเหลือ"))
        else:
            balance = self._money(row_number, money["balance"], "balance", allow_negative=True) or 0
        words = [text_of(self._cell(cells, key)) for key in ("text", "detail")]
        reference = text_of(self._cell(cells, "reference"))
        row = StatementRow(
            row_number=row_number,
            value_date=day,
            time=clock,
            in_satang=came,
            out_satang=went,
            balance_satang=balance,
            description=" ".join(word for word in words if word),
            channel=text_of(self._cell(cells, "channel")),
            reference="" if reference.strip("-0 ") == "" else reference,
            ordinal=1,
        )
        return _Item(row_number, balance, row, len(self.errors) == before)

    def _amounts(self, row_number: int, money: Mapping[str, Cell]) -> tuple[int, int]:
        """Return satang (in, out), exactly one of them above zero unless a fault was noted."""
        if "in" in self.place and "out" in self.place:
            values = {
                key: self._money(row_number, money[key], key)
                for key in ("in", "out")
                if key in money
            }
            if None in values.values():
                return 0, 0
            came, went = values.get("in") or 0, values.get("out") or 0
            column = self.heading["in"]
            if came and went:
                self._fault(row_number, column, _("มีทั้งยอดฝากและยอดถอนในแถวเดียว"))
        else:
            column = self.heading["amount"]
            signed = 0
            if "amount" in money:
                read = self._money(row_number, money["amount"], "amount", allow_negative=True)
                if read is None:
                    return 0, 0
                signed = read * self.profile.amount_sign
            came, went = max(0, signed), max(0, -signed)
        if not came and not went:
            self._fault(row_number, column, _("ไม่มีจำนวนเงินเข้าหรือออกในแถวนี้"))
        return came, went

    def _money(
        self, row_number: int, cell: Cell, key: str, *, allow_negative: bool = False
    ) -> int | None:
        column = self.heading.get(key, key)
        text = _amount_text(cell)
        if text.startswith("(") and text.endswith(")"):
            text = f"-{text[1:-1]}"
        elif text.endswith(("-", "\u2212")):
            text = f"-{text[:-1]}"
        text = text.replace("+", "", 1) if text.startswith("+") else text
        try:
            return parse_baht(text, allow_negative=allow_negative)
        except Refusal as refusal:
            self._fault(row_number, column, refusal.message)
            return None

    def _day(self, row_number: int, cell: Cell) -> tuple[dt.date, dt.time | None]:
        column = self.heading["date"]
        clock: dt.time | None = None
        if isinstance(cell, dt.datetime):
            clock = cell.time().replace(microsecond=0) if cell.time() != dt.time() else None
            cell = cell.date()
        if isinstance(cell, dt.date):
            text = cell.isoformat()
        else:
            text = text_of(cell).translate(THAI_DIGITS)
            both = _DAY_AND_TIME.fullmatch(text)
            if both:
                text = both[1]
                clock = self._time(row_number, both[2], column)
        if not text:
            self._fault(row_number, column, _("ไม่มีวันที่ในแถวนี้"))
            return dt.date.min, None
        short = _SHORT_YEAR.fullmatch(text)
        if short and self.profile.years == "two_ce" and not text[:4].isdecimal():
            text = f"{short[1]}20{short[2]}"
        year = _LONG_YEAR.search(text)
        if self.profile.era and year and (int(year[0]) > LAST_CE) != (self.profile.era == "be"):
            self._fault(
                row_number,
                column,
                _("ปี %(year)s ไม่ใช่ พ.ศ. ตามรูปแบบไฟล์นี้ กรุณาเลือกรูปแบบที่ใช้ ค.ศ. หรือแก้ไฟล์")
                % {"year": year[0]}
                if self.profile.era == "be"
                else _("ปี %(year)s ไม่ใช่ ค.ศ. ตามรูปแบบไฟล์นี้ กรุณาเลือกรูปแบบที่ใช้ พ.ศ. หรือแก้ไฟล์")
                % {"year": year[0]},
            )
            return dt.date.min, clock
        try:
            return parse_date(text, two_digit_be=self.profile.years == "two_be"), clock
        except Refusal as refusal:
            self._fault(row_number, column, refusal.message)
            return dt.date.min, clock

    def _time(self, row_number: int, cell: Cell, column: str | None = None) -> dt.time | None:
        if isinstance(cell, dt.datetime):
            cell = cell.time()
        if isinstance(cell, dt.time):
            return cell.replace(microsecond=0, tzinfo=None)
        match = _TIME.fullmatch(text_of(cell).translate(THAI_DIGITS))
        try:
            if match is None:
                raise ValueError
            return dt.time(int(match[1]), int(match[2]), int(match[3] or 0))
        except ValueError:
            self._fault(
                row_number,
                column or self.heading["time"],
                _("“%(text)s” ไม่ใช่เวลา กรุณาใส่เช่น 14:05") % {"text": text_of(cell)[:40]},
            )
            return None

    def _running_balance(self, items: Sequence[_Item]) -> None:
        balance = self.opening
        for item in items:
            if not item.sound:
                balance = None
                continue
            moved = item.row.in_satang - item.row.out_satang if item.row else 0
            if balance is not None and balance + moved != item.balance:
                self._balance_fault(item.row_number, balance + moved, item.balance)
            balance = item.balance

    def _balance_fault(self, row_number: int, expected: int, found: int) -> None:
        self._fault(
            row_number,
            self.heading.get("balance", ""),
            _("ยอดคงเหลือไม่ต่อเนื่อง ควรเป็น %(expected)s แต่ในไฟล์เป็น %(found)s อาจมีแถวหายหรือถูกแก้")
            % {"expected": format_baht(expected), "found": format_baht(found)},
        )

    def _ends(self, rows: Sequence[StatementRow]) -> tuple[int, int]:
        """Return opening and closing balance, after checking opening + Σ = closing."""
        opening = self.opening
        if opening is None:
            opening = 0
            if rows:
                opening = rows[0].balance_satang - rows[0].in_satang + rows[0].out_satang
        total = opening + sum(row.in_satang - row.out_satang for row in rows)
        if self.closing is None:
            return opening, total
        row_number, closing = self.closing
        if total != closing and not self.errors:
            self._fault(
                row_number,
                self.heading.get("balance", ""),
                _("ยอดยกมารวมรายการทั้งหมดได้ %(expected)s แต่ยอดยกไปในไฟล์เป็น %(found)s")
                % {"expected": format_baht(total), "found": format_baht(closing)},
            )
        return opening, closing


def _amount_text(cell: Cell) -> str:
    """Return the amount in a cell as text, empty for nothing and a lone dash.

    A number of a spreadsheet is a binary fraction: what is nearer to a whole satang than a
    thousandth of one is that satang, anything else stays as it is and is refused later.
    """
    if isinstance(cell, float):
        exact = Decimal(repr(cell))
        satang = exact.quantize(Decimal("0.01"))
        return str(satang if abs(exact - satang) < Decimal("0.00001") else exact)
    text = text_of(cell)
    return "" if text in {"-", "–", "—", "\u2212"} else text


def _looks_like_day(cell: Cell) -> bool:
    return isinstance(cell, dt.date) or bool(re.match(r"[0-9๐-๙]{1,4}[\s/.\-]", text_of(cell)))


def _oldest_first(items: list[_Item]) -> list[_Item]:
    """Turn an export that lists the newest movement first; the running balance says which way it
    runs.
    """

    def breaks(way: Sequence[_Item]) -> int:
        return sum(
            1
            for before, after in pairwise(way)
            if before.sound
            and after.sound
            and after.row is not None
            and before.balance + after.row.in_satang - after.row.out_satang != after.balance
        )

    reverse = items[::-1]
    forward, backward = breaks(items), breaks(reverse)
    days = [item.row.value_date for item in items if item.row is not None and item.sound]
    if forward > backward or (forward == backward and days and days[0] > days[-1]):
        return reverse
    return items
