"""What people type finds what they mean: judged queries, and slips nobody has seen before."""

from __future__ import annotations

import pytest

from catalogue.models import Product
from catalogue.search.reading import search
from catalogue.search.types import Kind, SearchRequest
from tests.support.goods import make_goods
from tests.support.search_quality import judged_queries, mean, ndcg, slips

pytestmark = pytest.mark.django_db


@pytest.fixture
def codes() -> dict[int, str]:
    make_goods()
    return {pk: upc or "" for pk, upc in Product.objects.values_list("pk", "upc")}


def found(text: str, codes: dict[int, str]) -> list[str]:
    answer = search(SearchRequest(text, kind=Kind.PRODUCT, with_facets=False))
    return [codes[hit.id] for hit in answer.hits]


def test_judged_queries_are_answered_in_a_good_order(codes: dict[int, str]) -> None:
    judged = judged_queries()
    answers = [(one, found(one.query, codes)) for one in judged]
    assert len(judged) >= 250
    assert mean([ndcg(codes_, one.grades) for one, codes_ in answers]) >= 0.97
    assert [one.query for one, codes_ in answers if not codes_] == []


@pytest.mark.parametrize("language", ["title", "title_en"])
def test_a_slip_still_finds_the_product_first(codes: dict[int, str], language: str) -> None:
    names = list(Product.objects.browsable().values_list("upc", language))
    ranks = []
    for code, typed in slips(names, seed=2570, count=200):
        answer = found(typed, codes)
        ranks.append(1 / (answer.index(code) + 1) if code in answer else 0.0)
    assert mean(ranks) >= 0.95
