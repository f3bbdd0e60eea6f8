"""`make test`: everything that can be checked on this machine, and a plain word on what was skipped.

Style, types and dependencies; every test on SQLite; models, services, properties and concurrency
on a throw-away PostgreSQL cluster; browser journeys where Chromium is found; the rehearsal. With
CI=true a skip is a failure. Databases are migrated once and the demo is loaded once, while style
and types are checked.
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
from contextlib import ExitStack, contextmanager
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

    @contextmanager
    def beside(self, name: str, command: list[str], **environment: str) -> Iterator[None]:
        """Run one command while others run; what it said is printed once it has ended."""
        started = time.monotonic()
        with tempfile.TemporaryFile("w+") as said:
            running = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
            yield
            failed = running.wait() != 0
            said.seek(0)
            print(f"\n=== {name}\n{said.read()}", end="")
        print(f"--- {name}: within {time.monotonic() - started:.0f} s", flush=True)
        if failed:
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
    return [PYTHON, "-m", "pytest", "-q", "--durations=25", "--durations-min=3", *arguments]


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


def prepare(what: str, *arguments: str) -> list[str]:
    """The command that makes one of the databases the tests are cloned from."""
    return [PYTHON, "-m", f"tests.{what}", *arguments]


def on_sqlite(report: Report) -> None:
    """Every test that needs no browser, and some weeks of the market lived through."""
    report.step("tests on SQLite", pytest("-n", WORKERS), DATABASE_URL="")
    report.step("rehearsal", [PYTHON, "manage.py", "rehearse"], DATABASE_URL="")


def on_postgres(report: Report, url: str) -> None:
    """Models, services, properties and concurrency."""
    report.step(
        "tests on PostgreSQL",
        pytest("-n", WORKERS, "-m", "everywhere or postgres"),
        DATABASE_URL=url,
    )


def in_browser(report: Report, demo: Path) -> None:
    """The main path of every role."""
    report.step(
        "browser journeys",
        pytest("tests/journeys", "-n", WORKERS, "--dist", "loadgroup"),
        DATABASE_URL="",
        LUANGNA_JOURNEY_DEMO=str(demo),
    )


def everything(report: Report) -> None:
    """All parts; the databases are migrated, and the demo loaded, while style and types are checked.

    Migrating and loading keep one core busy, most checks too: side by side they take half as long.
    """
    with ExitStack() as kept:
        url = kept.enter_context(postgres_cluster()) if has_postgres() else None
        room = Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="luangna-demo-")))
        demo = room / "demo.sqlite3"
        with ExitStack() as beside:
            if chromium():
                load = prepare("journeys.demo", str(demo))
                beside.enter_context(report.beside("the journeys' demo", load, DATABASE_URL=""))
            lint(report)
            if url:
                step = prepare("support.databases")
                report.step("migrating PostgreSQL", step, DATABASE_URL=url)
        on_sqlite(report)
        if url:
            on_postgres(report, url)
        else:
            report.skip("tests on PostgreSQL", "no initdb found; install postgresql")
        if chromium():
            in_browser(report, demo)
        else:
            report.skip("browser journeys", "no chromium found; install chromium")
    if not shutil.which("redis-server"):
        report.skip("tasks on Redis", "no redis-server found; install redis-server")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("part", nargs="?", choices=["lint", "sqlite", "postgres", "journeys"])
    part = parser.parse_args().part
    report = Report()

    from marketplace.web.compile_messages import compile_all

    compile_all()
    if part == "lint":
        lint(report)
    elif part == "sqlite":
        on_sqlite(report)
    elif part == "postgres":
        with postgres_cluster() as url:
            on_postgres(report, url)
    elif part == "journeys":
        report.step("browser journeys", pytest("tests/journeys"), DATABASE_URL="")
    else:
        everything(report)
    return report.close()


if __name__ == "__main__":
    raise SystemExit(main())
