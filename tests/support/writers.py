"""Real processes that write at the same moment, for tests and benchmarks of concurrency."""

from __future__ import annotations

import multiprocessing
import os
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

_spawn = multiprocessing.get_context("spawn")


class Writers:
    """Some processes, each with Django and a database connection of its own."""

    def __init__(self, count: int, database_url: str) -> None:
        self._ends: list[Connection] = []
        self._processes = []
        for _number in range(count):
            mine, theirs = _spawn.Pipe()
            process = _spawn.Process(target=_serve, args=(theirs, database_url), daemon=True)
            process.start()
            theirs.close()
            self._ends.append(mine)
            self._processes.append(process)
        for end in self._ends:
            end.recv()  # ready

    def run(
        self, work: Callable[..., Any], plans: Sequence[tuple[Any, ...]]
    ) -> tuple[list[Any], float]:
        """Give each process its plan and let all begin together.

        Returns:
            What each returned, and the seconds from the start until the last was done.

        Raises:
            RuntimeError: with the traceback, when one of them failed.
        """
        begin = time.time() + 0.3
        for end, plan in zip(self._ends, plans, strict=True):
            end.send((work.__module__, work.__qualname__, plan, begin))
        answers = [end.recv() for end in self._ends]
        for answer in answers:
            if isinstance(answer, str):
                raise RuntimeError(answer)
        return [answer[0] for answer in answers], max(answer[1] for answer in answers) - begin

    def stop(self) -> None:
        """End the processes."""
        for end in self._ends:
            end.close()
        for process in self._processes:
            process.kill()  # nothing is left to save; an orderly end costs seconds
            process.join()


@contextmanager
def writers(count: int, database_url: str) -> Iterator[Writers]:
    """Start `count` processes on a database and end them afterwards."""
    started = Writers(count, database_url)
    try:
        yield started
    finally:
        started.stop()


def present_database() -> str:
    """The URL of the database that this process works on."""
    from django.db import connection

    facts = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{facts['NAME']}"
    host = facts["HOST"] or "localhost"
    return f"postgres://{facts['USER']}:{facts['PASSWORD']}@{host}:{facts['PORT']}/{facts['NAME']}"


def _serve(end: Connection, database_url: str) -> None:
    os.environ["DATABASE_URL"] = database_url
    os.environ["DJANGO_SETTINGS_MODULE"] = "marketplace.settings.test"
    import importlib

    import django

    django.setup()
    from django.db import connection

    end.send("ready")
    while True:
        try:
            module, name, plan, begin = end.recv()
        except EOFError:
            return
        work = getattr(importlib.import_module(module), name)
        connection.ensure_connection()
        time.sleep(max(0.0, begin - time.time()))
        try:
            result = work(*plan)
        except Exception:  # noqa: BLE001  # told to the one who started it
            end.send(traceback.format_exc())
        else:
            end.send((result, time.time()))
        connection.close()  # the database may be renewed before the next plan
