"""Locks that are given in the order of arrival: between processes by files, within one by events.

A process that dies in the queue or in its turn gives way at once, because the kernel drops its
lock.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from marketplace.common.exceptions import Busy

_NEXT_IN_LINE_SLEEP: Final = 0.0005
_LONGEST_SLEEP: Final = 0.004


class FairFileLock:
    """A lock between processes and threads that is given in the order of arrival.

    Each arrival draws a rising number under a short mutex and holds an flock on a ticket file of
    that number until it leaves. Its turn has come when no lower ticket is left; a lower ticket
    whose flock can be had belongs to a process that died, and is removed. One object is one place
    in the queue: make a new one for each use, do not share it between threads. It is not reentrant.

    Args:
        path: a directory on a local disk, made when missing; the name of the queue.
        seconds: the longest wait.
    """

    def __init__(self, path: str | os.PathLike[str], seconds: float) -> None:
        self.path = Path(path)
        self.seconds = seconds
        self._ticket: int | None = None
        self._file = -1

    def acquire(self) -> None:
        """Wait for the turn.

        Raises:
            Busy: it did not come within `seconds`; the place in the queue is given up.
            RuntimeError: this object is in the queue already.
        """
        if self._ticket is not None:
            raise RuntimeError("this place in the queue is taken already")
        deadline = time.monotonic() + self.seconds
        self.path.mkdir(parents=True, exist_ok=True)
        self._draw_ticket(deadline)
        try:
            while ahead := self._ahead():
                if time.monotonic() >= deadline:
                    raise Busy()
                # The farther back, the less often it looks; the next in line looks at once.
                time.sleep(min(_NEXT_IN_LINE_SLEEP * 2 ** min(ahead - 1, 8), _LONGEST_SLEEP))
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Leave the queue and give way to the next; harmless when not in it."""
        ticket, self._ticket = self._ticket, None
        if ticket is None:
            return
        with suppress(FileNotFoundError):
            os.unlink(self.path / str(ticket))
        # Unlocked by name: a process forked in between shares the descriptor and would keep it.
        fcntl.flock(self._file, fcntl.LOCK_UN)
        os.close(self._file)

    def __enter__(self) -> Self:
        """Wait for the turn; see `acquire`."""
        self.acquire()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Give way."""
        self.release()

    def _draw_ticket(self, deadline: float) -> None:
        mutex = os.open(self.path / "mutex", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            while not _try_flock(mutex):
                if time.monotonic() >= deadline:
                    raise Busy()
                time.sleep(_NEXT_IN_LINE_SLEEP)
            try:
                last = int(os.pread(mutex, 20, 0) or b"0")
            except ValueError:
                last = 0
            # The counter never falls below a living ticket, not even when its file was damaged.
            ticket = max([last, *self._tickets()]) + 1
            os.pwrite(mutex, b"%020d" % ticket, 0)
            file = os.open(
                self.path / str(ticket), os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666
            )
            fcntl.flock(file, fcntl.LOCK_EX)
            self._ticket, self._file = ticket, file
        finally:
            fcntl.flock(mutex, fcntl.LOCK_UN)
            os.close(mutex)

    def _tickets(self) -> list[int]:
        return [int(name) for name in os.listdir(self.path) if name.isdigit()]

    def _ahead(self) -> int:
        """How many stand before this ticket, after removing those at the front who died."""
        assert self._ticket is not None
        before = sorted(ticket for ticket in self._tickets() if ticket < self._ticket)
        for position, ticket in enumerate(before):
            if not self._bury(ticket):
                return len(before) - position
        return 0

    def _bury(self, ticket: int) -> bool:
        """Remove a ticket that nobody holds any more; False when its owner lives."""
        name = self.path / str(ticket)
        try:
            file = os.open(name, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return True
        try:
            if not _try_flock(file):
                return False
            with suppress(FileNotFoundError):
                os.unlink(name)  # numbers are never drawn twice: this is the dead one's file
            fcntl.flock(file, fcntl.LOCK_UN)
            return True
        finally:
            os.close(file)


class FairThreadLock:
    """The same promise inside one process, for databases in memory.

    One object is the queue itself and is shared; `turn(seconds)` gives a place in it.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._held = False

    def turn(self, seconds: float) -> _ThreadTurn:
        """A place in the queue with the longest wait in seconds; enter it to wait."""
        return _ThreadTurn(self, seconds)


class _ThreadTurn:
    """One place in a `FairThreadLock`."""

    def __init__(self, queue: FairThreadLock, seconds: float) -> None:
        self._queue = queue
        self._seconds = seconds
        self._mine = False

    def acquire(self) -> None:
        queue, called = self._queue, threading.Event()
        with queue._mutex:
            if not queue._held:
                queue._held = self._mine = True
                return
            queue._waiting.append(called)
        try:
            called.wait(self._seconds)
        except BaseException:
            self._settle(called)
            self.release()
            raise
        self._settle(called)
        if not self._mine:
            raise Busy()

    def release(self) -> None:
        if not self._mine:
            return
        self._mine = False
        with self._queue._mutex:
            if self._queue._waiting:
                self._queue._waiting.popleft().set()  # handed over, never up for grabs
            else:
                self._queue._held = False

    def _settle(self, called: threading.Event) -> None:
        """After the wait: the turn is this one's, or the place in the queue is given up."""
        with self._queue._mutex:
            self._mine = called.is_set()
            if not self._mine:
                self._queue._waiting.remove(called)


def _try_flock(file: int) -> bool:
    """Take an flock without waiting."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
