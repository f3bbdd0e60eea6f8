"""The index in an SQLite file of its own: nothing to install, always maintained, the fallback.

The file is a copy: it may be deleted and is made again from the database. Generations are sets
of tables; one row of `meta` says which is read. Readers and the writer never wait for each other
(WAL). Words come from our own analysis; FTS5 must not cut Thai at its marks, hence the tokenizer.
"""

from __future__ import annotations

import fcntl
import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from catalogue.search.analysis import analyser_version, words
from catalogue.search.backends.base import OFFER, BackendDown, Change, Cube
from catalogue.search.types import Document, Kind, Name, NameKind, OfferRow, Window
from marketplace.common.clock import today

TOKENIZER: Final = "unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
BUSY_SECONDS: Final = 10
BATCH: Final = 2_000
FORMAT: Final = "2"
"""Changes with the tables below: a file of another format is made anew."""


class EmbeddedBackend:
    """One file; safe to use from many threads and processes."""

    name = "embedded"

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        self._local = threading.local()

    # -- reading

    def texts(
        self, parts: Sequence[Sequence[str]], kinds: Collection[Kind], limit: int
    ) -> list[tuple[str, float]]:
        """As `SearchBackend`; the best first by bm25."""
        question = " OR ".join(
            "(" + " AND ".join(f'"{word}"' for word in part) + ")" for part in parts if part
        )
        if not question:
            return []
        marks = ",".join("?" * len(kinds))
        with self._read() as (cursor, generation):
            rows = cursor.execute(
                f"SELECT d.kind, d.object_id, -bm25(fts_{generation}, 4.0, 1.0) AS score"
                f" FROM fts_{generation} f JOIN doc_{generation} d ON d.rowid = f.rowid"
                f" WHERE fts_{generation} MATCH ? AND d.kind IN ({marks})"
                " ORDER BY score DESC, d.kind, d.object_id LIMIT ?",
                (question, *sorted(kinds), limit),
            ).fetchall()
        return [(f"{kind}:{pk}", score) for kind, pk, score in rows]

    def cubes(
        self, product_ids: Collection[int] | None, window: Window | None, today: date
    ) -> list[Cube]:
        """As `SearchBackend`; one pass over a covering index."""
        first = (window.first if window else today).isoformat()
        where = ["last_day >= ?", "free >= ?"]
        values: list[Any] = [first, window.least_qty if window else 1]
        if window is not None:
            where.append("first_day <= ?")
            values.append(window.last.isoformat())
        if product_ids is not None:
            if not product_ids:
                return []
            where.append(f"product IN ({','.join('?' * len(product_ids))})")
            values += sorted(product_ids)
        with self._read() as (cursor, generation):
            rows = cursor.execute(
                f"SELECT product, grp, district, standards, price, count(*) FROM offer_{generation}"
                f" WHERE {' AND '.join(where)} GROUP BY product, grp, district, standards, price",
                values,
            ).fetchall()
        return [
            Cube(product, group, district, tuple(codes.split()), price, count)
            for product, group, district, codes, price, count in rows
        ]

    def documents(self) -> Iterator[Document]:
        """Every document, in the order of its key."""
        with self._read() as (cursor, generation):
            rows = cursor.execute(
                f"SELECT data FROM doc_{generation} WHERE data IS NOT NULL ORDER BY kind, object_id"
            ).fetchall()
        for (data,) in rows:
            yield _document(data)

    def state(self) -> tuple[str, str]:
        """The generation that is read and how often its documents changed."""
        with self._read() as (cursor, generation):
            return generation, _meta(cursor).get("changes", "0")

    def counts(self) -> dict[str, int]:
        """As `SearchBackend`."""
        with self._read() as (cursor, generation):
            found = dict(
                cursor.execute(
                    f"SELECT kind, count(*) FROM doc_{generation} WHERE data IS NOT NULL GROUP BY kind"
                ).fetchall()
            )
            (found[OFFER],) = cursor.execute(
                f"SELECT count(*) FROM offer_{generation} WHERE product IS NOT NULL"
            ).fetchone()
        return found

    def stands(self) -> bool:
        """Whether there is an index that this analysis can read."""
        if not self.path.exists():
            return False
        try:
            with self._cursor() as cursor:
                return self._readable(_meta(cursor))
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return False
            raise BackendDown(str(error)) from error
        except sqlite3.DatabaseError:
            return False

    def _is_foreign(self) -> bool:
        """Whether the file holds something that is no SQLite database."""
        try:
            with self._cursor() as cursor:
                cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            raise BackendDown(str(error)) from error
        except sqlite3.DatabaseError:
            return True
        return False

    @contextmanager
    def making(self) -> Iterator[None]:
        """Make indexes one at a time, among all processes of this machine."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(f"{self.path.name}.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def day(self) -> str:
        """The day on which it was last made anew, as ISO writes it."""
        with self._cursor() as cursor:
            return _meta(cursor).get("day", "")

    def database(self) -> str:
        """Which database it was made from."""
        with self._cursor() as cursor:
            return _meta(cursor).get("database", "")

    def low_mark(self) -> int:
        """Notes up to this sequence number are in for good."""
        with self._cursor() as cursor:
            return int(_meta(cursor).get("low_mark", "0"))

    def done(self) -> set[int]:
        """Sequence numbers above the low mark that are in."""
        with self._cursor() as cursor:
            return {seq for (seq,) in cursor.execute("SELECT seq FROM done")}

    # -- writing

    def write(self, changes: Sequence[Change]) -> None:
        """As `SearchBackend`, in one transaction."""
        with self._write() as cursor:
            self._store(cursor, _meta(cursor)["generation"], changes)

    def note_done(self, seqs: Iterable[int], low_mark: int) -> None:
        """Remember which notes are in; all up to `low_mark` need not be remembered one by one."""
        with self._write() as cursor:
            cursor.executemany("INSERT OR IGNORE INTO done VALUES (?)", ((seq,) for seq in seqs))
            cursor.execute("DELETE FROM done WHERE seq <= ?", (low_mark,))
            _set(cursor, low_mark=str(low_mark))

    def begin_generation(self) -> str:
        """As `SearchBackend`; the file is made where there is none."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        if self.path.exists() and self._is_foreign():
            self._forget()
        with self._write() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT)")
            cursor.execute("CREATE TABLE IF NOT EXISTS done (seq INTEGER PRIMARY KEY)")
            number = int(_meta(cursor).get("made", "0")) + 1
            generation = f"g{number}"
            _set(cursor, made=str(number), format=FORMAT)
            cursor.execute(
                f"CREATE TABLE doc_{generation} (kind TEXT NOT NULL, object_id INTEGER NOT NULL,"
                " version INTEGER NOT NULL, data TEXT, UNIQUE (kind, object_id))"
            )
            cursor.execute(
                f"CREATE VIRTUAL TABLE fts_{generation} USING fts5(names, body,"
                f' tokenize="{TOKENIZER}")'
            )
            cursor.execute(
                f"CREATE TABLE offer_{generation} (id INTEGER PRIMARY KEY, version INTEGER NOT NULL,"
                " product INTEGER, grp INTEGER, district TEXT, standards TEXT, price INTEGER,"
                " first_day TEXT, last_day TEXT, free INTEGER)"
            )
        return generation

    def load(self, generation: str, changes: Iterable[Change]) -> int:
        """As `SearchBackend`, in batches, so that readers' files stay small."""
        taken = 0
        batch: list[Change] = []
        for change in changes:
            batch.append(change)
            if len(batch) == BATCH:
                taken += self._load_batch(generation, batch)
                batch = []
        return taken + self._load_batch(generation, batch)

    def _load_batch(self, generation: str, batch: list[Change]) -> int:
        with self._write() as cursor:
            self._store(cursor, generation, batch)
        return len(batch)

    def promote(self, generation: str, *, database: str) -> None:
        """As `SearchBackend`: one row changes, so every reader sees the old or the new."""
        with self._write() as cursor:
            cursor.execute(
                f"CREATE INDEX IF NOT EXISTS cube_{generation} ON offer_{generation}"
                " (product, last_day, first_day, free, grp, district, standards, price)"
            )
            old = _meta(cursor).get("generation")
            _set(
                cursor,
                generation=generation,
                before=old or "",
                analyser=analyser_version(),
                day=today().isoformat(),
                database=database,
                changes=str(int(_meta(cursor).get("changes", "0")) + 1),
            )
            kept = {generation, old}
            for (table,) in cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'doc_g*'"
            ).fetchall():
                name = table.removeprefix("doc_")
                if name not in kept:
                    for prefix in ("doc", "fts", "offer"):
                        cursor.execute(f"DROP TABLE {prefix}_{name}")

    def _store(self, cursor: sqlite3.Cursor, generation: str, changes: Iterable[Change]) -> None:
        documents = 0
        for change in changes:
            if change.kind == OFFER:
                self._store_offer(cursor, generation, change)
            else:
                documents += self._store_document(cursor, generation, change)
        if documents:
            _set(cursor, changes=str(int(_meta(cursor).get("changes", "0")) + 1))

    def _store_offer(self, cursor: sqlite3.Cursor, generation: str, change: Change) -> None:
        row = change.document
        values: tuple[Any, ...] = (None,) * 8
        if isinstance(row, OfferRow):
            values = (
                row.product_id,
                row.group_id,
                row.district,
                " ".join(row.standards),
                row.price_satang,
                row.first_day.isoformat(),
                row.last_day.isoformat(),
                row.free_qty,
            )
        cursor.execute(
            f"INSERT INTO offer_{generation} VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE"
            " SET version=excluded.version, product=excluded.product, grp=excluded.grp,"
            " district=excluded.district, standards=excluded.standards, price=excluded.price,"
            " first_day=excluded.first_day, last_day=excluded.last_day, free=excluded.free"
            " WHERE excluded.version >= version",
            (change.id, change.version, *values),
        )

    def _store_document(self, cursor: sqlite3.Cursor, generation: str, change: Change) -> int:
        document = change.document
        data = names = body = None
        if isinstance(document, Document):
            data = json.dumps(asdict(document), ensure_ascii=False, sort_keys=True)
            names = " ".join(
                words(" ".join(n.text for n in document.names if n.kind is not NameKind.RELATED))
            )
            body = " ".join(words(document.body))
        found = cursor.execute(
            f"SELECT rowid, version, data FROM doc_{generation} WHERE kind = ? AND object_id = ?",
            (change.kind, change.id),
        ).fetchone()
        if found is not None and (found[1] > change.version or found[2] == data):
            return 0
        if found is not None:
            cursor.execute(f"DELETE FROM fts_{generation} WHERE rowid = ?", (found[0],))
            cursor.execute(
                f"UPDATE doc_{generation} SET version = ?, data = ? WHERE rowid = ?",
                (change.version, data, found[0]),
            )
            rowid = found[0]
        else:
            cursor.execute(
                f"INSERT INTO doc_{generation} VALUES (?,?,?,?)",
                (change.kind, change.id, change.version, data),
            )
            rowid = cursor.lastrowid
        if data is not None:
            cursor.execute(
                f"INSERT INTO fts_{generation} (rowid, names, body) VALUES (?,?,?)",
                (rowid, names, body),
            )
        return 1

    # -- the file

    def _readable(self, meta: dict[str, str]) -> bool:
        return (
            meta.get("format") == FORMAT
            and meta.get("analyser") == analyser_version()
            and bool(meta.get("generation"))
        )

    def _connection(self) -> sqlite3.Connection:
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        inode = self.path.stat().st_ino if self.path.exists() else None
        if found is not None and getattr(self._local, "inode", None) == inode:
            return found
        if found is not None:
            found.close()
        made = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None)
        made.execute("PRAGMA journal_mode = WAL")
        made.execute("PRAGMA synchronous = NORMAL")
        self._local.connection = made
        self._local.inode = self.path.stat().st_ino
        return made

    def close(self) -> None:
        """Close this thread's connection."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is not None:
            found.close()
            self._local.connection = None

    def _forget(self) -> None:
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    @contextmanager
    def _cursor(self) -> Iterator[sqlite3.Cursor]:
        cursor = self._connection().cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def _read(self) -> Iterator[tuple[sqlite3.Cursor, str]]:
        """One picture of the file, whatever is written meanwhile."""
        try:
            with self._cursor() as cursor:
                cursor.execute("BEGIN")
                try:
                    meta = _meta(cursor)
                    if not self._readable(meta):
                        raise BackendDown("the index must be made anew")
                    yield cursor, meta["generation"]
                finally:
                    cursor.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            raise BackendDown(str(error)) from error

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Cursor]:
        with self._cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
            except BaseException:
                cursor.execute("ROLLBACK")
                raise
            cursor.execute("COMMIT")


def _meta(cursor: sqlite3.Cursor) -> dict[str, str]:
    return dict(cursor.execute("SELECT key, value FROM meta").fetchall())


def _set(cursor: sqlite3.Cursor, **values: str) -> None:
    cursor.executemany(
        "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        values.items(),
    )


@lru_cache(maxsize=5_000)
def _document(data: str) -> Document:
    fields = json.loads(data)
    return Document(
        **{
            **fields,
            "kind": Kind(fields["kind"]),
            "names": tuple(
                Name(one["text"], NameKind(one["kind"]), one["head_last"])
                for one in fields["names"]
            ),
            "categories": tuple(fields["categories"]),
        }
    )
