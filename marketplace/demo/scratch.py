"""Scratch databases: a freshly migrated copy to rehearse on, thrown away afterwards.

The migrated template is kept under `var/` by a fingerprint of everything that decides what it
looks like, so it is built once. On PostgreSQL the scratch is a database of its own on the same
server.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[2]
WORK = Path(os.environ.get("LUANGNA_SCRATCH", ROOT / "var" / "test"))


def _hashes(*patterns: str) -> dict[str, str]:
    """Hash the files of our packages that match, by path; the lock stands for all foreign ones."""
    found = {"requirements.lock": ROOT / "requirements.lock"}
    for package in ("marketplace", "catalogue", "orders", "cms"):
        for pattern in patterns:
            for path in (ROOT / package).glob(pattern):
                found[path.relative_to(ROOT).as_posix()] = path
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in sorted(found.items())
    }


def fingerprint() -> str:
    """Return a hash over everything that decides what a migrated database looks like."""
    decisive = _hashes(
        "**/migrations/*.py",
        "**/guards.py",
        "**/reference.py",
        "**/chart.py",
        "sheets.py",
        "**/data/*.csv",
    )
    return hashlib.sha256(json.dumps(decisive).encode()).hexdigest()[:16]


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Let one process build a template while the others wait for it."""
    WORK.mkdir(parents=True, exist_ok=True)
    with (WORK / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def prepare_database(url: str) -> None:
    """Migrate the database at a URL and load the reference rows, in processes of their own."""
    for arguments in (["migrate", "-v0"], ["load_reference", "-v0"]):
        subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), *arguments],
            check=True,
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": url,
                "DJANGO_SETTINGS_MODULE": "marketplace.settings.test",
            },
        )


def sqlite_template() -> Path:
    """Return the migrated SQLite template, built when it is missing or out of date."""
    template = WORK / f"template-{fingerprint()}.sqlite3"
    with one_at_a_time():
        if not template.exists():
            draft = template.with_suffix(".draft")
            draft.unlink(missing_ok=True)
            migrations = _hashes("**/migrations/*.py")
            earlier = _earlier_template(migrations)
            if earlier is not None:
                shutil.copyfile(earlier, draft)
            prepare_database(f"sqlite:///{draft}")
            settle(draft)
            template.with_suffix(".json").write_text(json.dumps(migrations))
            draft.rename(template)
    return template


def _earlier_template(migrations: dict[str, str]) -> Path | None:
    """Return the newest template whose migrations all still stand unchanged, to migrate on from it."""
    for manifest in sorted(WORK.glob("template-*.json"), key=os.path.getmtime, reverse=True):
        known = json.loads(manifest.read_text())
        earlier = manifest.with_suffix(".sqlite3")
        if earlier.exists() and known.items() <= migrations.items():
            return earlier
    return None


def settle(path: Path) -> None:
    """Bring what stands in a database's write-ahead log into its file, so that it can be copied."""
    import sqlite3

    handle = sqlite3.connect(path)
    handle.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    handle.execute("PRAGMA journal_mode=DELETE")
    handle.close()
    shutil.rmtree(f"{path}.queue", ignore_errors=True)


def point_at(name: str) -> None:
    """Let the default connection use another database from now on."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def remove_sqlite(path: Path) -> None:
    """Remove a database file with its companions, the search's index among them."""
    for suffix in ("", "-wal", "-shm", ".search", ".search-wal", ".search-shm", ".search.lock"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    shutil.rmtree(f"{path}.queue", ignore_errors=True)


@contextmanager
def scratch_database() -> Iterator[str]:
    """Work on a fresh database of the kind that is configured; yields its name, drops it afterwards."""
    before = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        path = WORK / f"scratch-{os.getpid()}.sqlite3"
        shutil.copyfile(sqlite_template(), path)
        point_at(str(path))
        try:
            yield str(path)
        finally:
            point_at(before)
            remove_sqlite(path)
        return
    name = f"luangna_scratch_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    url = os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
    try:
        prepare_database(url)
        point_at(name)
        yield name
    finally:
        point_at(before)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
