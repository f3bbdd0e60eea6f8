"""Narrowing products by their offers, and counting what each further choice would leave.

Choices of one dimension are alternatives, choices of different ones must all hold. The counts of a
dimension are taken under the choices in all the others, so a reader sees what adding one brings.
Pure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalogue.search.backends.base import Cube
from catalogue.search.types import FacetValue

BANDS: Final = ((2_000, "0-20"), (5_000, "20-50"), (10_000, "50-100"), (20_000, "100-200"))
DEAREST: Final = "200-"
IN_SEASON: Final = "now"
_OF_OFFERS: Final = ("district", "group", "standard", "price_band")


def band_of(satang: int | None) -> str:
    """Return the price band, in baht per kilogram or piece, of a price in satang; "" without one."""
    if satang is None:
        return ""
    return next((band for most, band in BANDS if satang < most), DEAREST)


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """What narrows a product whether or not it is on offer."""

    categories: tuple[str, ...]
    in_season: bool


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Products that fit all choices, and the counts beside them."""

    products: frozenset[int]
    facets: Mapping[str, tuple[FacetValue, ...]]


def narrow(
    products: Mapping[int, ProductFacts],
    cubes: Sequence[Cube],
    filters: Mapping[str, frozenset[str]],
    *,
    offered: bool,
    low_satang: int | None = None,
    high_satang: int | None = None,
) -> Narrowed:
    """Narrow products and count.

    Args:
        products: those that the words found.
        cubes: open offers, those of a window of days where one is asked.
        filters: chosen values by dimension; an empty choice is none.
        offered: whether a product without an offer is left out.
        low_satang, high_satang: bounds of the public price, per 1,000 g or piece.
    """
    chosen = {name: values for name, values in filters.items() if values}
    by_product: dict[int, list[Cube]] = defaultdict(list)
    for cube in cubes:
        if cube.product_id not in products:
            continue
        if low_satang is not None and (cube.price_satang or 0) < low_satang:
            continue
        if high_satang is not None and (
            cube.price_satang is None or cube.price_satang > high_satang
        ):
            continue
        by_product[cube.product_id].append(cube)
    needs_offer = offered or low_satang is not None or high_satang is not None
    fitting: set[int] = set()
    counts: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for product, facts in products.items():
        own = {
            "category": facts.categories,
            "season": (IN_SEASON,) if facts.in_season else (),
        }
        failing = {
            name for name in own if name in chosen and not chosen[name].intersection(own[name])
        }
        rows = by_product.get(product, ())
        if not rows:
            if needs_offer:
                continue
            failing.update(name for name in _OF_OFFERS if name in chosen)
            _count(counts, product, own, failing)
            if not failing:
                fitting.add(product)
            continue
        for cube in rows:
            values = {
                **own,
                "district": (cube.district,),
                "group": (str(cube.group_id),),
                "standard": cube.standards,
                "price_band": (band_of(cube.price_satang),),
            }
            failed = failing | {
                name
                for name in _OF_OFFERS
                if name in chosen and not chosen[name].intersection(values[name])
            }
            if not failed:
                fitting.add(product)
            _count(counts, product, values, failed)
    return Narrowed(
        frozenset(fitting),
        {
            name: tuple(
                sorted(
                    (FacetValue(value, len(ids)) for value, ids in values.items() if value),
                    key=lambda one: (-one.count, one.value),
                )
            )
            for name, values in counts.items()
        },
    )


def _count(
    counts: dict[str, dict[str, set[int]]],
    product: int,
    values: Mapping[str, Iterable[str]],
    failed: set[str],
) -> None:
    if len(failed) > 1:
        return
    for name in failed or values:
        for value in values.get(name, ()):
            counts[name][value].add(product)
