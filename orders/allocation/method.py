"""A worked example of the method for a farmers' meeting: five farms, three kitchens, one morning.

Nothing here is typed in but what is offered and asked: every figure that the page shows is computed
by the engine that allocates the real market, and by the way of "who comes first" beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.allocation import engine

DAY = date(2027, 1, 4)
PACK_G = 500
KG = 1000
GREENS = "morning-glory"
FARMS = "กขคงจ"
"""The farms have letters, not names: they are nobody's."""

OFFERED: tuple[tuple[str, int, frozenset[str], str], ...] = (
    ("A", 40, frozenset(), "near"),
    ("A", 30, frozenset(), "far"),
    ("B", 30, frozenset(), "near"),
    ("A", 20, frozenset({"GAP"}), "near"),
    ("A", 40, frozenset(), "far"),
)
"""Grade, kilograms, standards and where each farm is."""

KITCHENS = (
    ("hospital", gettext_lazy("โรงพยาบาล"), "B", 50, 50, frozenset[str]()),
    ("hotel", gettext_lazy("โรงแรม"), "A", 40, 0, frozenset[str]()),
    ("restaurant", gettext_lazy("ร้านอาหาร"), "A", 30, 0, frozenset({"GAP"})),
)
"""Name, least grade, kilograms asked, of them guaranteed at ordering, standards wanted."""


def instance() -> engine.Instance:
    """The example as the engine reads it."""
    return engine.Instance(
        farmers=tuple(
            engine.Farmer(letter, kilos * KG)
            for letter, (_grade, kilos, _standards, _zone) in zip(FARMS, OFFERED, strict=True)
        ),
        lots=tuple(
            engine.Lot(
                id=letter,
                farmer=letter,
                product=GREENS,
                grade=grade,
                certificates=standards,
                days=frozenset({DAY}),
                zone=zone,
                quantity_g=kilos * KG,
            )
            for letter, (grade, kilos, standards, zone) in zip(FARMS, OFFERED, strict=True)
        ),
        lines=tuple(
            engine.Line(
                id=key,
                product=GREENS,
                min_grade=grade,
                certificates=standards,
                day=DAY,
                quantity_g=kilos * KG,
                firm_g=firm * KG,
                deliver_zone="town",
            )
            for key, _name, grade, kilos, firm, standards in KITCHENS
        ),
        distance_km={("near", "town"): 15, ("far", "town"): 60},
        pack_g=PACK_G,
    )


@dataclass(frozen=True, slots=True)
class Flow:
    """One farm to one kitchen, grams."""

    farm: str
    kitchen: str
    grams: int


@dataclass(frozen=True, slots=True)
class FarmRow:
    """A farm with what it sells by the one way and by the other, grams and per cent."""

    letter: str
    grade: str
    standards: str
    km: int
    offered_g: int
    sold_g: int
    first_g: int
    why: str = ""

    @property
    def percent(self) -> int:
        return self.sold_g * 100 // self.offered_g

    @property
    def first_percent(self) -> int:
        return self.first_g * 100 // self.offered_g


@dataclass(frozen=True, slots=True)
class KitchenRow:
    """A kitchen with what it gets by the one way and by the other, grams, and why it is short."""

    key: str
    name: str
    grade: str
    standards: str
    asked_g: int
    firm_g: int
    given_g: int
    first_g: int
    why: str = ""

    @property
    def short_g(self) -> int:
        return self.asked_g - self.given_g


@dataclass(frozen=True, slots=True)
class Example:
    """The whole example: rows, flows, and both sums, grams."""

    farms: list[FarmRow]
    kitchens: list[KitchenRow]
    flows: list[Flow]
    filled_g: int
    first_g: int
    asked_g: int


def who_comes_first(example: engine.Instance) -> list[Flow]:
    """What a person with a list does: each kitchen in turn takes from the first farms that fit."""
    left = {lot.id: lot.quantity_g for lot in example.lots}
    flows = []
    for line in example.lines:
        wanted = line.quantity_g
        for lot in example.lots:
            taken = min(wanted, left[lot.id]) if engine.fits(lot, line) else 0
            if taken:
                flows.append(Flow(lot.id, line.id, taken))
                left[lot.id] -= taken
                wanted -= taken
    return flows


def worked_example(language: Literal["th", "en"]) -> Example:
    """Solve the example and put it into rows.

    Args:
        language: of the reasons, "th" or "en".
    """
    example, result = instance(), _solved()
    flows = [Flow(row.lot, row.line, row.quantity_g) for row in result.allocations]
    first = who_comes_first(example)
    names = {GREENS: _("ผักบุ้ง"), "GAP": "GAP"}
    outcomes = {out.id: out for out in result.lines}
    sold = {out.id: out for out in result.farmers}
    farms = [
        FarmRow(
            letter=letter,
            grade=grade,
            standards=" ".join(sorted(standards)),
            km=example.distance_km[zone, "town"],
            offered_g=kilos * KG,
            sold_g=sold[letter].sold_g,
            first_g=sum(flow.grams for flow in first if flow.farm == letter),
            why=_said(sold[letter].reason, language, names),
        )
        for letter, (grade, kilos, standards, zone) in zip(FARMS, OFFERED, strict=True)
    ]
    kitchens = [
        KitchenRow(
            key=key,
            name=str(name),
            grade=grade,
            standards=" ".join(sorted(standards)),
            asked_g=kilos * KG,
            firm_g=firm * KG,
            given_g=outcomes[key].allocated_g,
            first_g=sum(flow.grams for flow in first if flow.kitchen == key),
            why=_said(outcomes[key].reason, language, names),
        )
        for key, name, grade, kilos, firm, standards in KITCHENS
    ]
    return Example(
        farms=farms,
        kitchens=kitchens,
        flows=flows,
        filled_g=result.filled_g,
        first_g=sum(flow.grams for flow in first),
        asked_g=sum(line.quantity_g for line in example.lines),
    )


@cache
def _solved() -> engine.Result:
    """The engine's answer; the same for everybody, so it is computed once a process."""
    example = instance()
    result = engine.solve(example)
    engine.verify(example, result)
    return result


def _said(
    reason: engine.Reason | None, language: Literal["th", "en"], names: dict[str, str]
) -> str:
    if reason is None:
        return ""
    return engine.sentence(reason, language, names=names, unit="g")


# ---- the drawing ---------------------------------------------------------------------------------

WIDTH, HEIGHT = 640, 340
LEFT, RIGHT = 150, 490
THICK = 0.6
"""Drawing units per kilogram of a band's thickness."""


@dataclass(frozen=True, slots=True)
class Band:
    """A flow as a band: an SVG path, how thick, its kilograms and where they are written."""

    path: str
    thickness: str
    farm: str
    kitchen: str
    grams: int


@dataclass(frozen=True, slots=True)
class Box:
    """A farm or a kitchen in the drawing: where it stands and how high it is."""

    key: str
    label: str
    y: int
    height: int
    grams: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """Farms on the left, kitchens on the right, bands between them as thick as their kilograms."""

    farms: list[Box]
    kitchens: list[Box]
    bands: list[Band]


def drawing_of(example: Example) -> Drawing:
    """Lay the example out: boxes evenly down both sides, bands one below the other at each."""
    farms = _boxes(
        [
            (row.letter, _("สวน %(letter)s") % {"letter": row.letter}, row.sold_g)
            for row in example.farms
        ]
    )
    kitchens = _boxes([(row.key, row.name, row.given_g) for row in example.kitchens])
    used: dict[str, float] = {}
    places = {box.key: box for box in (*farms, *kitchens)}
    bands = []
    for flow in example.flows:
        thickness = flow.grams / KG * THICK
        ends = []
        for key in (flow.farm, flow.kitchen):
            ends.append(places[key].y + used.get(key, 0.0) + thickness / 2)
            used[key] = used.get(key, 0.0) + thickness
        middle = (LEFT + RIGHT) // 2
        bands.append(
            Band(
                path=f"M{LEFT} {ends[0]:.1f} C{middle} {ends[0]:.1f} {middle} {ends[1]:.1f} "
                f"{RIGHT} {ends[1]:.1f}",
                thickness=f"{thickness:.1f}",
                farm=flow.farm,
                kitchen=flow.kitchen,
                grams=flow.grams,
            )
        )
    return Drawing(farms, kitchens, bands)


def _boxes(rows: list[tuple[str, str, int]]) -> list[Box]:
    step = HEIGHT // len(rows)
    return [
        Box(key, label, place * step + 14, max(4, round(grams / KG * THICK)), grams)
        for place, (key, label, grams) in enumerate(rows)
    ]
