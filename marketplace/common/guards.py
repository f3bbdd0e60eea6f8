"""Database guards: triggers that keep history from being rewritten, on SQLite and PostgreSQL alike.

Rooms register their guards in `AppConfig.ready()`; `install_guards` is idempotent and runs after
every migrate. Nothing in the application ever lifts them; `lifted` exists for test fixtures
alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: its name, its table and the SQL that makes it for each vendor."""

    name: str
    table: str
    sqlite: str | Callable[[BaseDatabaseWrapper], str]
    postgresql: str


_guards: dict[str, Guard] = {}


def register(*guards: Guard) -> None:
    """Add guards to those that every database of ours carries; names are unique."""
    for guard in guards:
        _guards[guard.name] = guard


def append_only(*tables: str) -> None:
    """Register guards that refuse UPDATE and DELETE of every row of these tables."""
    for table in tables:
        register(refuse(table, "UPDATE"), refuse(table, "DELETE"))


def refuse(table: str, act: str, *, except_columns: tuple[str, ...] = (), when: str = "") -> Guard:
    """Return a guard that refuses UPDATE or DELETE of a table's rows.

    `act`: UPDATE or DELETE. `except_columns`: columns that alone may still change. `when`: SQL
    condition on OLD under which the guard stands (default: always).
    """
    name = f"guard_{table}_{act.lower()}"
    message = f"{table} is append-only"
    clause = f"WHEN ({when})" if when else ""

    def sqlite(connection: BaseDatabaseWrapper) -> str:
        columns = ""
        if except_columns:
            with connection.cursor() as cursor:
                description = connection.introspection.get_table_description(cursor, table)
            kept = [f'"{c.name}"' for c in description if c.name not in except_columns]
            columns = f"OF {', '.join(kept)}"
        return (
            f'CREATE TRIGGER "{name}" BEFORE {act} {columns} ON "{table}" {clause} '
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )

    only = ""
    if except_columns:
        without = "".join(f" - '{column}'" for column in except_columns)
        only = f"IF (to_jsonb(NEW){without}) = (to_jsonb(OLD){without}) THEN RETURN NEW; END IF; "
    postgresql = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger AS $$ BEGIN {only}"
        f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$ LANGUAGE plpgsql; "
        f'CREATE TRIGGER "{name}" BEFORE {act} ON "{table}" FOR EACH ROW {clause} '
        f"EXECUTE FUNCTION {name}()"
    )
    return Guard(name=name, table=table, sqlite=sqlite, postgresql=postgresql)


def install_guards(connection: BaseDatabaseWrapper) -> int:
    """Put every registered guard in place whose table exists; return how many now stand."""
    tables = set(connection.introspection.table_names())
    standing = 0
    with connection.cursor() as cursor:
        for guard in _guards.values():
            if guard.table not in tables:
                continue
            _drop(connection, guard)
            if connection.vendor == "sqlite":
                made = guard.sqlite
                cursor.execute(made if isinstance(made, str) else made(connection))
            else:
                cursor.execute(guard.postgresql)
            standing += 1
    return standing


def _drop(connection: BaseDatabaseWrapper, guard: Guard) -> None:
    on_table = "" if connection.vendor == "sqlite" else f' ON "{guard.table}"'
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER IF EXISTS "{guard.name}"{on_table}')


def standing_guards(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of the registered guards that stand in a database."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        found = {row[0] for row in cursor.fetchall()}
    return found & set(_guards)


def expected_guards() -> set[str]:
    """Return the names of all registered guards."""
    return set(_guards)


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take the guards away and put them back; for test fixtures that break the rules on purpose."""
    for guard in _guards.values():
        _drop(connection, guard)
    try:
        yield
    finally:
        install_guards(connection)
