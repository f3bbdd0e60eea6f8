"""Read a statement file of a bank: `import_statement FILE --account CODE --json`."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from marketplace.common.exceptions import Refusal
from orders.reconciliation.exceptions import RowError, StatementError
from orders.reconciliation.profiles import find_layout, layout_for
from orders.reconciliation.services import (
    ImportFigures,
    account_of,
    import_and_match,
    try_import,
)


class Command(BaseCommand):
    """Exit status 0 when the file was read, 1 when it was refused; then nothing is saved."""

    help = "Read a bank's statement file into the queue; exact rows post themselves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="CSV, XLSX, MT940 or camt.053")
        parser.add_argument(
            "--account", required=True, metavar="CODE", help="ledger code (bank:1) or number"
        )
        parser.add_argument("--profile", default="", metavar="NAME", help="how it is laid out")
        parser.add_argument("--dry-run", action="store_true", help="read and decide, save nothing")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        figures, errors = None, []
        try:
            figures = _read(options)
        except StatementError as refusal:
            errors = refusal.errors
        except Refusal as refusal:
            errors = [RowError(0, str((refusal.where or {}).get("option", "")), refusal.message)]
        if options["json"]:
            self.stdout.write(json.dumps(_said(figures, errors), ensure_ascii=False))
        else:
            for name, value in _said(figures, ()).items():
                if figures and name != "errors":
                    self.stdout.write(f"{name}: {value}")
            for error in errors:
                self.stderr.write(f"{error.row_number} {error.column} {error.message}")
        if figures is None:
            raise SystemExit(1)


def _read(options: dict[str, Any]) -> ImportFigures:
    account = account_of(options["account"])
    if account is None:
        raise Refusal(
            _("ไม่มีบัญชีธนาคาร %(code)s กรุณาใช้รหัสเช่น bank:1 หรือเลขที่บัญชี")
            % {"code": options["account"]},
            code="no-account",
            where={"option": "--account"},
        )
    if options["profile"]:
        profile = find_layout(options["profile"])
    else:
        profile = layout_for(account)
    path = Path(options["file"])
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refusal(
            _("เปิดไฟล์ %(file)s ไม่ได้ กรุณาตรวจชื่อและที่อยู่ของไฟล์") % {"file": path.name},
            code="no-file",
            where={"option": "FILE"},
        ) from error
    if options["dry_run"]:
        return try_import(account=account, file_bytes=data, profile=profile)
    return import_and_match(
        by=None, account=account, file_bytes=data, filename=path.name, profile=profile
    )


def _said(figures: ImportFigures | None, errors: Sequence[RowError]) -> dict[str, Any]:
    """The answer's keys, always these."""
    return {
        "rows": figures.rows if figures else 0,
        "new": figures.new if figures else 0,
        "duplicates": figures.duplicates if figures else 0,
        "opening_satang": figures.opening_satang if figures else None,
        "closing_satang": figures.closing_satang if figures else None,
        # A file whose balances do not follow from each other is refused, so what is read is so.
        "balanced": figures is not None,
        "matched": figures.matched if figures else 0,
        "suggested": figures.suggested if figures else 0,
        "unmatched": figures.unmatched if figures else 0,
        "errors": [
            {"row": error.row_number, "column": str(error.column), "message": str(error.message)}
            for error in errors
        ],
    }
