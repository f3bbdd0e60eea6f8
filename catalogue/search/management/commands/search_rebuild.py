"""`manage.py search_rebuild`: make the search index anew beside the one that is read."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.search.remote import BackendDown, remote
from catalogue.search.services import embedded, rebuild


class Command(BaseCommand):
    help = "Make the search index anew; readers keep the old one until it is ready."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and print how much each holds.

        Raises:
            CommandError: the cluster does not answer; the embedded index is made by then.
        """
        for index in (embedded(), remote()):
            if index is None:
                continue
            try:
                counts = rebuild(index)
            except BackendDown as error:
                raise CommandError(f"{index.name}: {error}") from None
            held = " · ".join(f"{kind} {count:,}" for kind, count in counts.items())
            self.stdout.write(f"{index.name}: {held}")
