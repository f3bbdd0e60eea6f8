"""A CSV file read cell by cell, remembering where something is wrong."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from marketplace.common.exceptions import Refusal

Value = TypeVar("Value")


@dataclass(slots=True)
class Cell:
    """Where in a file something is wrong."""

    file: str
    line: int
    column: str

    def refusal(self, message: str | Promise) -> Refusal:
        return Refusal(
            _("%(file)s บรรทัด %(line)d ช่อง %(column)s: %(message)s")
            % {"file": self.file, "line": self.line, "column": self.column, "message": message},
            code="bad-row",
            where={"file": self.file, "line": self.line, "column": self.column},
        )


@dataclass(slots=True)
class Sheet:
    """One CSV file with a head, and what was found wrong in it."""

    path: Path
    columns: frozenset[str]
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    bad: list[Refusal] = field(default_factory=list)

    def read(self) -> Sheet:
        """Read every row; a missing column or a name that stands twice is remembered as bad."""
        try:
            with self.path.open(encoding="utf-8-sig", newline="") as handle:
                reader = csv.DictReader(handle)
                missing = sorted(self.columns - set(reader.fieldnames or ()))
                if missing:
                    self.bad.extend(
                        self.at(1, column).refusal(_("ไม่มีช่องนี้ในหัวตาราง")) for column in missing
                    )
                    return self
                for row in reader:
                    line = reader.line_num
                    if row.get(None) or None in row.values():  # type: ignore[call-overload]
                        self.bad.append(self.at(line, "-").refusal(_("จำนวนช่องไม่เท่าหัวตาราง")))
                        continue
                    self.rows.append((line, {key: value.strip() for key, value in row.items()}))
        except (OSError, UnicodeDecodeError, csv.Error) as error:
            self.bad.append(
                self.at(0, "-").refusal(
                    _("อ่านไฟล์ไม่ได้ (%(error)s) ต้องเป็น CSV แบบ UTF-8") % {"error": error}
                )
            )
        return self

    def at(self, line: int, column: str) -> Cell:
        return Cell(self.path.name, line, column)

    def unique(self, column: str) -> dict[str, tuple[int, dict[str, str]]]:
        """Rows by a column whose values must be there and stand once."""
        found: dict[str, tuple[int, dict[str, str]]] = {}
        for line, row in self.rows:
            value = row[column]
            if not value:
                self.bad.append(self.at(line, column).refusal(_("ว่าง")))
            elif value in found:
                self.bad.append(
                    self.at(line, column).refusal(
                        _("“%(value)s” ซ้ำกับบรรทัด %(line)d")
                        % {"value": value, "line": found[value][0]}
                    )
                )
            else:
                found[value] = (line, row)
        return found

    def take(self, line: int, column: str, read: Callable[[], Value]) -> Value | None:
        """What a reader makes of a cell; None and a remembered refusal when it refuses."""
        try:
            return read()
        except Refusal as refusal:
            self.bad.append(self.at(line, column).refusal(refusal.message))
            return None
