"""`manage.py search_verify`: compare the search index with the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.search.services import embedded, verify


class Command(BaseCommand):
    help = "Compare the search index with the database; exit 1 where they differ."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and print.

        Raises:
            CommandError: they differ.
        """
        backend = embedded()
        differences = verify(backend)
        for line in differences[:50]:
            self.stdout.write(line)
        if differences:
            raise CommandError(f"{len(differences)} differences; run search_rebuild")
        self.stdout.write(" · ".join(f"{kind} {n:,}" for kind, n in backend.counts().items()))
