"""What a refusal carries to the person and to the program."""

from __future__ import annotations

import pickle

import pytest
from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Busy, Refusal, Refusals


def test_a_refusal_says_its_message_and_keeps_code_and_place() -> None:
    refusal = Refusal(_("จำนวนต้องไม่ติดลบ"), code="negative", where={"row": 3})
    assert str(refusal) == "จำนวนต้องไม่ติดลบ"
    assert (refusal.code, refusal.where) == ("negative", {"row": 3})


def test_many_refusals_are_raised_once_and_flattened() -> None:
    inner = Refusals([Refusal("ก"), Refusal("ข")])
    both = Refusals([inner, Refusal("ค", code="c")])
    assert [item.message for item in both.items] == ["ก", "ข", "ค"]
    assert str(both) == "ก · ข · ค"
    with pytest.raises(Refusals):
        Refusals.raise_if_any([Refusal("ก")])
    Refusals.raise_if_any([])


def test_no_refusal_at_all_is_a_defect() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Refusals([])


def test_busy_says_that_nothing_was_saved() -> None:
    assert Busy().code == "busy"
    assert "ยังไม่ได้บันทึก" in str(Busy())


@pytest.mark.parametrize(
    "refusal",
    [Refusal("ก", code="x", where=2), Refusals([Refusal("ก"), Refusal("ข", where="b")]), Busy()],
)
def test_refusals_cross_process_borders(refusal: Refusal) -> None:
    again = pickle.loads(pickle.dumps(refusal))
    assert type(again) is type(refusal)
    assert (str(again), again.code, again.where) == (str(refusal), refusal.code, refusal.where)
    if isinstance(again, Refusals):
        assert [item.where for item in again.items] == [None, "b"]
