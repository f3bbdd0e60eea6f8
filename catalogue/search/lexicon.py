"""The names of everything that can be found, and how a typed text is read against them.

A market has a few thousand names: they are held in memory, so a slip is mended against names and
never against offers. A text is cut into concepts: the longest names in it, then single words,
then, only where a word is in no name, the nearest name. Pure; built from documents.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from catalogue.search.analysis import compact, folded, is_thai, words
from catalogue.search.types import Document, Kind, Name, NameKind

LONGEST_WINDOW: Final = 6
LEAST_LIKENESS: Final = 0.72
"""Below this a name is another name, not a slip of this one."""
SURE_LIKENESS: Final = 0.85
"""From here on even words that all stand in some name are taken as a slip of one name."""
SHORTEST_MENDED: Final = 2
PIECE_COST: Final = 1.0
"""What each further concept costs, in letters: one name is likelier than two half ones."""

NAME_WEIGHTS: Final = {
    NameKind.NAME: 1.0,
    NameKind.ALIAS: 0.97,
    NameKind.ROMAN: 0.95,
    NameKind.PLACE: 0.5,
    NameKind.CATEGORY: 0.6,
    NameKind.RELATED: 0.12,
}
EMPTY_WORDS: Final = frozenset(
    [
        "สด",
        "ขาย",
        "ซื้อ",
        "หา",
        "อยาก",
        "ได้",
        "อยากได้",
        "มี",
        "ไหม",
        "บ้าง",
        "ที่",
        "ของ",
        "จาก",
        "ใน",
        "และ",
        "กับ",
        "ราคา",
        "ราคา",
        "สั่ง",
        "จอง",
        "ส่ง",
        "ปลูก",
        "แถว",
        "ย่าน",
        "ตลาด",
        "ร้าน",
        "อร่อย",
        "ดี",
        "ถูก",
        "สวย",
        "ครับ",
        "ค่ะ",
        "เอา",
        "ต้องการ",
        "กิโลกรัม",
        "กก",
        "the",
        "a",
        "an",
        "of",
        "in",
        "from",
        "for",
        "and",
        "with",
        "buy",
        "sell",
        "fresh",
        "price",
        "order",
        "where",
        "near",
        "local",
        "thai",
        "dan",
        "di",
        "dari",
        "untuk",
        "segar",
        "beli",
        "harga",
    ]
)
"""Words that say nothing about what is looked for, unless a name is made of them."""


@dataclass(frozen=True, slots=True)
class Surface:
    """One way to call one document, cut into words."""

    document: int
    words: tuple[str, ...]
    key: str
    kind: NameKind
    head_last: bool
    text: str


@dataclass(frozen=True, slots=True)
class Marker:
    """Words that narrow rather than name: a district, a standard."""

    dimension: str
    values: frozenset[str]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Concept:
    """A part of a text that stands for one thing."""

    key: str
    words: tuple[str, ...]
    likeness: float = 1.0
    typed: str = ""
    known: bool = True
    marker: Marker | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as concepts; `corrected` is the text with slips mended, or None."""

    concepts: tuple[Concept, ...]
    corrected: str | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that starts as typed."""

    text: str
    document: Document


@dataclass(slots=True)
class Lexicon:
    """All names; build it with `of`."""

    documents: tuple[Document, ...] = ()
    surfaces: list[Surface] = field(default_factory=list)
    by_key: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    by_fold: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_word: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    text_of: dict[str, str] = field(default_factory=dict)
    markers: dict[str, Marker] = field(default_factory=dict)
    first_words: list[tuple[str, ...]] = field(default_factory=list)
    text_words: set[str] = field(default_factory=set)
    """Words of documents' texts: no slips, though no names either."""
    marker_words: set[str] = field(default_factory=set)
    _mended: dict[str, tuple[str, float] | None] = field(default_factory=dict)
    _keys: list[str] = field(default_factory=list)
    _folds: list[str] = field(default_factory=list)
    _prefixes: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    def of(cls, documents: Iterable[Document], markers: Iterable[Marker] = ()) -> Lexicon:
        """Build it; documents keep their order."""
        made = cls(tuple(documents))
        for marker in markers:
            for text in marker.names:
                made.markers["".join(words(text))] = marker
                made.marker_words.update(words(text))
        for place, document in enumerate(made.documents):
            made.text_words.update(words(document.body))
            first = words(document.names[0].text) if document.names else []
            made.first_words.append(tuple(first[:-1] or first))
            for name in document.names:
                made._add(place, name)
        # What is only related to a document is no name a slip could be of.
        own = {
            made.surfaces[place].key: made.surfaces[place].text
            for place in range(len(made.surfaces) - 1, -1, -1)
            if made.surfaces[place].kind is not NameKind.RELATED
        }
        made.text_of = {
            **{key: marker.names[0] for key, marker in made.markers.items()},
            **own,
        }
        own = made.text_of
        made._keys = [key for key in own if len(key) >= SHORTEST_MENDED]
        for key in made._keys:
            made.by_fold[folded(key)].append(key)
        made._folds = [fold for fold in made.by_fold if fold]
        made._prefixes = sorted(
            {
                (start, place)
                for place, surface in enumerate(made.surfaces)
                if surface.kind in (NameKind.NAME, NameKind.ALIAS, NameKind.ROMAN)
                for start in _starts(surface.text, surface.kind)
            }
        )
        return made

    def _add(self, document: int, name: Name) -> None:
        cut = tuple(words(name.text))
        if not cut:
            return
        place = len(self.surfaces)
        self.surfaces.append(
            Surface(document, cut, "".join(cut), name.kind, name.head_last, name.text)
        )
        self.by_key["".join(cut)].append(place)
        for word in cut:
            self.by_word[word].add(place)

    def weight(self, concept: Concept) -> float:
        """How much a concept tells: rare ones more than "ผัก"."""
        documents = {
            self.surfaces[place].document
            for word in concept.words
            for place in self.by_word.get(word, ())
        }
        return 1.0 / (1.0 + math.log1p(len(documents)) / 4)

    def read(self, text: str) -> Reading:
        """Cut a text into concepts, mending slips of names where a word is in no name."""
        cut = words(text)
        best: list[tuple[float, list[Concept]]] = [(0.0, [])]
        unknown = [
            word not in self.by_word
            and word not in self.marker_words
            and word not in self.text_words
            for word in cut
        ]
        for end in range(1, len(cut) + 1):
            candidates: list[tuple[float, list[Concept]]] = []
            for start in range(max(0, end - LONGEST_WINDOW), end):
                found = self._concept(cut[start:end], any(unknown[start:end]))
                if found is None:
                    continue
                score, concept = found
                before, concepts = best[start]
                candidates.append((before + score - PIECE_COST, [*concepts, concept]))
            best.append(max(candidates, key=lambda one: one[0]))
        telling = [
            one for one in best[-1][1] if one.key not in EMPTY_WORDS or one.key in self.by_key
        ]
        read = tuple(telling or best[-1][1])
        if all(one.likeness == 1.0 for one in read):
            return Reading(read)
        thai = is_thai(text)
        mended = ("" if thai and " " not in text.strip() else " ").join(
            self.text_of.get(one.key, one.typed) if one.likeness < 1.0 else one.typed
            for one in read
        )
        return Reading(read, mended)

    def _concept(self, window: Sequence[str], has_unknown: bool) -> tuple[float, Concept] | None:
        key = "".join(window)
        size = len(key)
        if key in self.text_of or (len(window) == 1 and key in self.by_key):
            marker = self.markers.get(key)
            return size * 1.0, Concept(key, tuple(window), typed=self._typed(window), marker=marker)
        if (has_unknown or len(window) > 1) and SHORTEST_MENDED <= size <= 40:
            nearest = self._nearest(key)
            if nearest is not None and (has_unknown or nearest[1] >= SURE_LIKENESS):
                found, likeness = nearest
                return (
                    size * likeness * 0.97,
                    Concept(
                        found,
                        tuple(words(self.text_of[found])),
                        likeness,
                        self._typed(window),
                        marker=self.markers.get(found),
                    ),
                )
        if len(window) > 1:
            return None
        if has_unknown:
            return 0.1, Concept(key, tuple(window), typed=key, known=False)
        return size * 0.8, Concept(key, tuple(window), typed=key)

    def _typed(self, window: Sequence[str]) -> str:
        return ("" if any(is_thai(word) for word in window) else " ").join(window)

    def _nearest(self, key: str) -> tuple[str, float] | None:
        if key not in self._mended:
            if len(self._mended) > 10_000:
                self._mended.clear()
            self._mended[key] = self.nearest(key)
        return self._mended[key]

    def nearest(self, key: str) -> tuple[str, float] | None:
        """Return the name most like a typed one with how like it is, or None.

        Args:
            key: letters without spaces, normalised.
        """
        fold = folded(key)
        if not fold:
            return None
        candidates: set[str] = set(self.by_fold.get(fold, ()))
        if not candidates or not is_thai(key):
            for found, _likeness, _place in process.extract(
                fold,
                self._folds,
                scorer=OSA.normalized_similarity,
                score_cutoff=LEAST_LIKENESS - 0.1,
                limit=12,
            ):
                candidates.update(self.by_fold[found])
            for found, _likeness, _place in process.extract(
                key,
                self._keys,
                scorer=OSA.normalized_similarity,
                score_cutoff=LEAST_LIKENESS - 0.1,
                limit=12,
            ):
                candidates.add(found)
        best: tuple[str, float] | None = None
        for candidate in sorted(candidates):
            if is_thai(candidate) != is_thai(key):
                continue
            likeness = self._likeness(key, fold, candidate)
            if likeness >= LEAST_LIKENESS and (best is None or likeness > best[1]):
                best = candidate, likeness
        return best

    def _likeness(self, key: str, fold: str, candidate: str) -> float:
        plain = OSA.normalized_similarity(key, candidate)
        other = folded(candidate)
        heard = OSA.normalized_similarity(fold, other)
        if heard == 1.0:
            # The same but for tones, lengths and look-alikes; Latin letters fold more coarsely.
            return 0.9 + 0.09 * plain if is_thai(key) else 0.6 + 0.38 * plain
        edits = min(OSA.distance(fold, other), OSA.distance(key, candidate))
        longest = max(len(fold), len(other))
        # One slip in a short name is forgiven, as long as half of it stands.
        if edits == 1 and longest >= SHORTEST_MENDED and min(len(fold), len(other)) >= 2:
            return 0.76 + 0.12 * plain + 0.02 * (key[:1] == candidate[:1])
        return 0.45 * plain + 0.5 * heard + 0.04 * (key[:1] == candidate[:1])

    def scores(self, concepts: Sequence[Concept]) -> dict[int, float]:
        """Return how well each document's names answer concepts, from above 0 to 1."""
        total = sum(self.weight(one) for one in concepts)
        if not total:
            return {}
        found: dict[int, float] = defaultdict(float)
        for concept in concepts:
            weight = self.weight(concept) / total
            for document, match in self._matches(concept).items():
                found[document] += weight * match
        return found

    def _matches(self, concept: Concept) -> dict[int, float]:
        """How well one concept is met by each document's best name."""
        best: dict[int, float] = {}
        themed: set[int] = set()
        for place in self._places(concept):
            surface = self.surfaces[place]
            match = self._match(concept, surface)
            if surface.kind is NameKind.CATEGORY and match == 1.0:
                themed.add(surface.document)
            match *= NAME_WEIGHTS[surface.kind] * concept.likeness
            if surface.kind is NameKind.RELATED and match:
                own = self.first_words[surface.document]
                match += 0.009 * (own == concept.words[: len(own)])
            if match > best.get(surface.document, 0.0):
                best[surface.document] = match
        if themed:
            # The word names a whole shelf: what stands on it comes before what only sounds of it.
            for document, match in best.items():
                if document in themed:
                    best[document] = max(match, 0.8 * concept.likeness) + 0.02 * match
                else:
                    best[document] = match * 0.6
        return best

    def _places(self, concept: Concept) -> Iterator[int]:
        yield from self.by_key.get(concept.key, ())
        if not concept.words:
            return
        shared = set.intersection(*(set(self.by_word.get(word, ())) for word in concept.words))
        yield from shared

    def _match(self, concept: Concept, surface: Surface) -> float:
        if surface.key == concept.key:
            return 1.0
        if surface.kind is NameKind.RELATED:
            return 0.0
        if surface.kind is NameKind.CATEGORY:
            return 0.25
        size = sum(map(len, concept.words)) / max(1, sum(map(len, surface.words)))
        count = len(concept.words)
        first = surface.words[:count] == concept.words
        last = surface.words[-count:] == concept.words
        if (last and surface.head_last) or (first and not surface.head_last):
            return 0.7 + 0.25 * size
        return 0.35 + 0.25 * size

    def suggest(self, text: str, *, limit: int = 8) -> list[Suggestion]:
        """Return names that start as typed, the shortest first; one a document."""
        start = compact(text)
        if len(start) < 2:
            return []
        found: list[tuple[int, int, int]] = []
        at = bisect_left(self._prefixes, (start, -1))
        while at < len(self._prefixes) and self._prefixes[at][0].startswith(start):
            key, place = self._prefixes[at]
            surface = self.surfaces[place]
            order = list(NAME_WEIGHTS).index(surface.kind)
            found.append((order + (compact(surface.text) != key), len(key), place))
            at += 1
            if len(found) > 500:
                break
        taken: set[int] = set()
        names: list[Suggestion] = []
        for _order, _length, place in sorted(found):
            surface = self.surfaces[place]
            if surface.document in taken:
                continue
            taken.add(surface.document)
            names.append(Suggestion(surface.text, self.documents[surface.document]))
        names.sort(key=lambda one: list(Kind).index(one.document.kind))
        return names[:limit]


def _starts(text: str, kind: NameKind) -> Iterator[str]:
    """What somebody may begin to type: the name, and of a proper name what follows its kind."""
    cut = words(text)
    for begin in range(min(len(cut), 3) if kind is NameKind.NAME else 1):
        start = compact("".join(cut[begin:]))
        if len(start) > 1:
            yield start
