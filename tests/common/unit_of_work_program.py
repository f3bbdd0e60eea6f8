"""Checks of `unit_of_work` on a database file of its own, run in a process of its own.

The project's settings and databases stay out of it: `python unit_of_work_program.py FILE CHECK`.
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread

from django.conf import settings

DATABASE = Path(sys.argv[1])
settings.configure(
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATABASE,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 0.2},
        }
    },
    WRITE_QUEUE_SECONDS=0.3 if sys.argv[2].startswith("busy") else 60,
    LANGUAGE_CODE="th",
    USE_TZ=True,
)

import django  # noqa: E402

django.setup()

from django.db import OperationalError, connection, transaction  # noqa: E402

from marketplace.common.exceptions import Busy, Refusal  # noqa: E402
from marketplace.common.transactions import (  # noqa: E402
    FairFileLock,
    after_commit,
    unit_of_work,
)

QUEUE = DATABASE.with_name(DATABASE.name + ".queue")


def count() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT n FROM counter")
        return int(cursor.fetchone()[0])


def write(value: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE counter SET n = %s", [value])


def waiting() -> int:
    return sum(name.name.isdigit() for name in QUEUE.iterdir()) if QUEUE.exists() else 0


@unit_of_work
def add(by: int, *, refuse: bool = False) -> int:
    """Add to the counter, and refuse afterwards when told to."""
    write(count() + by)
    if refuse:
        raise Refusal("ไม่")
    return count()


def check_decorator_and_block() -> None:
    assert add(2) == 2
    assert add.__name__ == "add"
    with unit_of_work():
        assert waiting() == 1
        write(5)
    assert waiting() == 0
    with unit_of_work(using="default"):
        add(1)
    assert count() == 6


def check_refusal_undoes() -> None:
    try:
        add(2, refuse=True)
    except Refusal:
        assert count() == 0
        assert waiting() == 0
    else:
        raise AssertionError


def check_inner_refusal_undoes_the_outer() -> None:
    cause: BaseException | None = None
    try:
        with unit_of_work():
            write(7)
            with suppress(Refusal):
                add(1, refuse=True)
    except transaction.TransactionManagementError as error:
        cause = error.__cause__
    assert isinstance(cause, Refusal)
    assert count() == 0


def check_a_savepoint_within_a_unit_contains_an_inner_refusal() -> None:
    with unit_of_work():
        write(7)
        with suppress(Refusal), transaction.atomic():
            add(1, refuse=True)
        assert count() == 7
    assert count() == 7


def check_a_dry_run_may_undo_itself() -> None:
    with unit_of_work():
        write(7)
        transaction.set_rollback(True)
    assert count() == 0


def check_within_a_plain_atomic_block_a_refusal_undoes_only_the_unit() -> None:
    with transaction.atomic():
        write(3)
        try:
            add(1, refuse=True)
        except Refusal:
            assert count() == 3
        assert waiting() == 0
        assert add(1) == 4
    assert count() == 4


def check_after_commit_runs_out_of_the_queue() -> None:
    seen: list[tuple[int, int]] = []
    with unit_of_work():
        after_commit(lambda: seen.append((waiting(), add(10))))
        write(1)
        assert seen == []
    assert seen == [(0, 11)]
    try:
        with unit_of_work():
            after_commit(lambda: seen.append((0, 0)))
            raise Refusal("ไม่")
    except Refusal:
        assert len(seen) == 1


def check_an_error_after_the_commit_is_not_called_busy() -> None:
    def fail() -> None:
        raise OperationalError("database is locked")

    try:
        with unit_of_work():
            write(1)
            after_commit(fail)
    except OperationalError:
        assert count() == 1
    else:
        raise AssertionError


def in_threads() -> None:
    """Eight threads that add ten each; other processes may do the same at the same time."""

    def work() -> None:
        for _round in range(10):
            add(1)
        connection.close()

    threads = [Thread(target=work) for _thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def check_threads() -> None:
    in_threads()
    assert count() == 80


def check_busy_queue() -> None:
    said = ""
    with FairFileLock(QUEUE, 1):
        try:
            add(1)
        except Busy as busy:
            said = str(busy)
        else:
            raise AssertionError
    assert "กดอีกครั้ง" in said
    assert add(1) == 1


def check_busy_database() -> None:
    cause: BaseException | None = None
    other = sqlite3.connect(DATABASE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        add(1)
    except Busy as busy:
        cause = busy.__cause__
    else:
        raise AssertionError
    other.execute("ROLLBACK")
    other.close()
    assert isinstance(cause, OperationalError)
    assert waiting() == 0
    assert add(1) == 1


def check_deadlocks_are_repeated_once_for_decorated_functions_only() -> None:
    class Deadlock(Exception):
        sqlstate = "40P01"

    runs: list[int] = []

    def fall() -> None:
        write(count() + 1)
        runs.append(1)
        raise OperationalError("deadlock detected") from Deadlock()

    @unit_of_work
    def once() -> str:
        if not runs:
            fall()
        write(count() + 1)
        return "done"

    assert once() == "done"
    assert (len(runs), count()) == (1, 1)
    for attempts, run in ((3, unit_of_work(fall)), (4, None)):
        try:
            if run is None:
                with unit_of_work():
                    fall()
            else:
                run()
        except Busy:
            assert (len(runs), count()) == (attempts, 1)
        else:
            raise AssertionError
    try:
        with unit_of_work():
            unit_of_work(fall)()
    except Busy:
        assert len(runs) == 5  # an inner unit never repeats
    else:
        raise AssertionError


if __name__ == "__main__":
    if sys.argv[2] == "in_threads":
        in_threads()
    else:
        globals()["check_" + sys.argv[2]]()
