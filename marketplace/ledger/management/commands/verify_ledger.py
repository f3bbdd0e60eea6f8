"""Verify the chain over sealed journals: `manage.py verify_ledger [--expect SHA256]`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from marketplace.ledger.chain import verify
from marketplace.ledger.models import ChainNight

WORDS = {
    "journal": "the journal is not what was sealed",
    "gap": "a link is missing",
    "night": "the night's hash is not its last link's",
}


class Command(BaseCommand):
    help = "Compute the hash chain over sealed journals again and say where it first breaks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--expect", default="", help="a night's sha256 kept outside of the database"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify()
        if verdict.broken is not None:
            at = verdict.broken
            raise CommandError(
                f"broken at link {at.place}, night {at.day}, journal {at.journal or '(gone)'}: "
                f"{WORDS[at.why]}; {verdict.links} links before it hold"
            )
        expected = options["expect"]
        if expected and not ChainNight.objects.filter(sha256=expected).exists():
            raise CommandError(f"no night ends in {expected}: the chain was written anew")
        self.stdout.write(
            f"{verdict.links} journals hold, {verdict.waiting} not chained yet; "
            f"last link {verdict.sha256}"
        )
