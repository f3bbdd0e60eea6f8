"""The transaction that every service runs in, and the fair queue of writers on SQLite.

SQLite has one writer at a time and no queue: waiting connections poll, and an unlucky one starves.
So on SQLite the outermost `unit_of_work` first takes its turn in one queue per database, first come
first served, with a bounded wait that ends in `Busy`. On PostgreSQL there is no queue; row locks do
that work.

Always true: the queue is entered before the transaction begins and left as soon as it has committed
(before any `after_commit` function runs) or rolled back; nobody waits for the queue while holding a
database lock. A process that dies in the queue or in its turn gives way at once, because the kernel
drops its lock.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Final, ParamSpec, Protocol, TypeVar, overload

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from marketplace.common.exceptions import Busy
from marketplace.common.fair_lock import FairFileLock, FairThreadLock

__all__ = [
    "WRITE_QUEUE_SECONDS",
    "FairFileLock",
    "FairThreadLock",
    "UnitOfWork",
    "after_commit",
    "unit_of_work",
]

P = ParamSpec("P")
R = TypeVar("R")

WRITE_QUEUE_SECONDS: Final = 10.0
"""How long a writer waits for its turn when settings.WRITE_QUEUE_SECONDS says nothing."""


class _Turn(Protocol):
    """A place in either queue."""

    def acquire(self) -> None: ...

    def release(self) -> None: ...


_thread_queues: dict[str, FairThreadLock] = {}
_thread_queues_guard = threading.Lock()


def _turn(connection: BaseDatabaseWrapper) -> _Turn | None:
    """A place in the queue of this connection's database; None where there is no queue."""
    if connection.vendor != "sqlite":
        return None
    seconds = float(getattr(settings, "WRITE_QUEUE_SECONDS", WRITE_QUEUE_SECONDS))
    name = str(connection.settings_dict["NAME"])
    if ":memory:" in name or "mode=memory" in name:
        with _thread_queues_guard:
            queue = _thread_queues.setdefault(name, FairThreadLock())
        return queue.turn(seconds)
    file = name.removeprefix("file:").partition("?")[0] if name.startswith("file:") else name
    return FairFileLock(_queue_directory(Path(file).resolve()), seconds)


def _queue_directory(database: Path) -> Path:
    """Where the queue of a database file lives: every process must come to the same answer."""
    keyed = sha256(str(database).encode()).hexdigest()[:16]
    chosen: str | None = getattr(settings, "WRITE_QUEUE_DIR", None)
    if chosen:
        return Path(chosen) / keyed
    if os.access(database.parent, os.W_OK):
        return database.with_name(database.name + ".queue")
    return Path(tempfile.gettempdir()) / f"luangna-queue-{keyed}"


class _UnitAtomic(transaction.Atomic):
    """An atomic block that knows it is a unit of work, and whether one that joined it failed."""

    failure: BaseException | None = None

    def refuse_if_undone(self) -> None:
        """Say so when what a joined unit raised was caught, or the work would be lost in silence.

        Raises:
            TransactionManagementError: this block is about to be undone for that reason.
        """
        if self.failure is not None and transaction.get_rollback(self.using):
            raise transaction.TransactionManagementError(
                "a unit of work that joined this one failed and was caught: nothing can be saved"
            ) from self.failure


class _Unit:
    """One run of a unit of work, as a context manager."""

    def __init__(self, using: str) -> None:
        self.using = using
        self.outermost = False
        self.committed = False

    @contextmanager
    def open(self) -> Iterator[None]:
        connection = transaction.get_connection(self.using)
        if connection.in_atomic_block:
            outer = [block for block in connection.atomic_blocks if isinstance(block, _UnitAtomic)]
            block = _UnitAtomic(self.using, savepoint=not outer, durable=False)
            try:
                with block:
                    yield
                    block.refuse_if_undone()
            except BaseException as error:
                if outer:
                    outer[0].failure = error
                raise
            return
        self.outermost = True
        turn = _turn(connection)
        if turn is not None:
            turn.acquire()

        def leave() -> None:
            # The first function to run after the commit, so the others never hold up the queue.
            self.committed = True
            if turn is not None:
                turn.release()

        block = _UnitAtomic(self.using, savepoint=True, durable=False)
        try:
            with block:
                transaction.on_commit(leave, using=self.using)
                yield
                block.refuse_if_undone()
        except OperationalError as error:
            if not self.committed and _is_busy(error):
                raise Busy() from error
            raise
        finally:
            if turn is not None:
                turn.release()


@overload
def unit_of_work(func: Callable[P, R], /) -> Callable[P, R]: ...


@overload
def unit_of_work(*, using: str = DEFAULT_DB_ALIAS) -> UnitOfWork: ...


def unit_of_work(
    func: Callable[P, R] | None = None, /, *, using: str = DEFAULT_DB_ALIAS
) -> Callable[P, R] | UnitOfWork:
    """Run a service, or a block, in one transaction that is saved whole or not at all.

    `@unit_of_work` on a function, `with unit_of_work():` around a block; either takes `using=`, the
    alias of a database.

    At the outermost level it takes its turn in the write queue on SQLite and opens the transaction.
    Within another unit it joins it, without a savepoint: whatever leaves the inner unit as an
    exception undoes the outer one too; when it is caught in between, the outer one ends in
    `TransactionManagementError` instead of losing its work in silence. Within a plain `atomic`
    block (a test's, a view's) it is a savepoint of that block and takes no turn, since the block
    may hold the database's write lock already: a refusal undoes this unit's work only.

    On PostgreSQL an outermost *decorated function* that fell to a deadlock or a serialization
    failure is run once more, so it must do nothing outside the database before it commits: use
    `after_commit`. A `with` block cannot be run again.

    Raises:
        Busy: at the outermost level, when the turn did not come in settings.WRITE_QUEUE_SECONDS,
            SQLite says that the database is locked, or PostgreSQL gave up on a lock, a deadlock or
            a serialization failure. Nothing was saved.
    """
    unit = UnitOfWork(using)
    return unit if func is None else unit(func)


class UnitOfWork:
    """What `unit_of_work` gives: a decorator and a context manager that may be nested."""

    def __init__(self, using: str) -> None:
        self._using = using
        self._open = threading.local()

    def __call__(self, func: Callable[P, R], /) -> Callable[P, R]:
        """Run a function in a unit of work; its signature is kept."""

        @wraps(func)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            unit = _Unit(self._using)
            try:
                with unit.open():
                    return func(*args, **kwargs)
            except Busy as busy:
                if not unit.outermost or unit.committed or not _is_worth_repeating(busy.__cause__):
                    raise
            with _Unit(self._using).open():
                return func(*args, **kwargs)

        return run

    def __enter__(self) -> None:
        """Begin; see `unit_of_work`."""
        block = _Unit(self._using).open()
        block.__enter__()
        self._stack().append(block)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Save, or undo when the block raised."""
        self._stack().pop().__exit__(kind, error, traceback)

    def _stack(self) -> list[AbstractContextManager[None]]:
        if not hasattr(self._open, "stack"):
            self._open.stack = []
        stack: list[AbstractContextManager[None]] = self._open.stack
        return stack


def after_commit(
    func: Callable[[], object], *, using: str = DEFAULT_DB_ALIAS, robust: bool = False
) -> None:
    """Call a function once the present transaction is saved; never when it is undone.

    Outside a transaction it is called at once. The write queue has been left by then, so it may
    take its time and open units of work of its own.

    Args:
        func: takes nothing.
        using: alias of the database.
        robust: log what the function raises instead of raising it, as the work is saved anyway.
    """
    transaction.on_commit(func, using=using, robust=robust)


_REPEATABLE: Final = frozenset({"40001", "40P01"})  # serialization_failure, deadlock_detected
_BUSY: Final = _REPEATABLE | {"55P03"}  # lock_not_available, which lock_timeout raises


def _sqlstate(error: BaseException | None) -> str | None:
    """PostgreSQL's code of an error, from the driver's exception beneath Django's."""
    state = getattr(error.__cause__, "sqlstate", None) if error is not None else None
    return state if isinstance(state, str) else None


def _is_busy(error: OperationalError) -> bool:
    text = str(error).lower()
    return (
        _sqlstate(error) in _BUSY
        or "database is locked" in text
        or "database table is locked" in text
    )


def _is_worth_repeating(error: BaseException | None) -> bool:
    return _sqlstate(error) in _REPEATABLE
