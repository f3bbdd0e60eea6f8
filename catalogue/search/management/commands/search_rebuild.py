"""`manage.py search_rebuild`: make the search index anew beside the one that is read."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalogue.search.services import embedded, rebuild


class Command(BaseCommand):
    help = "Make the search index anew; readers keep the old one until it is ready."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild and print how much it holds."""
        counts = rebuild(embedded())
        self.stdout.write(" · ".join(f"{kind} {count:,}" for kind, count in counts.items()))
