"""`manage.py search_catalogue TEXT`: what the catalogue's search finds, for a person or as JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.search.reading import search
from catalogue.search.types import Kind, SearchRequest, SearchResult, Window
from marketplace.common.exceptions import Refusal
from marketplace.places.models import District


class Command(BaseCommand):
    help = "Search products, groups, programmes and pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("text")
        parser.add_argument("--district", default="", help="code of a district, such as 9007")
        parser.add_argument("--available-on", default="", help="delivery day, such as 2026-12-15")
        parser.add_argument("--kind", choices=[str(kind) for kind in Kind], default=None)
        parser.add_argument("--limit", type=int, default=10)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Search and print.

        Raises:
            CommandError: a district that is not there, a day that is none, a limit below 1.
        """
        try:
            request = SearchRequest(
                text=options["text"],
                kind=Kind(options["kind"]) if options["kind"] else None,
                filters={"district": frozenset(_district(options["district"]))},
                window=_window(options["available_on"]),
                limit=_limit(options["limit"]),
            )
        except Refusal as refusal:
            raise CommandError(str(refusal)) from None
        result = search(request)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(request.text, result), ensure_ascii=False))
            return
        if result.corrected_to:
            self.stdout.write(f"ค้น “{result.corrected_to}”")
        for hit in result.hits:
            self.stdout.write(
                f"{hit.score:.3f}  {hit.kind}  {hit.id}  {hit.name_th}  {hit.name_en}"
            )
        self.stdout.write(f"{result.total} · {result.backend} · {result.took_ms:.1f} ms")


def as_json(query: str, result: SearchResult) -> dict[str, Any]:
    """The answer as one object of plain values."""
    return {
        "query": query,
        "corrected_to": result.corrected_to,
        "total": result.total,
        "backend": result.backend,
        "took_ms": result.took_ms,
        "understood": list(result.understood),
        "relaxed": list(result.relaxed),
        "hits": [
            {
                "kind": str(hit.kind),
                "id": hit.id,
                "name_th": hit.name_th,
                "name_en": hit.name_en,
                "score": hit.score,
            }
            for hit in result.hits
        ],
        "facets": {
            name: {one.value: one.count for one in values}
            for name, values in sorted(result.facets.items())
        },
    }


def _district(code: str) -> list[str]:
    if not code:
        return []
    if not District.objects.filter(code=code).exists():
        raise Refusal(f"ไม่มีอำเภอรหัส “{code}”")
    return [code]


def _window(text: str) -> Window | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"“{text}” ไม่ใช่วันที่ เขียนเช่น 2026-12-15") from None
    return Window(day, day)


def _limit(number: int) -> int:
    if number < 1:
        raise Refusal("--limit ต้องเป็น 1 ขึ้นไป")
    return number
