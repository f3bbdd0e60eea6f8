"""Write the books out: `manage.py export_ledger csv|beancount [--from DAY] [--to DAY] [--output FILE]`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.common.dates import parse_date
from marketplace.common.exceptions import Refusal
from marketplace.ledger.exports import beancount, csv_journal

WRITERS = {"csv": csv_journal, "beancount": beancount}


class Command(BaseCommand):
    help = "Write the general journal as CSV, or the whole books as beancount text."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=sorted(WRITERS))
        parser.add_argument("--output", help="a file; without one it goes to the screen")
        parser.add_argument("--from", dest="first", help="accounting day to begin with")
        parser.add_argument("--to", dest="last", help="accounting day to end with")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            first, last = (
                parse_date(day) if day else None for day in (options["first"], options["last"])
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        lines = WRITERS[options["kind"]](first, last)
        if not options["output"]:
            sys.stdout.writelines(lines)
            return
        with Path(options["output"]).open("w", encoding="utf-8", newline="") as target:
            target.writelines(lines)
