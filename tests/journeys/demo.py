"""Loads the demo that journeys walk through: `python -m tests.journeys.demo FILE`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import date
from datetime import time as clock_time
from pathlib import Path

from marketplace.common.dates import bangkok_at
from tests.journeys.market import CLOCK
from tests.suite import ROOT

# A Monday of deliveries in the middle of the night's work: 60 % weighed in, nothing packed.
START = bangkok_at(date(2026, 11, 23), clock_time(4, 30))


def environment_of(path: Path, clock: Path) -> dict[str, str]:
    """The environment of a process that works on the journeys' database and clock."""
    return {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{path}",
        "DEBUG": "0",
        CLOCK: str(clock),
    }


def load_demo(path: Path) -> None:
    """Load the demo into a new database file, as it is at the journeys' start."""
    from marketplace.demo.scratch import settle, sqlite_template

    clock = path.with_suffix(".clock")
    draft = path.with_suffix(".draft")
    shutil.copyfile(sqlite_template(), draft)
    clock.write_text(START.isoformat())
    subprocess.run(
        [sys.executable, "-m", "tests.journeys.market", "load_demo"],
        cwd=ROOT,
        env=environment_of(draft, clock),
        check=True,
    )
    clock.unlink()
    settle(draft)
    draft.rename(path)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.journeys.settings")
    django.setup()
    load_demo(Path(sys.argv[1]))
