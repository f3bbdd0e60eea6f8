"""What staff see when two runs stand beside each other."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.cycles.models import OrderCycle
from orders.allocation.comparing import choices_for, compare_runs
from orders.allocation.engine import gini
from orders.allocation.models import LineOutcome, Run
from tests.support.fulfilment import KG, make_day

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@settings(max_examples=100)
@given(st.lists(st.fractions(min_value=0, max_value=1), max_size=12))
def test_unevenness_lies_between_none_and_all_to_one(shares: list[Fraction]) -> None:
    found = gini(shares)
    assert 0 <= found < 1
    assert (found == 0) == (len(set(shares)) <= 1)
    assert found == gini([share / 3 for share in shares])


def test_unevenness_of_two_where_one_got_nothing_is_a_half() -> None:
    assert gini([Fraction(0), Fraction(1)]) == Fraction(1, 2)


def test_two_days_are_compared_by_figures_and_growers_parts() -> None:
    day = make_day(days=2)
    second = OrderCycle.objects.order_by("delivery_day")[1]
    day.offer((day.daeng, 40), (day.somjai, 40), days=2)
    day.order(20)
    day.order(10, cycle=second)
    day.cut_off()
    first, later = Run.objects.order_by("cycle__delivery_day")
    assert choices_for(later) == [first]
    assert choices_for(first) == []
    found = compare_runs(first, later)
    assert not found.same_cycle
    assert (found.before.gini, found.after.gini) == (0, 0)
    # The first day leaves each grower the 5 kg that the second was promised: 10 of 35, 5 of 30.
    assert {(one.before, one.after) for one in found.parts} == {(28, 16)}
    assert found.part_count == 2
    assert found.before.km is not None


def test_a_line_that_got_less_the_second_time_is_listed(client: Client) -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    line, other = day.order(20), day.order(5)
    run = day.cut_off()
    run.is_current = False
    run.save()
    again = Run.objects.create(
        cycle=run.cycle, kind=run.kind, engine="later", input_sha256="0", output_sha256="0",
        asked_g=25 * KG, allocated_g=17 * KG,
    )  # fmt: skip
    for one, got, short in ((line, 12, 8), (other, 5, 0)):
        LineOutcome.objects.create(
            run=again, line=one, firm_qty=0, asked_qty=(got + short) * KG,
            allocated_qty=got * KG, short_qty=short * KG, reason_code="lots_full" if short else "",
        )  # fmt: skip
    found = compare_runs(run, again)
    (changed,) = found.lines
    assert (changed.line, changed.more) == (line, False)
    assert (found.before.short_lines, found.after.short_lines) == (0, 1)
    assert (found.after.gini, found.both_shared) == (None, False)
    client.force_login(day.staff)
    page = client.get(reverse("allocation:compare", args=[again.pk])).content.decode()
    assert "12 กก." in page
    assert "20 กก." in page
    asked_the_other_way = reverse("allocation:compare", args=[run.pk])
    seen = client.get(asked_the_other_way, {"with": again.pk}).context["found"]
    assert (seen.before.run, seen.after.run) == (run, again)
    strange = client.get(reverse("allocation:compare", args=[again.pk]), {"with": "999"})
    assert strange.status_code == 404


def test_a_first_run_says_that_there_is_nothing_to_compare_with(client: Client) -> None:
    day = make_day()
    run = day.cut_off()
    client.force_login(day.staff)
    page = client.get(reverse("allocation:compare", args=[run.pk])).content.decode()
    assert "ยังไม่มีครั้งอื่นให้เทียบ" in page
