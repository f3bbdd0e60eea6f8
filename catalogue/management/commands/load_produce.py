"""Loads the produce table, or says line by line what is wrong with it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.reference import PRODUCE, UNITS, load_produce
from marketplace.common.exceptions import Refusals


class Command(BaseCommand):
    help = "Load the produce table (idempotent); bad cells are listed and nothing is saved."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--produce", type=Path, default=PRODUCE, help="names and seasons (CSV)")
        parser.add_argument("--units", type=Path, default=UNITS, help="units, prices, tax (CSV)")
        parser.add_argument(
            "--update",
            action="store_true",
            help="write the file's facts over products that exist already",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = load_produce(
                produce=options["produce"], units=options["units"], update=options["update"]
            )
        except Refusals as refusals:
            for refusal in refusals.items:
                self.stderr.write(str(refusal))
            raise CommandError(
                f"{len(refusals.items)} bad cells; nothing was saved", returncode=1
            ) from refusals
        self.stdout.write(f"{count} products")
