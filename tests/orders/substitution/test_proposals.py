"""What a buyer is offered in place of short goods, when, and what becomes of the answer."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Sum

from catalogue.supply.models import HarvestOffer, Shortage
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.notifications.models import Message
from orders.allocation.models import Allocation, LineOutcome, Run
from orders.allocation.replanning import Event, plan_for
from orders.allocation.services import replan, solve_again
from orders.fulfilment.models import NoticeRow
from orders.fulfilment.services import issue_notices
from orders.models import DeliveryFee, Line, LineRevision
from orders.substitution.models import Option, Proposal
from orders.substitution.services import (
    accept,
    decline,
    follow_up,
    propose,
    refresh,
    reopen,
    set_rule,
)
from tests.support import goods
from tests.support.fulfilment import KG, Day, key, make_day
from tests.support.ordering import FIRST_DAY, at
from tests.support.substitution import (
    DAY_BEFORE,
    allocate,
    list_greens,
    proposed,
    short_day,
)

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def given(line: Line) -> int:
    rows = Allocation.objects.planned(line.cycle_id).filter(line=line)
    return int(rows.aggregate(total=Sum("qty"))["total"] or 0)


def told(kind: str) -> list[str]:
    return [
        message.recipient
        for message in Message.objects.filter(kind=kind, channel="screen").order_by("pk")
    ]


def flood(day: Day, offer: HarvestOffer, left: int) -> Run:
    event = Event(FIRST_DAY, FIRST_DAY, "น้ำท่วมแปลง", percent_left=left, offer_id=offer.pk)
    (run,) = replan(event=event, seen=plan_for(event).fingerprint, key=key(), by=day.staff)
    return run


def state(proposal: Proposal) -> str:
    proposal.refresh_from_db()
    return proposal.state


def refused(act: object, **values: object) -> str:
    with pytest.raises(Refusal) as caught:
        act(**values)  # type: ignore[operator]
    return caught.value.code


def test_a_short_line_is_offered_what_is_free_and_its_buyer_is_told_once() -> None:
    day, line = short_day()
    proposal, option = proposed(day)
    assert (proposal.line, proposal.short_qty, proposal.state) == (line, 10 * KG, "open")
    assert proposal.answer_by == at(DAY_BEFORE, 14)
    assert (option.listing.product, option.qty, option.price_satang) == (day.greens, 10 * KG, 4200)
    assert told("substitution.proposed") == [f"party:{day.hospital.pk}"]
    assert follow_up() == {"made": 0, "closed": 0}
    assert told("substitution.proposed") == [f"party:{day.hospital.pk}"]


def test_no_more_is_offered_than_is_free_in_whole_steps() -> None:
    day, _line = short_day(greens=3)
    _proposal, option = proposed(day)
    assert option.qty == 3 * KG


def test_accepting_orders_the_other_goods_and_plans_them_at_once() -> None:
    day, line = short_day()
    proposal, option = proposed(day)
    fees = list(DeliveryFee.objects.values_list("kind", "satang"))
    total = line.order.total_incl_tax
    done = accept(by=day.requester, option=option)
    other = done.became
    assert other is not None
    line.refresh_from_db()
    assert (line.firm_qty, line.wanted_qty, given(line)) == (30 * KG, 0, 30 * KG)
    assert (other.firm_qty, other.wanted_qty, given(other)) == (10 * KG, 0, 10 * KG)
    assert (other.order, other.delivery, other.status) == (line.order, line.delivery, line.status)
    assert Allocation.objects.planned(day.cycle.pk).get(line=other).person == day.somjai
    assert list(
        LineRevision.objects.filter(kind="substituted")
        .order_by("pk")
        .values_list("line", "firm_delta_qty", "wanted_delta_qty", "price_satang", "acted_by")
    ) == [
        (line.pk, 0, -10 * KG, 4200, day.requester.pk),
        (other.pk, 10 * KG, 0, 4200, day.requester.pk),
    ]
    assert list(DeliveryFee.objects.values_list("kind", "satang")) == fees
    order = line.order
    order.refresh_from_db()
    assert order.total_incl_tax == total
    run = Run.objects.get(kind="replan", is_current=True)
    assert not LineOutcome.objects.filter(run=run, short_qty__gt=0).exists()
    assert solve_again(run)
    assert state(proposal) == "accepted"
    assert propose(cycle=day.cycle) == []


def test_accepting_twice_accepts_once() -> None:
    day, _line = short_day()
    _proposal, option = proposed(day)
    first = accept(by=day.requester, option=option)
    again = accept(by=day.requester, option=Option.objects.get(pk=option.pk))
    assert again == first
    assert Run.objects.filter(kind="replan").count() == 1
    assert Line.objects.filter(product=day.greens).count() == 1


def test_growers_of_the_substitute_are_told_to_pick_it() -> None:
    day, _line = short_day()
    issue_notices(cycle=day.cycle, by=day.staff)
    _proposal, option = proposed(day)
    accept(by=day.requester, option=option)
    rows = NoticeRow.objects.filter(product=day.greens, person=day.somjai)
    assert [row.qty for row in rows] == [10 * KG]


def test_a_broken_promise_is_settled_by_what_takes_its_place() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 40))
    day.offer((day.somjai, 8), product=day.greens)
    list_greens(day)
    line = day.order(40)
    allocate(day)
    flood(day, flooded, left=50)
    assert Shortage.objects.get().qty == 20 * KG
    _proposal, option = proposed(day)
    assert option.qty == 8 * KG
    accept(by=day.requester, option=option)
    assert Shortage.objects.get(settled_at=None).qty == 12 * KG
    line.refresh_from_db()
    assert (line.firm_qty, line.wanted_qty, given(line)) == (20 * KG, 12 * KG, 20 * KG)
    assert propose(cycle=day.cycle) == []


def test_a_promise_replaced_whole_leaves_no_shortage_behind() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 40))
    day.offer((day.somjai, 20), product=day.greens)
    list_greens(day)
    day.order(40)
    allocate(day)
    flood(day, flooded, left=50)
    accept(by=day.requester, option=proposed(day)[1])
    short = Shortage.objects.get()
    assert short.settled_at is not None
    assert short.settled_how == "รับ กวางตุ้ง แทน"


def test_who_accepts_first_gets_it_and_the_other_hears_what_is_left() -> None:
    day = make_day()
    day.offer((day.daeng, 10))
    day.offer((day.somjai, 10), product=day.greens)
    list_greens(day)
    day.order(20)
    day.order(20, site=day.hotel_site)
    allocate(day)
    mine, theirs = sorted(propose(cycle=day.cycle), key=lambda one: one.line_id)
    accept(by=day.requester, option=mine.options.get())
    before = (Line.objects.count(), Run.objects.count(), LineRevision.objects.count())
    option = theirs.options.get()
    with transaction.atomic():
        assert refused(accept, by=day.requester, option=option) == "gone"
    assert (Line.objects.count(), Run.objects.count(), LineRevision.objects.count()) == before
    assert state(theirs) == "open"
    assert refresh(proposal=theirs) == []
    assert state(theirs) == "void"


def test_a_line_of_the_other_goods_grows_when_the_order_has_one() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.offer((day.somjai, 30), product=day.greens)
    greens = list_greens(day)
    from orders.services import CellInput, place_draft, save_cells, start_draft

    kale = day.order(5, grade="A").stockrecord
    draft = start_draft(by=day.requester, site=day.site, first_day=FIRST_DAY, last_day=FIRST_DAY)
    cells = [
        CellInput(kale.pk, day.cycle.pk, 40 * KG),
        CellInput(greens.pk, day.cycle.pk, 10 * KG),
    ]
    save_cells(by=day.requester, draft=draft, cells=cells)
    order = place_draft(by=day.requester, draft=draft)
    allocate(day)
    found = [one for one in propose(cycle=day.cycle) if one.line.order_id == order.pk]
    done = accept(by=day.requester, option=found[0].options.get())
    grown = order.lines.get(product=day.greens)
    assert done.became == grown
    assert grown.firm_qty == 10 * KG + done.taken_qty == given(grown)


@pytest.mark.parametrize(
    ("standard", "listed", "offered"), [("GAP", None, 0), ("GAP", "GAP", 1), (None, "GAP", 1)]
)
def test_the_standard_that_was_ordered_is_kept(
    standard: str | None, listed: str | None, offered: int
) -> None:
    day = make_day()
    day.certify("GAP")
    day.offer((day.daeng, 30), standards=["GAP"])
    day.offer((day.somjai, 20), product=day.greens, standards=["GAP"])
    list_greens(day, standard=listed)
    day.order(40, standard=standard)
    allocate(day)
    assert len(propose(cycle=day.cycle)) == offered


def test_another_product_of_a_lower_grade_is_not_offered() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.offer((day.somjai, 20), product=day.greens, grade="B")
    list_greens(day, grade="B")
    day.order(40)
    allocate(day)
    assert propose(cycle=day.cycle) == []


def test_the_same_goods_of_a_lower_grade_are_offered_but_never_taken_in_silence() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.offer((day.somjai, 20), grade="B")
    day.order(1, grade="B", site=day.hotel_site)
    line = day.order(40)
    set_rule(by=day.requester, buyer=day.hospital, takes="up_to_price", unanswered="accept")
    allocate(day)
    proposal, option = proposed(day)
    assert (option.listing.product, option.listing.min_grade) == (day.kale, "B")
    assert (option.qty, option.price_satang) == (proposal.short_qty, 3600)
    clock.set_clock(at(DAY_BEFORE, 14))
    follow_up()
    assert state(proposal) == "left"
    line.refresh_from_db()
    assert line.wanted_qty == proposal.short_qty


def test_a_lower_grade_that_is_accepted_costs_what_that_grade_costs() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.offer((day.somjai, 20), grade="B")
    day.order(1, grade="B", site=day.hotel_site)
    line = day.order(40)
    allocate(day)
    done = accept(by=day.requester, option=proposed(day)[1])
    assert done.became is not None
    assert (done.became.min_grade, done.became.price_satang) == ("B", 3600)
    assert given(done.became) == done.taken_qty
    line.refresh_from_db()
    assert line.wanted_qty == 0
    assert given(line) == line.ordered_qty == 40 * KG - done.taken_qty


@pytest.mark.parametrize(("takes", "offered"), [("never", 0), ("up_to_price", 0), ("any_price", 1)])
def test_what_costs_more_is_offered_only_to_who_wants_it(takes: str, offered: int) -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.offer((day.somjai, 20), product=day.greens)
    list_greens(day)
    day.order(40, grade="B")
    set_rule(by=day.requester, buyer=day.hospital, takes=takes, unanswered="leave")
    allocate(day)
    made = propose(cycle=day.cycle)
    assert len(made) == offered
    for one in made:
        done = accept(by=day.requester, option=one.options.get())
        assert done.became is not None
        assert (done.became.price_satang, done.line.price_satang) == (4200, 3600)


def test_a_buyer_who_wants_no_substitutes_is_not_asked() -> None:
    day, _line = short_day()
    set_rule(by=day.requester, buyer=day.hospital, takes="never", unanswered="accept")
    assert propose(cycle=day.cycle) == []
    assert told("substitution.proposed") == []


def test_another_price_by_now_is_shown_before_it_is_taken() -> None:
    day, _line = short_day()
    proposal, option = proposed(day)
    clock.set_clock(at(DAY_BEFORE, 10))
    goods.published(DAY_BEFORE, goods.row(day.greens, "A", 2600, hospital=4000, hotel=4400))
    with transaction.atomic():
        assert refused(accept, by=day.requester, option=option) == "price"
    (fresh,) = refresh(proposal=proposal)
    assert fresh.price_satang == 4000
    done = accept(by=day.requester, option=fresh)
    assert done.became is not None
    assert done.became.price_satang == 4000


def test_a_no_may_be_taken_back_until_the_time_is_over() -> None:
    day, _line = short_day()
    proposal, _option = proposed(day)
    decline(by=day.requester, proposal=proposal)
    decline(by=day.requester, proposal=proposal)
    assert (state(proposal), proposal.answered_by) == ("declined", day.requester)
    assert propose(cycle=day.cycle) == []
    reopen(by=day.requester, proposal=proposal)
    assert state(proposal) == "open"
    decline(by=day.requester, proposal=proposal)
    clock.set_clock(at(DAY_BEFORE, 14, 1))
    assert refused(reopen, by=day.requester, proposal=proposal) == "late"


def test_nobody_answers_after_the_time_is_over() -> None:
    day, _line = short_day()
    proposal, option = proposed(day)
    clock.set_clock(at(DAY_BEFORE, 14))
    with transaction.atomic():
        assert refused(accept, by=day.requester, option=option) == "late"
    with transaction.atomic():
        assert refused(decline, by=day.requester, proposal=proposal) == "late"
    assert follow_up() == {"made": 0, "closed": 1}
    assert (state(proposal), proposal.answered_by) == ("left", None)
    with transaction.atomic():
        assert refused(accept, by=day.requester, option=option) == "answered"


def test_silence_takes_what_the_buyer_said_it_may_take_and_tells_it() -> None:
    day, line = short_day()
    set_rule(by=day.requester, buyer=day.hospital, takes="up_to_price", unanswered="accept")
    proposal, _option = proposed(day)
    clock.set_clock(at(DAY_BEFORE, 14))
    assert follow_up() == {"made": 0, "closed": 1}
    assert (state(proposal), proposal.answered_by) == ("accepted", None)
    line.refresh_from_db()
    assert line.wanted_qty == 0
    assert told("substitution.taken") == [f"party:{day.hospital.pk}"]


@pytest.mark.parametrize(("unanswered", "states"), [("accept", ["accepted"]), ("leave", [])])
def test_too_late_to_ask_only_what_was_said_beforehand_counts(
    unanswered: str, states: list[str]
) -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    day.offer((day.somjai, 20), product=day.greens)
    list_greens(day)
    day.order(40)
    set_rule(by=day.requester, buyer=day.hospital, takes="up_to_price", unanswered=unanswered)
    allocate(day, at(DAY_BEFORE, 15))
    follow_up()
    assert list(Proposal.objects.values_list("state", flat=True)) == states
    assert told("substitution.proposed") == []


def test_silence_leaves_it_when_the_goods_have_gone() -> None:
    day, _line = short_day(greens=10)
    set_rule(by=day.requester, buyer=day.hospital, takes="up_to_price", unanswered="accept")
    proposal, _option = proposed(day)
    flood(day, day.offers[1], left=0)
    clock.set_clock(at(DAY_BEFORE, 14))
    follow_up()
    assert state(proposal) == "left"


def test_what_is_no_longer_short_is_not_waited_for() -> None:
    day, line = short_day()
    proposal, option = proposed(day)
    day.offer((day.huey, 20), group=day.other_group)
    event = Event(FIRST_DAY, FIRST_DAY, "มีของเพิ่ม")
    replan(event=event, seen=plan_for(event).fingerprint, key=key(), by=day.staff)
    assert given(line) == 40 * KG
    with transaction.atomic():
        assert refused(accept, by=day.requester, option=option) == "covered"
    assert follow_up() == {"made": 0, "closed": 1}
    assert state(proposal) == "void"


def test_a_line_that_becomes_shorter_is_asked_about_again() -> None:
    day, _line = short_day(greens=40)
    proposal, _option = proposed(day)
    decline(by=day.requester, proposal=proposal)
    flood(day, day.offers[0], left=50)
    again, option = proposed(day)
    assert (again.short_qty, option.qty) == (25 * KG, 25 * KG)


def test_once_weighing_begins_nothing_is_changed() -> None:
    day, _line = short_day()
    proposal, option = proposed(day)
    day.weigh(day.daeng, 30)
    clock.set_clock(at(DAY_BEFORE, 10))
    with transaction.atomic():
        assert refused(accept, by=day.requester, option=option) == "intake"
    assert follow_up() == {"made": 0, "closed": 1}
    assert state(proposal) == "void"


def test_pieces_never_take_the_place_of_kilograms() -> None:
    from orders.services import substitute

    day, line = short_day()
    listing = list_greens(day)
    listing.product.base_unit = "piece"
    with transaction.atomic():
        assert (
            refused(substitute, by=None, line=line, listing=listing, qty=10 * KG, reason="")
            == "unit"
        )


def test_the_database_keeps_one_open_proposal_a_line_and_no_half_answer() -> None:
    day, line = short_day()
    proposal, _option = proposed(day)
    run = proposal.run
    until = proposal.answer_by
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(line=line, run=run, short_qty=1, answer_by=until)
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(state="accepted")
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(answered_at=dt.datetime.now(dt.UTC))
