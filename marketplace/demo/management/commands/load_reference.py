"""Loads what every installation starts with: districts, classes, standards, produce, accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand

from catalogue.partner.reference import load_fee_kinds
from catalogue.reference import load_produce
from catalogue.standards.reference import load_standards
from cms.reference import load_base_pages
from marketplace.ledger.reference import load_chart
from marketplace.parties.reference import load_buyer_classes
from marketplace.places.reference import load_places
from orders.fulfilment.reference import load_crate_types


class Command(BaseCommand):
    help = "Load the rows every installation starts with (idempotent), first pages included."

    def handle(self, *args: Any, **options: Any) -> None:
        loaders: list[Callable[[], int]] = [
            load_places,
            load_buyer_classes,
            load_standards,
            load_produce,
            load_fee_kinds,
            load_chart,
            load_crate_types,
            load_base_pages,
        ]
        for load in loaders:
            count = load()
            if options["verbosity"] > 1:
                self.stdout.write(f"{getattr(load, '__name__', load)}: {count}")
