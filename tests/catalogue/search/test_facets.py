from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalogue.search.backends.base import Cube
from catalogue.search.facets import ProductFacts, band_of, narrow

DISTRICTS, STANDARDS, CATEGORIES = ("9001", "9002", "9003"), ("GAP", "PGS"), ("leafy", "fruit")

facts = st.builds(
    ProductFacts, st.lists(st.sampled_from(CATEGORIES), unique=True).map(tuple), st.booleans()
)
products = st.dictionaries(st.integers(1, 6), facts, min_size=1)
cubes = st.lists(
    st.builds(
        Cube,
        product_id=st.integers(1, 6),
        group_id=st.integers(1, 3),
        district=st.sampled_from(DISTRICTS),
        standards=st.lists(st.sampled_from(STANDARDS), unique=True).map(tuple),
        price_satang=st.sampled_from([None, 1_500, 4_000, 30_000]),
        offers=st.integers(1, 5),
    ),
    max_size=12,
)
filters = st.fixed_dictionaries(
    {},
    optional={
        "district": st.sets(st.sampled_from(DISTRICTS)).map(frozenset),
        "standard": st.sets(st.sampled_from(STANDARDS)).map(frozenset),
        "category": st.sets(st.sampled_from(CATEGORIES)).map(frozenset),
        "season": st.just(frozenset({"now"})),
    },
)


@given(products, cubes, filters, st.booleans())
def test_a_count_is_what_choosing_that_value_instead_would_leave(
    known: dict[int, ProductFacts],
    rows: list[Cube],
    chosen: dict[str, frozenset[str]],
    offered: bool,
) -> None:
    answer = narrow(known, rows, chosen, offered=offered)
    for name, values in answer.facets.items():
        for one in values:
            alone = {**chosen, name: frozenset({one.value})}
            left = narrow(known, rows, alone, offered=offered).products
            assert one.count == len(left)


@given(products, cubes, filters)
def test_each_further_dimension_only_leaves_fewer(
    known: dict[int, ProductFacts], rows: list[Cube], chosen: dict[str, frozenset[str]]
) -> None:
    everything = narrow(known, rows, {}, offered=False).products
    some = narrow(known, rows, chosen, offered=False).products
    assert everything == known.keys()
    assert some <= everything
    assert narrow(known, rows, chosen, offered=True).products <= some


def test_a_price_on_the_edge_stands_in_the_dearer_band() -> None:
    assert [band_of(satang) for satang in (None, 0, 1_999, 2_000, 19_999, 20_000)] == [
        "",
        "0-20",
        "0-20",
        "20-50",
        "100-200",
        "200-",
    ]


def test_a_price_bound_leaves_out_what_has_no_price() -> None:
    known = {1: ProductFacts((), False), 2: ProductFacts((), False)}
    rows = [Cube(1, 1, "9001", (), None, 1), Cube(2, 1, "9001", (), 4_000, 1)]
    assert narrow(known, rows, {}, offered=False, high_satang=4_000).products == {2}
    assert narrow(known, rows, {}, offered=False, low_satang=4_001).products == set()
