"""Loads the demo market around today: once; `--fresh` rebuilds it from nothing."""

from __future__ import annotations

import time
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from marketplace.audit.models import AuditEntry
from marketplace.common.guards import lifted
from marketplace.parties.models import Cooperative

LOADED = "demo.loaded"


class Command(BaseCommand):
    help = "Load the demo: 14 groups, 9 buyers, four weeks lived through, one in the middle, four open."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fresh", action="store_true", help="empty this database first (all data is lost)"
        )
        parser.add_argument("--seed", type=int, default=2570)
        parser.add_argument("--small", action="store_true", help="two groups and one hospital")

    def handle(self, *args: Any, **options: Any) -> None:
        from marketplace.demo.story import load

        if options["fresh"]:
            with lifted(connection):
                call_command("flush", interactive=False, verbosity=0)
            call_command("load_reference", verbosity=0)
        elif AuditEntry.objects.filter(action=LOADED).exists():
            self.stdout.write("ข้อมูลตัวอย่างมีอยู่แล้ว")
            return
        elif Cooperative.objects.exists():
            raise CommandError(
                "This database already holds a market that is not the finished demo; "
                "load_demo --fresh would empty it and load the demo."
            )
        started = time.monotonic()
        load(
            seed=options["seed"],
            small=options["small"],
            say=self.stdout.write if options["verbosity"] else None,
        )
        self.stdout.write(f"โหลดข้อมูลตัวอย่างแล้ว {time.monotonic() - started:.0f} วินาที")
