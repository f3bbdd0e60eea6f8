"""The small map of Songkhla's sixteen districts: our own drawing, not a legal boundary.

The shore and the lake are a few corners drawn by hand; the land between is divided by the districts'
centres (each point belongs to the nearest centre, a Voronoi division), so a corrected centre in
`marketplace.places` moves the lines by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from marketplace.places.models import District

Point = tuple[float, float]

WIDTH, HEIGHT = 390, 560
LAKE: list[Point] = [
    (76, 17), (26, 59), (36, 158), (50, 244), (142, 290), (201, 277), (208, 251), (109, 92),
]  # fmt: skip
PENINSULA: list[Point] = [
    (76, 17), (122, 17), (132, 66), (141, 99), (150, 130), (158, 158), (174, 193), (191, 231),
    (211, 254), (203, 262), (184, 252), (175, 248), (152, 224), (142, 204), (132, 185),
    (116, 158), (112, 152), (96, 119), (91, 96), (86, 73),
]  # fmt: skip
MAINLAND: list[Point] = [
    (23, 257), (76, 234), (89, 230), (115, 221), (132, 244), (149, 271), (175, 281), (181, 278),
    (200, 269), (215, 267), (234, 304), (261, 330), (291, 343), (340, 366), (366, 373),
    (376, 424), (366, 482), (340, 521), (300, 541), (261, 508), (221, 502), (175, 482),
    (122, 472), (99, 429), (82, 412), (73, 403), (66, 363), (60, 353), (46, 330), (16, 297),
]  # fmt: skip
ON_PENINSULA = {"9007", "9008", "9002", "9015", "9001"}
ON_MAINLAND_TOO = {"9001"}
NAMED = {"9001", "9002", "9003", "9004", "9005", "9006", "9007", "9009", "9010", "9011"}
BESIDE = {"9001": (34, 4), "9002": (36, -8), "9007": (36, 4), "9008": (36, 4), "9015": (36, 4)}
"""Names of slim districts stand beside them, to the right."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One district on the map: its outline, its name and where that stands."""

    name: str
    path: str
    lit: bool
    named: bool
    x: float
    y: float
    anchor: str
    pages: tuple[tuple[str, str], ...] = ()


def centre(district: District) -> Point:
    """A district's centre on the drawing."""
    return (
        9 + 331 * (float(district.longitude) - 100),
        282 + 333 * (7.12 - float(district.latitude)),
    )


def shapes(
    districts: Iterable[District],
    lit: Collection[str],
    links: Mapping[str, Sequence[tuple[str, str]]] | None = None,
) -> list[Shape]:
    """The districts as drawn, those with a code in `lit` picked out and named in any case.

    Args:
        districts: every district that has land on the map.
        lit: codes of those picked out.
        links: titles and addresses of the pages about a district, by its code.
    """
    links = links or {}
    places = [(district, centre(district)) for district in districts]
    found = []
    for district, at in places:
        land = []
        for outline, codes in (
            (PENINSULA, ON_PENINSULA),
            (MAINLAND, {d.code for d, _at in places} - ON_PENINSULA | ON_MAINLAND_TOO),
        ):
            if district.code in codes:
                others = [p for d, p in places if d.code in codes and d.code != district.code]
                land.append(_nearest(outline, at, others))
        shift = BESIDE.get(district.code)
        found.append(
            Shape(
                name=str(district),
                path=" ".join(_path(part) for part in land if len(part) > 2),
                lit=district.code in lit,
                named=district.code in NAMED or district.code in lit,
                x=round(at[0] + (shift[0] if shift else 0)),
                y=round(at[1] + (shift[1] if shift else 6)),
                anchor="start" if shift else "middle",
                pages=tuple(links.get(district.code, ())),
            )
        )
    return found


def lake_path() -> str:
    return _path(LAKE)


def _nearest(outline: list[Point], at: Point, others: list[Point]) -> list[Point]:
    """The part of an outline nearer to `at` than to any other centre."""
    part = outline
    for other in others:
        # points p with |p - at| <= |p - other|, that is a·x + b·y <= c
        a, b = other[0] - at[0], other[1] - at[1]
        c = (other[0] ** 2 + other[1] ** 2 - at[0] ** 2 - at[1] ** 2) / 2
        part = _cut(part, a, b, c)
    return part


def _cut(outline: list[Point], a: float, b: float, c: float) -> list[Point]:
    """The part of an outline where a·x + b·y <= c (Sutherland and Hodgman, 1974)."""
    kept: list[Point] = []
    for here, there in zip(outline, outline[1:] + outline[:1], strict=True):
        inside = a * here[0] + b * here[1] - c
        then = a * there[0] + b * there[1] - c
        if inside <= 0:
            kept.append(here)
        if (inside < 0 < then) or (then < 0 < inside):
            share = inside / (inside - then)
            kept.append(
                (
                    here[0] + share * (there[0] - here[0]),
                    here[1] + share * (there[1] - here[1]),
                )
            )
    return kept


def _path(points: list[Point]) -> str:
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "z"
