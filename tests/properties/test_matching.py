"""Whatever a payer and a bank make of a transfer, what posts by itself is never wrong."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.common.codes import read_payment_reference
from orders.reconciliation.rules import Match, Moved, certain_matches, match_all, taken_back
from tests.support.bank_noise import CERTAIN, DAY, make_noise


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_automatic_posts_pay_exactly_what_the_row_truly_pays(seed: int) -> None:
    noise = make_noise(seed, 60, buyers=6)
    truth = {one.row.row_number: one for one in noise.rows}
    found = certain_matches(
        [one.row for one in noise.rows], noise.documents, references_in=read_payment_reference
    )
    paid = [match.document.id for match in found]
    assert len(paid) == len(set(paid))
    for match in found:
        labelled = truth[match.row.row_number]
        assert labelled.kind in CERTAIN
        assert labelled.truth == {match.document.id}
        assert match.received_satang + match.withholding_satang == match.document.open_satang
    assert len(found) == sum(one.kind in CERTAIN for one in noise.rows)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32))
def test_a_sum_is_chosen_only_when_no_other_answer_stands_beside_it(seed: int) -> None:
    noise = make_noise(seed, 40, buyers=2)
    decided = match_all(
        [one.row for one in noise.rows],
        noise.documents,
        references_in=read_payment_reference,
        buyer_names=noise.names,
    )
    for _row, decision in decided:
        if isinstance(decision, Match):
            continue
        assert sum(one.chosen for one in decision) <= 1
        for one in decision:
            same = [other for other in decision if other.kind == one.kind]
            assert not one.chosen or len(same) == 1


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_a_row_is_never_told_to_take_back_another_than_it_truly_does(seed: int) -> None:
    noise = make_noise(seed, 60, buyers=6)
    moved = [
        Moved(
            one.row.row_number,
            DAY,
            place,
            one.row.in_satang - one.row.out_satang,
            one.row.description,
        )
        for place, one in enumerate(noise.rows)
    ]
    for one, row in zip(noise.rows, moved, strict=True):
        found = taken_back(row, moved)
        assert sum(back.chosen for back in found) <= 1
        for back in found:
            assert back.earlier.satang == -row.satang
            assert back.earlier.place < row.place
            assert not back.chosen or back.earlier.id == one.takes_back
        if one.takes_back:
            assert one.takes_back in [back.earlier.id for back in found]
