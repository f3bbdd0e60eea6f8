"""`make test`: everything that can be checked on this machine, and a plain word on what was skipped.

Style, types and dependencies; every test on SQLite; models, services, properties and concurrency
on a throw-away PostgreSQL cluster; browser journeys where Chromium is found; the rehearsal. With
CI=true a skip is a failure.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
BIN = Path(PYTHON).parent
POSTGRES_OPTIONS = (
    "-c listen_addresses=127.0.0.1 -c fsync=off -c synchronous_commit=off "
    "-c full_page_writes=off -c max_connections=200"
)
WORKERS = str(min(4, max(2, os.cpu_count() or 2)))


class Report:
    """What was run, what failed and what was skipped."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self.skipped: list[str] = []

    def step(self, name: str, command: list[str], **environment: str) -> None:
        """Run one command and remember whether it failed."""
        print(f"\n=== {name}", flush=True)
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
        print(f"--- {name}: {time.monotonic() - started:.0f} s", flush=True)
        if done.returncode:
            self.failed.append(name)

    def skip(self, name: str, why: str) -> None:
        """Say plainly that something was not checked."""
        print(f"\n=== skipped: {name}: {why}", flush=True)
        self.skipped.append(f"{name} ({why})")

    def close(self) -> int:
        """Print the sum and return the exit status."""
        print()
        for name in self.skipped:
            print(f"SKIPPED {name}")
        for name in self.failed:
            print(f"FAILED  {name}")
        in_ci = os.environ.get("CI", "").lower() == "true"
        if in_ci and self.skipped:
            print("CI=true: what is skipped counts as failed")
        bad = bool(self.failed) or (in_ci and bool(self.skipped))
        print("make test: " + ("failed" if bad else "everything passed"))
        return 1 if bad else 0


def lint(report: Report) -> None:
    """Style, format, types, dependencies between rooms, migrations, production settings."""
    report.step("ruff", [str(BIN / "ruff"), "check", "."])
    report.step("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."])
    report.step("import-linter", [str(BIN / "lint-imports"), "--no-cache"])
    report.step("mypy", [str(BIN / "mypy")])
    report.step("migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"])
    report.step(
        "production settings",
        [PYTHON, "-W", "error", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        DJANGO_SETTINGS_MODULE="marketplace.settings.production",
        DJANGO_SECRET_KEY="a-key-only-for-this-check-" + "0123456789abcdefghijklmnopqrstuvwxyz",
        ALLOWED_HOSTS="market.example",
        SITE_URL="https://market.example",
    )


def pytest(*arguments: str) -> list[str]:
    return [PYTHON, "-m", "pytest", "-q", *arguments]


@contextmanager
def postgres_cluster() -> Iterator[str]:
    """Start a throw-away PostgreSQL cluster on a socket of its own and yield its URL."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    bin_dir = found[-1].parent if found else Path(shutil.which("initdb") or "").parent
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    home = Path(tempfile.mkdtemp(prefix="luangna-pg-", dir="/tmp"))
    home.chmod(0o777)
    data = home / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        subprocess.run(
            [
                *as_postgres,
                str(bin_dir / "initdb"),
                "-D",
                str(data),
                "-A",
                "trust",
                "-U",
                "postgres",
                "--encoding=UTF8",
                "--locale=C.UTF-8",
            ],
            check=True,
            cwd="/tmp",
            **quiet,  # type: ignore[call-overload]
        )
        subprocess.run(
            [
                *as_postgres,
                str(bin_dir / "pg_ctl"),
                "-D",
                str(data),
                "-w",
                "-l",
                str(home / "log"),
                "-o",
                f"-p {port} -k {home} " + POSTGRES_OPTIONS,
                "start",
            ],
            check=True,
            cwd="/tmp",
            **quiet,  # type: ignore[call-overload]
        )
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run(
            [*as_postgres, str(bin_dir / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"],
            check=False,
            cwd="/tmp",
            **quiet,  # type: ignore[call-overload]
        )
        shutil.rmtree(home, ignore_errors=True)


def has_postgres() -> bool:
    return bool(sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))) or bool(
        shutil.which("initdb")
    )


def chromium() -> str | None:
    """Return the browser that journeys drive, if this machine has one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("part", nargs="?", choices=["lint", "sqlite", "postgres", "journeys"])
    part = parser.parse_args().part
    report = Report()

    from marketplace.web.compile_messages import compile_all

    compile_all()
    if part in (None, "lint"):
        lint(report)
    if part in (None, "sqlite"):
        report.step("tests on SQLite", pytest("-n", WORKERS), DATABASE_URL="")
        report.step("rehearsal", [PYTHON, "manage.py", "rehearse"], DATABASE_URL="")
    if part in (None, "postgres"):
        if has_postgres():
            with postgres_cluster() as url:
                report.step(
                    "tests on PostgreSQL",
                    pytest("-n", WORKERS, "-m", "everywhere or postgres"),
                    DATABASE_URL=url,
                )
        else:
            report.skip("tests on PostgreSQL", "no initdb found; install postgresql")
    if part in (None, "journeys"):
        if chromium():
            report.step("browser journeys", pytest("tests/journeys"), DATABASE_URL="")
        else:
            report.skip("browser journeys", "no chromium found; install chromium")
    if part is None and not shutil.which("redis-server"):
        report.skip("tasks on Redis", "no redis-server found; install redis-server")
    return report.close()


if __name__ == "__main__":
    raise SystemExit(main())
