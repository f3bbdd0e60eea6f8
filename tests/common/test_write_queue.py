"""Writers on SQLite wait in one fair line: real processes, real kills."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from marketplace.common.exceptions import Busy
from marketplace.common.transactions import FairFileLock, FairThreadLock

PROCESSES, THREADS, ROUNDS = 8, 2, 12
_spawn = multiprocessing.get_context("spawn")


def _increment(database: str, queue: str) -> None:
    """Read, think and write back, which loses updates unless the line holds."""
    for _round in range(ROUNDS):
        with FairFileLock(queue, 60):
            connection = sqlite3.connect(database, timeout=0, isolation_level=None)
            (count,) = connection.execute("SELECT n FROM counter").fetchone()
            time.sleep(0.0005)
            connection.execute("UPDATE counter SET n = ?", (count + 1,))
            connection.close()


def _increment_in_threads(database: str, queue: str) -> None:
    threads = [Thread(target=_increment, args=(database, queue)) for _thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _hold(queue: str, inside: Any) -> None:
    """Take the turn and sit on it until killed."""
    FairFileLock(queue, 60).acquire()
    inside.set()
    time.sleep(60)


def _tickets(queue: Path) -> int:
    return sum(name.name.isdigit() for name in queue.iterdir()) if queue.exists() else 0


def _wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.005)


@contextmanager
def _holder(queue: Path) -> Iterator[BaseProcess]:
    """A process that stands in the line (and in its turn, when nobody is before it)."""
    inside, before = _spawn.Event(), _tickets(queue)
    process = _spawn.Process(target=_hold, args=(str(queue), inside))
    process.start()
    try:
        _wait_until(lambda: _tickets(queue) == before + 1)
        if before == 0:
            assert inside.wait(20)
        yield process
    finally:
        process.kill()
        process.join()


def test_sixteen_writers_lose_no_update(tmp_path: Path) -> None:
    database, queue = tmp_path / "db.sqlite3", tmp_path / "queue"
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE counter (n INTEGER)")
    connection.execute("INSERT INTO counter VALUES (0)")
    connection.commit()
    processes = [
        _spawn.Process(target=_increment_in_threads, args=(str(database), str(queue)))
        for _process in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * PROCESSES
    (count,) = connection.execute("SELECT n FROM counter").fetchone()
    connection.close()
    assert count == PROCESSES * THREADS * ROUNDS
    assert _tickets(queue) == 0


def test_the_line_is_first_come_first_served(tmp_path: Path) -> None:
    queue, served = tmp_path / "queue", list[int]()

    def stand_in_line(place: int) -> None:
        with FairFileLock(queue, 30):
            served.append(place)

    threads = []
    with FairFileLock(queue, 1):
        for place in range(12):
            thread = Thread(target=stand_in_line, args=(place,))
            thread.start()
            threads.append(thread)
            _wait_until(lambda: _tickets(queue) == len(threads) + 1)
        assert served == []
    for thread in threads:
        thread.join()
    assert served == list(range(12))


def test_a_killed_holder_frees_the_line(tmp_path: Path) -> None:
    queue = tmp_path / "queue"
    with _holder(queue) as process:
        with pytest.raises(Busy):
            FairFileLock(queue, 0.05).acquire()
        process.kill()
        process.join()
        with FairFileLock(queue, 5):
            assert _tickets(queue) == 1
    assert _tickets(queue) == 0


def test_a_waiter_killed_in_the_middle_is_passed_over(tmp_path: Path) -> None:
    queue, served = tmp_path / "queue", list[str]()

    def stand_in_line() -> None:
        with FairFileLock(queue, 30):
            served.append("last")

    first = FairFileLock(queue, 1)
    first.acquire()
    with _holder(queue) as process:
        thread = Thread(target=stand_in_line)
        thread.start()
        _wait_until(lambda: _tickets(queue) == 3)
        process.kill()
        process.join()
        assert served == []
        first.release()
        thread.join()
    assert served == ["last"]


def test_a_wait_past_the_bound_is_busy_and_leaves_nothing(tmp_path: Path) -> None:
    queue = tmp_path / "queue"
    with FairFileLock(queue, 1):
        started = time.monotonic()
        with pytest.raises(Busy):
            FairFileLock(queue, 0.1).acquire()
        assert 0.1 <= time.monotonic() - started < 5
        assert _tickets(queue) == 1
    with FairFileLock(queue, 0):
        pass


def test_one_object_is_one_place_in_the_line(tmp_path: Path) -> None:
    place = FairFileLock(tmp_path / "queue", 1)
    with place, pytest.raises(RuntimeError, match="taken already"):
        place.acquire()
    place.release()
    with place:
        pass


@pytest.mark.parametrize("damage", [b"", b"rubbish", b"-5"])
def test_a_damaged_counter_never_lets_two_in(tmp_path: Path, damage: bytes) -> None:
    queue = tmp_path / "queue"
    with FairFileLock(queue, 1):
        (queue / "mutex").write_bytes(damage)
        with pytest.raises(Busy):
            FairFileLock(queue, 0.05).acquire()


def test_inside_one_process_the_line_is_fair_too() -> None:
    queue, served, standing = FairThreadLock(), list[int](), list[int]()

    def stand_in_line(place: int) -> None:
        turn = queue.turn(30)
        turn.acquire()
        served.append(place)
        turn.release()

    first = queue.turn(1)
    first.acquire()
    threads = []
    for place in range(12):
        thread = Thread(target=stand_in_line, args=(place,))
        thread.start()
        threads.append(thread)
        standing.append(place)
        _wait_until(lambda: len(queue._waiting) == len(standing))
    with pytest.raises(Busy):
        queue.turn(0.05).acquire()
    first.release()
    first.release()
    for thread in threads:
        thread.join()
    assert served == list(range(12))
    last = queue.turn(0)
    last.acquire()
    last.release()
