"""Runs a command of the market on the journeys' clock: `python -m tests.journeys.market load_demo`.

The clock stands in a file (its path in LUANGNA_JOURNEY_CLOCK) and runs on from the moment the file
was written, so that the hour of the real day never decides whether a journey is possible.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.http import HttpRequest, HttpResponseBase

from marketplace.common import clock

CLOCK = "LUANGNA_JOURNEY_CLOCK"


def moment(path: Path) -> datetime:
    """Return the present moment of the journeys: what the file says plus its age."""
    start = datetime.fromisoformat(path.read_text().strip())
    return start + timedelta(seconds=max(0, time.time() - path.stat().st_mtime))


class ClockOfTheJourneys:
    """Middleware: before every request the house's clock is put where the journeys are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        clock.set_clock(moment(Path(os.environ[CLOCK])))
        return self.get_response(request)


def main() -> None:
    """Set the clock, then do what `manage.py` would do."""
    from django.core.management import execute_from_command_line

    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.journeys.settings"
    clock.set_clock(moment(Path(os.environ[CLOCK])))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
