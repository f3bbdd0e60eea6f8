"""How good the search is: judged queries, generated slips, and the measures over them."""

from __future__ import annotations

import csv
import math
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

JUDGED = Path(__file__).parent.parent / "catalogue" / "search" / "judged.csv"
_LOOK_ALIKE = dict(zip("ศสษซณนรลญยทธภพคขชฉตฎใไูุีิ", "สศสสนณลรยญธทพภขคฉชฏดไใุูิี", strict=True))
_TONES = "่้๊๋"


@dataclass(frozen=True, slots=True)
class Judged:
    """One query with grades 0 to 3 by a product's code."""

    set: str
    query: str
    grades: dict[str, int]


def judged_queries() -> list[Judged]:
    with JUDGED.open(encoding="utf-8", newline="") as file:
        return [
            Judged(
                row["set"],
                row["query"],
                {code: int(grade) for code, grade in (p.split(":") for p in row["grades"].split())},
            )
            for row in csv.DictReader(file)
        ]


def ndcg(found: Sequence[str], grades: dict[str, int], *, at: int = 10) -> float:
    """Normalised discounted cumulative gain with gains 2^grade - 1 (Järvelin, Kekäläinen 2002)."""

    def gain(values: Sequence[int]) -> float:
        return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(values[:at]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(code, 0) for code in found]) / best


def slips(names: Sequence[tuple[str, str]], *, seed: int, count: int) -> Iterator[tuple[str, str]]:
    """Names with one slip each: a tone dropped, a look-alike, a letter dropped, two swapped.

    `names`: (code, name) pairs. Yields (code, what was typed).
    """
    rng = random.Random(seed)
    while count:
        code, name = rng.choice(names)
        name = re.sub(r"\s*\([^)]*\)", "", name).split("/")[0].strip()
        typed = rng.choice([_tone, _confuse, _drop, _swap])(name, rng)
        if typed and typed != name:
            count -= 1
            yield code, typed


def _at(name: str, letters: str, rng: random.Random) -> int | None:
    places = [place for place, letter in enumerate(name) if letter in letters]
    return rng.choice(places) if places else None


def _tone(name: str, rng: random.Random) -> str:
    place = _at(name, _TONES, rng)
    return "" if place is None else name[:place] + name[place + 1 :]


def _confuse(name: str, rng: random.Random) -> str:
    place = _at(name, "".join(_LOOK_ALIKE), rng)
    return "" if place is None else name[:place] + _LOOK_ALIKE[name[place]] + name[place + 1 :]


def _drop(name: str, rng: random.Random) -> str:
    if len(name) < 4:
        return ""
    place = rng.randrange(1, len(name))
    return name[:place] + name[place + 1 :]


def _swap(name: str, rng: random.Random) -> str:
    if len(name) < 4:
        return ""
    place = rng.randrange(len(name) - 1)
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


Search = Callable[[str], list[str]]
"""Codes of the products a text finds, best first."""
