"""The worked example for a farmers' meeting says what the engine does, and the page shows it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from orders.allocation.method import KG, drawing_of, worked_example


def test_the_example_shows_why_the_method_is_fairer_and_fuller() -> None:
    example = worked_example("th")
    assert example.filled_g > example.first_g
    assert min(row.first_percent for row in example.farms) == 0
    shares = [row.percent for row in example.farms if not row.standards]
    assert max(shares) - min(shares) <= 2
    assert all(row.given_g >= row.firm_g for row in example.kitchens)
    assert sum(flow.grams for flow in example.flows) == example.filled_g


def test_every_short_row_says_why() -> None:
    example = worked_example("en")
    assert all(row.why for row in example.kitchens if row.short_g)
    assert all(row.why for row in example.farms if row.sold_g < row.offered_g)


def test_bands_are_as_thick_as_their_kilograms_and_stay_inside_the_drawing() -> None:
    example = worked_example("th")
    drawing = drawing_of(example)
    assert [band.grams for band in drawing.bands] == [flow.grams for flow in example.flows]
    assert all(
        float(band.thickness) * KG == pytest.approx(band.grams * 0.6, rel=0.02)
        for band in drawing.bands
    )
    assert all(
        box.y >= 0 and box.y + box.height <= 340 for box in (*drawing.farms, *drawing.kitchens)
    )


@pytest.mark.django_db
def test_anybody_may_read_it(client: Client) -> None:
    page = client.get(reverse("allocation:method")).content.decode()
    assert "25.5" in page
    assert 'role="img"' in page
