"""Addresses of Thai names."""

from __future__ import annotations

import re

import pytest

from marketplace.common.slugs import romanise


def test_thai_names_become_ascii() -> None:
    assert romanise("ผักคะน้า") == "phakkhana"
    assert romanise("Green Curry 2", allow_unicode=True) == "green-curry-2"


@pytest.mark.parametrize("name", ["", "!!!", "   "])
def test_a_name_of_signs_still_has_an_address(name: str) -> None:
    slug = romanise(name)
    assert re.fullmatch(r"item-[0-9a-f]{8}", slug)
    assert slug == romanise(name)


def test_two_names_of_signs_differ() -> None:
    assert romanise("!") != romanise("?")
