"""Matching bank rows with bills: how sure what posts by itself is, how good suggestions are, how
fast. Rows are labelled (`tests.support.bank_noise`); an automatic post is right when it pays
exactly the one document the row truly pays.
"""

from __future__ import annotations

import time

from marketplace.common.codes import read_payment_reference
from orders.reconciliation.rules import Match, Moved, match_all, taken_back
from tests.support.bank_noise import CERTAIN, DAY, Noise, make_noise

SEED = 20_270_201
ROWS = 2_400
MANY = 10_000


def run() -> list[tuple[str, str, str]]:
    """Precision, coverage, suggestions by kind of row, and the time of 10,000 × 10,000."""
    noise = make_noise(SEED, ROWS)
    rows = _quality(noise, _decided(noise)) + _returns(noise)
    many = make_noise(SEED + 1, MANY, buyers=200)
    started = time.perf_counter()
    _decided(many)
    seconds = time.perf_counter() - started
    rows.append(
        (
            f"match {len(many.rows):,} rows with {len(many.documents):,} open bills, in memory",
            f"{seconds:.1f} s",
            "< 10 s",
        )
    )
    return rows


def _decided(noise: Noise) -> list[object]:
    return [
        decision
        for _row, decision in match_all(
            [one.row for one in noise.rows],
            noise.documents,
            references_in=read_payment_reference,
            buyer_names=noise.names,
            fee_tolerance_satang=3_000,
        )
    ]


def _returns(noise: Noise) -> list[tuple[str, str, str]]:
    """How often a row that takes another back is told, and whether any other row is."""
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
    rows = []
    said = wrong = 0
    kinds: dict[str, list[int]] = {}
    for one, row in zip(noise.rows, moved, strict=True):
        found = taken_back(row, moved)
        chosen = [back.earlier.id for back in found if back.chosen]
        said += bool(chosen)
        wrong += bool(chosen) and chosen != [one.takes_back]
        if one.takes_back:
            tier = kinds.setdefault(one.kind, [0, 0, 0])
            ids = [back.earlier.id for back in found]
            tier[0] += 1
            tier[1] += ids[:1] == [one.takes_back]
            tier[2] += one.takes_back in ids[:3]
    rows.append(("returns told beforehand, right", f"{said - wrong} of {said}", "all"))
    for kind, (count, first, third) in sorted(kinds.items()):
        rows.append(
            (
                f"returns, {kind.replace('_', ' ')} ({count})",
                f"top 1 {100 * first / count:.0f} %, top 3 {100 * third / count:.0f} %",
                "",
            )
        )
    return rows


def _quality(noise: Noise, decided: list[object]) -> list[tuple[str, str, str]]:
    right = wrong = covered = 0
    tiers: dict[str, list[int]] = {}
    certain = sum(1 for one in noise.rows if one.kind in CERTAIN)
    for labelled, decision in zip(noise.rows, decided, strict=True):
        if isinstance(decision, Match):
            sure = labelled.kind in CERTAIN and labelled.truth == {decision.document.id}
            right, wrong, covered = right + sure, wrong + (not sure), covered + sure
            continue
        assert isinstance(decision, tuple)
        if not labelled.truth:
            continue
        found = [frozenset(d.id for d in one.documents) for one in decision[:3]]
        tier = tiers.setdefault(labelled.kind, [0, 0, 0])
        tier[0] += 1
        tier[1] += found[:1] == [labelled.truth]
        tier[2] += labelled.truth in found
    posted = right + wrong
    rows = [
        (
            f"automatic posts right, {len(noise.rows):,} labelled rows",
            f"{100 * right / posted:.2f} % of {posted}",
            "100 %",
        ),
        (
            "automatic posts, of the rows that are certain",
            f"{100 * covered / certain:.1f} % of {certain}",
            "",
        ),
        (
            "a wrong automatic post, upper bound at 95 %",
            f"{300 / posted:.2f} %" if not wrong else "found",
            "",
        ),
    ]
    every = [sum(column) for column in zip(*tiers.values(), strict=True)]
    for kind, (count, first, third) in [*sorted(tiers.items()), ("all", every)]:
        rows.append(
            (
                f"suggestions, {kind.replace('_', ' ')} ({count})",
                f"top 1 {100 * first / count:.0f} %, top 3 {100 * third / count:.0f} %",
                "",
            )
        )
    return rows
