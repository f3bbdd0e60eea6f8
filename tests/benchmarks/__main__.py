"""`make bench`: run every benchmark in a process of its own and print one table.

Benchmarks work on scratch databases: a clone of the migrated template on SQLite, or a throw-away
PostgreSQL cluster where real concurrency is measured. Figures are medians or percentiles as each
line says; sizes are stated with them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.suite import ROOT, has_postgres, postgres_cluster

HERE = Path(__file__).parent
# Real concurrency is only worth measuring where many writers really write at once.
ON_POSTGRES = {"reserve", "postings"}
# Measured on SQLite as well.
ON_BOTH = {"postings"}
UNFINISHED = "did not finish"
ORDER = [
    "demo_load",
    "reserve",
    "placing",
    "grid",
    "catalogue",
    "search",
    "cluster",
    "query_counts",
    "matching",
    "postings",
    "reports",
    "settling",
    "allocation",
    "trace",
]


def measure(name: str, url: str) -> list[list[str]]:
    """Run one benchmark module in its own process and return its rows."""
    program = (
        "import json, sys, django; django.setup();"
        f"from tests.benchmarks import {name} as b;"
        "print('ROWS' + json.dumps([list(map(str, row)) for row in b.run()]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": url,
            "DJANGO_SETTINGS_MODULE": "marketplace.settings.test",
            "PYTHONPATH": str(ROOT),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith("ROWS"):
            return list(json.loads(line[4:]))
    sys.stderr.write(done.stderr[-3000:])
    return [[name, UNFINISHED, ""]]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="measure these alone")
    parser.add_argument("--write", action="store_true", help="keep the table in docs/figures.md")
    arguments = parser.parse_args()
    wanted = arguments.names
    found = {path.stem for path in HERE.glob("*.py")} - {"__init__", "__main__", "support"}
    names = [name for name in ORDER if name in found] + sorted(found - set(ORDER))
    rows: list[list[str]] = []
    for name in names:
        if wanted and name not in wanted:
            continue
        print(f"… {name}", flush=True)
        if name not in ON_POSTGRES or name in ON_BOTH:
            rows += measure(name, "")
        if name in ON_POSTGRES:
            if not has_postgres():
                rows.append([name, "skipped: no PostgreSQL", ""])
                continue
            with postgres_cluster() as url:
                rows += measure(name, url)
    widths = [max((len(row[i]) for row in rows), default=0) for i in range(3)]
    if arguments.write and not wanted:
        write_figures(rows)
    print()
    print(f"{'what':{widths[0]}}  {'figure':>{widths[1]}}  reach")
    for what, figure, target in rows:
        print(f"{what:{widths[0]}}  {figure:>{widths[1]}}  {target}")
    return 1 if any(figure == UNFINISHED for _what, figure, _reach in rows) else 0


def write_figures(rows: list[list[str]]) -> None:
    """Keep the table beside the documentation, with the machine it was measured on."""
    lines = [
        "# Figures",
        "",
        f"What `make bench` measured on {os.cpu_count()} cores with nothing else running.",
        "`python -m tests.benchmarks --write` writes this page.",
        "",
        "| what | figure | reach |",
        "|---|---|---|",
        *(f"| {what.strip()} | {figure} | {reach} |" for what, figure, reach in rows),
    ]
    (ROOT / "docs" / "figures.md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
