"""The small map: sixteen districts divided by their centres."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from cms import maps
from marketplace.places.models import District

pytestmark = pytest.mark.django_db


def points(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"(-?\d+) (-?\d+)", path)]


def area(path: str) -> float:
    total = 0.0
    for part in path.split("z"):
        found = points(part)
        for (x1, y1), (x2, y2) in zip(found, found[1:] + found[:1], strict=True):
            total += x1 * y2 - x2 * y1
    return abs(total) / 2


def test_every_district_has_land_and_one_is_lit() -> None:
    shapes = maps.shapes(District.objects.all(), {"9003"})
    assert len(shapes) == 16
    assert all(area(shape.path) > 100 for shape in shapes)
    assert [shape.name for shape in shapes if shape.lit] == ["จะนะ"]


def test_the_districts_fill_the_land_without_overlapping() -> None:
    whole = sum(area(maps._path(outline)) for outline in (maps.PENINSULA, maps.MAINLAND))
    parts = sum(area(shape.path) for shape in maps.shapes(District.objects.all(), ()))
    assert parts == pytest.approx(whole, rel=0.03)


def test_a_corrected_centre_moves_the_lines() -> None:
    before = {shape.name: shape.path for shape in maps.shapes(District.objects.all(), ())}
    District.objects.filter(code="9003").update(latitude=Decimal("6.80"))
    after = {shape.name: shape.path for shape in maps.shapes(District.objects.all(), ())}
    assert before["จะนะ"] != after["จะนะ"]
    assert before["ระโนด"] == after["ระโนด"]
