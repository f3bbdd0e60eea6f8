"""Staff decide what a share gives to a line: held to the gram, with its cost, until undone."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from marketplace.common.exceptions import Refusal
from orders.allocation.models import Allocation, Override, Run
from orders.allocation.replanning import Decided, Event, plan_decided, plan_for
from orders.allocation.services import override, replan, undo_override
from orders.models import Line
from tests.support.fulfilment import KG, Day, key, make_day
from tests.support.ordering import FIRST_DAY

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def decide(
    day: Day, line: Line, person: object, kilos: int, *, form: str = "", reason: str = "ครัวขอแปลงนี้"
) -> tuple[Override, Run]:
    decided = wish(line, person, kilos)
    return override(
        decided=decided,
        reason=reason,
        seen=plan_decided(decided).fingerprint,
        key=form or key(),
        by=day.staff,
    )


def wish(line: Line, person: object, kilos: int) -> Decided:
    from catalogue.supply.models import OfferShare

    share = OfferShare.objects.get(person=person, harvest_offer__product=line.product_id)
    return Decided(line.pk, share.pk, kilos * KG)


def rows(line: Line) -> dict[int, int]:
    return dict(
        Allocation.objects.planned(line.cycle_id).filter(line=line).values_list("person", "qty")
    )


def shared() -> tuple[Day, Line]:
    day = make_day()
    day.offer((day.daeng, 30), (day.somjai, 30))
    line = day.order(40)
    day.cut_off()
    assert rows(line) == {day.daeng.pk: 20 * KG, day.somjai.pk: 20 * KG}
    return day, line


def test_what_is_decided_stands_to_the_gram_and_the_rest_is_found_elsewhere() -> None:
    day, line = shared()
    made, run = decide(day, line, day.daeng, 30)
    assert rows(line) == {day.daeng.pk: 30 * KG, day.somjai.pk: 10 * KG}
    assert (made.before_qty, made.qty, made.fill_cost_qty) == (20 * KG, 30 * KG, 0)
    assert made.gini_without < made.gini_with
    assert (run.kind, run.cause, made.run) == ("replan", "ครัวขอแปลงนี้", run)


def test_a_share_can_be_kept_away_from_a_line() -> None:
    day, line = shared()
    made, _run = decide(day, line, day.daeng, 0)
    assert rows(line) == {day.somjai.pk: 30 * KG}
    assert made.fill_cost_qty == 10 * KG


def test_every_later_plan_is_made_around_it_until_it_is_undone() -> None:
    day, line = shared()
    made, _run = decide(day, line, day.daeng, 5)
    day.offer((day.huey, 30), group=day.other_group)
    event = Event(FIRST_DAY, FIRST_DAY, "มีของเพิ่ม")
    replan(event=event, seen=plan_for(event).fingerprint, key=key(), by=day.staff)
    assert rows(line)[day.daeng.pk] == 5 * KG
    assert sum(rows(line).values()) == 40 * KG
    form = key()
    run = undo_override(row=made, key=form, by=day.staff)
    assert undo_override(row=made, key=form, by=day.staff) == run
    made.refresh_from_db()
    assert (made.undone_by, made.undone_at is not None) == (day.staff, True)
    assert sum(rows(line).values()) == 40 * KG
    with pytest.raises(Refusal) as refused:
        undo_override(row=made, key=key(), by=day.staff)
    assert refused.value.code == "undone"


def test_deciding_again_takes_the_place_of_the_earlier_decision() -> None:
    day, line = shared()
    first, _run = decide(day, line, day.daeng, 30)
    second, _run = decide(day, line, day.daeng, 25)
    first.refresh_from_db()
    assert first.undone_at is not None
    assert list(Override.objects.standing(line.cycle_id)) == [second]
    assert rows(line) == {day.daeng.pk: 25 * KG, day.somjai.pk: 15 * KG}


def test_posting_twice_decides_once() -> None:
    day, line = shared()
    form = key()
    first = decide(day, line, day.daeng, 30, form=form)
    assert decide(day, line, day.daeng, 30, form=form) == first
    assert Override.objects.count() == 1


def test_a_promise_to_another_kitchen_is_not_broken_for_it() -> None:
    day = make_day()
    day.offer((day.daeng, 20))
    day.order(20)
    hotel = day.order(10, site=day.hotel_site)
    day.cut_off()
    with pytest.raises(Refusal) as refused:
        plan_decided(wish(hotel, day.daeng, 11))
    assert (refused.value.code, refused.value.where) == ("too-much", "qty")
    with pytest.raises(Refusal) as refused:
        plan_decided(wish(hotel, day.daeng, 5))
    assert (refused.value.code, refused.value.where) == ("firm", "qty")
    assert str(day.hospital) in str(refused.value.message)


@pytest.mark.parametrize(("kilos", "grade", "code"), [(31, "A", "too-much"), (5, "C", "fit")])
def test_what_the_share_cannot_give_is_refused(kilos: int, grade: str, code: str) -> None:
    day = make_day()
    day.offer((day.daeng, 30), grade=grade)
    day.offer((day.somjai, 30))
    line = day.order(40)
    day.cut_off()
    with pytest.raises(Refusal) as refused:
        plan_decided(wish(line, day.daeng, kilos))
    assert refused.value.code == code
    assert not Override.objects.exists()


def test_a_reason_is_asked_for_and_a_weighed_day_is_closed() -> None:
    day, line = shared()
    with pytest.raises(Refusal) as refused:
        decide(day, line, day.daeng, 30, reason=" ")
    assert (refused.value.code, refused.value.where) == ("empty", "reason")
    made, _run = decide(day, line, day.daeng, 30)
    day.weigh(day.daeng, 1)
    with pytest.raises(Refusal) as refused:
        plan_decided(wish(line, day.daeng, 20))
    assert refused.value.code == "intake"
    with pytest.raises(Refusal) as refused:
        undo_override(row=made, key=key(), by=day.staff)
    assert refused.value.code == "intake"


def test_the_database_keeps_one_standing_decision_with_a_reason() -> None:
    day, line = shared()
    made, run = decide(day, line, day.daeng, 30)
    for values in ({"reason": "อีกครั้ง"}, {"reason": "", "undone_at": run.at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Override.objects.create(
                line=line,
                share=made.share,
                run=run,
                before_qty=0,
                qty=1,
                fill_cost_qty=0,
                gini_without="0",
                gini_with="0",
                **values,
            )
