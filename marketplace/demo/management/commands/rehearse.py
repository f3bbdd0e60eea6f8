"""Lives some weeks of the market on a scratch database and checks the rules that always hold."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from marketplace.demo.rehearsal import rehearse
from marketplace.demo.scratch import scratch_database


class Command(BaseCommand):
    help = "Live some weeks of the market on a scratch database, print what came of it, check the books."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--weeks", type=int, default=2, help="weeks to live through (2)")
        parser.add_argument(
            "--full", action="store_true", help="the demo's size, not the small one"
        )
        parser.add_argument("--seed", type=int, default=2570)
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        with scratch_database():
            outcome = rehearse(
                weeks=max(1, options["weeks"]), full=options["full"], seed=options["seed"]
            )
        if options["json"]:
            self.stdout.write(json.dumps(outcome.as_json(), ensure_ascii=False))
        else:
            self.stdout.write(outcome.as_table())
        if not outcome.holds:
            sys.exit(1)
