"""Real processes that write at the same moment, for tests and benchmarks of concurrency.

They are forked from a process that has loaded Django once and has no connection of its own:
sixteen of them start in less time than one that loads everything anew.
"""

from __future__ import annotations

import multiprocessing
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

_forking = multiprocessing.get_context("forkserver")
_forking.set_forkserver_preload(["tests.support.loaded"])


class Writers:
    """Some processes, each with a connection of its own to the database of that name."""

    def __init__(self, count: int, database: str) -> None:
        self._ends: list[Connection] = []
        self._processes = []
        for _number in range(count):
            mine, theirs = _forking.Pipe()
            process = _forking.Process(target=_serve, args=(theirs, database), daemon=True)
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
def writers(count: int) -> Iterator[Writers]:
    """Start `count` processes on the database this process works on; end them afterwards."""
    from django.db import connection

    started = Writers(count, str(connection.settings_dict["NAME"]))
    try:
        yield started
    finally:
        started.stop()


def _serve(end: Connection, database: str) -> None:
    import importlib

    from django.db import connection

    import tests.support.loaded  # noqa: F401
    from marketplace.demo.scratch import point_at

    point_at(database)
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
