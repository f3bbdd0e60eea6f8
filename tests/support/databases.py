"""Databases for the tests: migrated once per backend, then cloned.

The template carries every migration, the guards and the reference rows (districts, produce, chart
of accounts); a test process works on its own clone, and a test that commits gets the clone
renewed afterwards instead of being flushed, so guards and base rows stand in every test.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, connections

ROOT = Path(__file__).resolve().parents[2]
WORK = Path(os.environ.get("LUANGNA_TEST_DIR", ROOT / "var" / "test"))


def fingerprint() -> str:
    """Return a hash over everything that decides what a migrated database looks like."""
    digest = hashlib.sha256()
    patterns = ("**/migrations/*.py", "**/guards.py", "**/reference.py", "**/data/*.csv")
    for package in ("marketplace", "catalogue", "orders", "cms"):
        for pattern in patterns:
            for path in sorted((ROOT / package).glob(pattern)):
                digest.update(path.relative_to(ROOT).as_posix().encode())
                digest.update(path.read_bytes())
    digest.update((ROOT / "requirements.lock").read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _once() -> Iterator[None]:
    WORK.mkdir(parents=True, exist_ok=True)
    with (WORK / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _manage(*arguments: str, database_url: str) -> None:
    subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), *arguments],
        check=True,
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": database_url,
            "DJANGO_SETTINGS_MODULE": "marketplace.settings.test",
        },
    )


class SQLiteDatabase:
    """A file of its own for each test process, copied from the template."""

    def __init__(self, worker: str) -> None:
        self.template = WORK / f"template-{fingerprint()}.sqlite3"
        self.path = WORK / f"{worker}-{os.getpid()}.sqlite3"

    def prepare(self) -> None:
        with _once():
            if not self.template.exists():
                draft = self.template.with_suffix(".draft")
                draft.unlink(missing_ok=True)
                url = f"sqlite:///{draft}"
                _manage("migrate", "-v0", database_url=url)
                _manage("load_reference", "-v0", database_url=url)
                _checkpoint(draft)
                draft.rename(self.template)
        self.renew()

    def renew(self) -> None:
        connection.close()
        for suffix in ("-wal", "-shm", ""):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)
        shutil.copyfile(self.template, self.path)
        _point_at(str(self.path))

    def dispose(self) -> None:
        connection.close()
        for suffix in ("-wal", "-shm", ""):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)


def _checkpoint(path: Path) -> None:
    import sqlite3

    with sqlite3.connect(path) as handle:
        handle.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        handle.execute("PRAGMA journal_mode=DELETE")
    handle.close()


class PostgresDatabase:
    """A database of its own for each test process, created from the template database."""

    def __init__(self, worker: str, server_url: str) -> None:
        self.server_url = server_url.rsplit("/", 1)[0]
        self.template = f"luangna_template_{fingerprint()}"
        self.name = f"luangna_{worker}_{os.getpid()}"

    def _server(self, *statements: str) -> list[tuple[object, ...]]:
        import psycopg

        with psycopg.connect(f"{self.server_url}/postgres", autocommit=True) as server:
            rows: list[tuple[object, ...]] = []
            for statement in statements:
                cursor = server.execute(statement)  # type: ignore[arg-type]
                rows = cursor.fetchall() if cursor.description else []
            return rows

    def prepare(self) -> None:
        with _once():
            known = self._server(f"SELECT 1 FROM pg_database WHERE datname = '{self.template}'")
            if not known:
                draft = f"{self.template}_draft"
                self._server(f'DROP DATABASE IF EXISTS "{draft}"', f'CREATE DATABASE "{draft}"')
                url = f"{self.server_url}/{draft}"
                _manage("migrate", "-v0", database_url=url)
                _manage("load_reference", "-v0", database_url=url)
                self._server(f'ALTER DATABASE "{draft}" RENAME TO "{self.template}"')
        self.renew()

    def renew(self) -> None:
        connections.close_all()
        self._server(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"',
        )
        _point_at(self.name)

    def dispose(self) -> None:
        connections.close_all()
        self._server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


def _point_at(name: str) -> None:
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name


def choose(worker: str) -> SQLiteDatabase | PostgresDatabase:
    """Return the database for this process: PostgreSQL when DATABASE_URL names a server."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        return PostgresDatabase(worker, url)
    return SQLiteDatabase(worker)
