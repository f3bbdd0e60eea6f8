"""Solve an allocation from a file, without a database: `solve_allocation INSTANCE.json`."""

from __future__ import annotations

import json
import random
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.allocation import engine


class Command(BaseCommand):
    """Writes one JSON object; refuses with exit status 2, the JSON path and a message."""

    help = "Allocate lots to lines as the market does at cut-off, from a JSON file to a JSON file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("instance", type=Path, help="the JSON file with the instance")
        parser.add_argument("--out", type=Path, help="write the result there, not to the screen")
        parser.add_argument(
            "--seed-check",
            action="store_true",
            help="solve it again with its rows in another order, replay the plan row by row, and "
            "fail when either disagrees",
        )
        parser.add_argument("--no-distance", action="store_true", help="leave kilometres aside")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            instance = engine.read_instance(_document(options["instance"]))
            result = engine.solve(instance, distance=not options["no_distance"])
            if options["seed_check"]:
                engine.verify(instance, result)
                again = engine.solve(_mixed(instance), distance=not options["no_distance"])
                if again.output_sha256 != result.output_sha256:
                    raise CommandError("another order of rows gives another plan", returncode=1)
        except engine.InstanceError as fault:
            raise CommandError(str(fault), returncode=2) from fault
        except engine.PlanError as fault:
            raise CommandError(f"the plan does not replay: {fault}", returncode=1) from fault
        text = json.dumps(engine.write_result(instance, result), ensure_ascii=False)
        if options["out"] is None:
            self.stdout.write(text)
            return
        draft = options["out"].with_name(options["out"].name + ".part")
        try:
            draft.write_text(text + "\n", encoding="utf-8")
            draft.replace(options["out"])
        except OSError as fault:
            raise CommandError(f"{options['out']}: {fault.strerror}", returncode=2) from fault


def _document(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once)
    except OSError as fault:
        raise CommandError(f"{path}: {fault.strerror}", returncode=2) from fault
    except (UnicodeDecodeError, json.JSONDecodeError) as fault:
        raise CommandError(f"{path}: not JSON in UTF-8: {fault}", returncode=2) from fault


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise engine.InstanceError(key, "the key stands twice in one object")
        found[key] = value
    return found


def _mixed(instance: engine.Instance) -> engine.Instance:
    dice = random.Random(1)  # noqa: S311 - the same order each time, not a secret
    return replace(
        instance,
        farmers=tuple(dice.sample(instance.farmers, len(instance.farmers))),
        lots=tuple(dice.sample(instance.lots, len(instance.lots))),
        lines=tuple(dice.sample(instance.lines, len(instance.lines))),
        frozen=tuple(dice.sample(instance.frozen, len(instance.frozen))),
        previous=tuple(dice.sample(instance.previous, len(instance.previous))),
    )
