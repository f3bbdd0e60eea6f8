"""Databases for the tests: migrated once per backend, then cloned.

The template carries every migration, the guards and the reference rows (districts, produce, chart
of accounts); a test process works on its own clone, and a test that commits gets the clone renewed
afterwards instead of being flushed, so guards and base rows stand in every test.
"""

from __future__ import annotations

import os
import shutil

from django.db import connection, connections

from marketplace.demo.scratch import (
    WORK,
    fingerprint,
    one_at_a_time,
    point_at,
    prepare_database,
    remove_sqlite,
    sqlite_template,
)

__all__ = ["WORK", "PostgresDatabase", "SQLiteDatabase", "choose"]


class SQLiteDatabase:
    """A file of its own for each test process, copied from the template."""

    def __init__(self, worker: str) -> None:
        self.path = WORK / f"{worker}-{os.getpid()}.sqlite3"

    def prepare(self) -> None:
        self.template = sqlite_template()
        self.renew()

    def renew(self) -> None:
        connection.close()
        remove_sqlite(self.path)
        shutil.copyfile(self.template, self.path)
        point_at(str(self.path))

    def dispose(self) -> None:
        connection.close()
        remove_sqlite(self.path)


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
        self.make_template()
        self.renew()

    def make_template(self) -> None:
        """Migrate the template database where it does not stand yet."""
        with one_at_a_time():
            known = self._server(f"SELECT 1 FROM pg_database WHERE datname = '{self.template}'")
            if not known:
                draft = f"{self.template}_draft"
                self._server(f'DROP DATABASE IF EXISTS "{draft}"', f'CREATE DATABASE "{draft}"')
                prepare_database(f"{self.server_url}/{draft}")
                self._server(f'ALTER DATABASE "{draft}" RENAME TO "{self.template}"')

    def renew(self) -> None:
        connections.close_all()
        self._server(
            f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)',
            f'CREATE DATABASE "{self.name}" TEMPLATE "{self.template}"',
        )
        point_at(self.name)

    def dispose(self) -> None:
        connections.close_all()
        self._server(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')


def choose(worker: str) -> SQLiteDatabase | PostgresDatabase:
    """Return the database for this process: PostgreSQL when DATABASE_URL names a server."""
    url = os.environ.get("DATABASE_URL", "")
    if url.startswith("postgres"):
        return PostgresDatabase(worker, url)
    return SQLiteDatabase(worker)


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.test")
    django.setup()
    PostgresDatabase("main", os.environ["DATABASE_URL"]).make_template()
