"""The door to the search for pages and commands: the right index, up to date, never an error.

Names are kept in memory until a document changes. The embedded index takes in new notes before it
answers, so what a person saved is found by the next search.
"""

from __future__ import annotations

import logging
import threading
from typing import Final

from catalogue.search import engine
from catalogue.search.backends.embedded import EmbeddedBackend
from catalogue.search.engine import Library
from catalogue.search.lexicon import Lexicon, Marker, Suggestion
from catalogue.search.remote import BackendDown, remote
from catalogue.search.services import catch_up, embedded
from catalogue.search.types import SearchRequest, SearchResult
from marketplace.common import clock
from marketplace.places.models import District

ORGANIC: Final = (
    "อินทรีย์",
    "เกษตรอินทรีย์",
    "ออร์แกนิก",
    "ออร์แกนิค",
    "ออแกนิก",
    "ออแกนิค",
    "ปลอดสาร",
    "ปลอดสารพิษ",
    "ไร้สาร",
    "organic",
    "organik",
    "chemical free",
)
STANDARD_NAMES: Final = (
    (frozenset({"GAP"}), ("gap", "จีเอพี", "มาตรฐาน gap", "ปลอดภัย", "thai gap")),
    (frozenset({"PGS"}), ("pgs", "พีจีเอส", "อินทรีย์แบบมีส่วนร่วม")),
    (frozenset({"ORG", "PGS"}), ORGANIC),
)

logger = logging.getLogger(__name__)
_lock = threading.Lock()
_libraries: dict[str, tuple[tuple[str, str], Library]] = {}


def library(backend: EmbeddedBackend) -> Library:
    """The documents and names of an index, as of its last change."""
    state = backend.state()
    kept = _libraries.get(str(backend.path))
    if kept is not None and kept[0] == state:
        return kept[1]
    with _lock:
        kept = _libraries.get(str(backend.path))
        if kept is not None and kept[0] == state:
            return kept[1]
        made = Library.of(Lexicon.of(backend.documents(), _markers()))
        _libraries[str(backend.path)] = (state, made)
        while len(_libraries) > 4:
            del _libraries[next(iter(_libraries))]
        return made


def _markers() -> list[Marker]:
    districts = [
        Marker(
            "district",
            frozenset({one.code}),
            (one.name_th, f"อำเภอ{one.name_th}", one.name_en, f"{one.name_en} district"),
        )
        for one in District.objects.order_by("code")
    ]
    return districts + [Marker("standard", codes, names) for codes, names in STANDARD_NAMES]


def search(request: SearchRequest) -> SearchResult:
    """Answer a request; from the embedded index where there is no cluster or it does not answer.

    The embedded index holds everything committed before; a cluster takes it within seconds.
    """
    backend = embedded()
    catch_up(backend)
    known = library(backend)
    cluster = remote()
    if cluster is not None and cluster.breaker.allows():
        try:
            answer = engine.search(
                request=request, library=known, backend=cluster, today=clock.today()
            )
        except BackendDown as error:
            cluster.breaker.failed()
            logger.warning("search falls back to the embedded index: %s", error)
        else:
            cluster.breaker.answered()
            return answer
    return engine.search(request=request, library=known, backend=backend, today=clock.today())


def suggest(text: str, *, limit: int = 8) -> list[Suggestion]:
    """Names that start as typed, products first."""
    backend = embedded()
    if not backend.stands():
        catch_up(backend)
    return library(backend).lexicon.suggest(text, limit=limit)
