"""Run the periodic jobs once, for an installation without a worker (cron, or by hand)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from marketplace.cycles import services


class Command(BaseCommand):
    help = "Run the periodic jobs once (cut-offs, messages and what other rooms registered)."

    def handle(self, *args: Any, **options: Any) -> None:
        done = services.tick()
        for name, result in done.items():
            failed = isinstance(result, Exception)
            self.stdout.write(f"{name}: {'FAILED ' if failed else ''}{_short(result)}")
        if any(isinstance(result, Exception) for result in done.values()):
            raise CommandError("at least one job failed; it is tried again at the next tick")


def _short(result: object) -> str:
    if isinstance(result, list | tuple | set | dict):
        return str(len(result))
    return str(result)
