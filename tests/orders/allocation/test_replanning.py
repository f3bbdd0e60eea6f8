"""Planning an allocated day again: what moves, who is short, who is told, and what stands."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.db.models import Sum

from catalogue.supply.models import HarvestOffer, OfferShare, Reservation, Shortage
from marketplace.audit.models import AuditEntry
from marketplace.common.exceptions import Refusal
from marketplace.cycles.models import CycleState
from marketplace.notifications.models import Message
from orders.allocation.models import Allocation, Credit, FarmerOutcome, LineOutcome, Run
from orders.allocation.replanning import Event, plan_for
from orders.allocation.services import replan, run_cutoff, solve_again
from orders.fulfilment.models import NoticeRow
from orders.fulfilment.services import issue_notices
from orders.models import Line
from orders.services import cancel_deliveries
from tests.support.fulfilment import KG, Day, key, make_day
from tests.support.ordering import FIRST_DAY

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def hit(offer: HarvestOffer | None = None, left: int = 50, **more: object) -> Event:
    """A loss on the first day, of one offer."""
    values: dict[str, object] = {
        "cause": "น้ำท่วมแปลง",
        "percent_left": left,
        "offer_id": offer.pk if offer else None,
        **more,
    }
    return Event(FIRST_DAY, FIRST_DAY, **values)  # type: ignore[arg-type]


def apply(day: Day, event: Event) -> Run:
    (run,) = replan(event=event, seen=plan_for(event).fingerprint, key=key(), by=day.staff)
    return run


def given(line: Line) -> int:
    return Allocation.objects.planned(line.cycle_id).filter(line=line).aggregate(
        total=Sum("qty")
    )["total"] or 0  # fmt: skip


def by_person(line: Line) -> dict[int, int]:
    rows = Allocation.objects.planned(line.cycle_id).filter(line=line)
    return dict(rows.values_list("person").annotate(total=Sum("qty")).order_by())


def messages(kind: str) -> list[str]:
    return sorted(
        Message.objects.filter(kind=kind, channel="screen").values_list("recipient", flat=True)
    )


def test_another_offer_takes_over_what_a_flood_took() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 40))
    day.offer((day.huey, 40), group=day.other_group)
    line = day.order(40)
    first = day.cut_off()
    assert by_person(line) == {day.daeng.pk: 20 * KG, day.huey.pk: 20 * KG}
    run = apply(day, hit(flooded, left=25))
    assert by_person(line) == {day.daeng.pk: 10 * KG, day.huey.pk: 30 * KG}
    first.refresh_from_db()
    assert (run.kind, run.before, first.is_current, run.cause) == (
        "replan", first, False, "น้ำท่วมแปลง",
    )  # fmt: skip
    assert dict(OfferShare.objects.values_list("person", "qty")) == {
        day.daeng.pk: 10 * KG, day.huey.pk: 40 * KG,
    }  # fmt: skip
    assert not Shortage.objects.exists()
    assert messages("allocation.changed") == []
    assert LineOutcome.objects.get(run=run).short_qty == 0
    assert solve_again(run)


def test_what_nobody_can_cover_is_a_shortage_with_its_cause_and_the_buyer_is_told_once() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 40))
    line = day.order(40)
    day.cut_off()
    run = apply(day, hit(flooded))
    short = Shortage.objects.get()
    assert (short.holder, short.qty, short.cause) == (line.holder, 20 * KG, "น้ำท่วมแปลง")
    assert given(line) == 20 * KG
    line.refresh_from_db()
    assert (line.firm_qty, line.wanted_qty) == (20 * KG, 20 * KG)
    assert messages("orders.short") == [f"party:{day.hospital.pk}"]
    assert messages("allocation.changed") == []
    assert LineOutcome.objects.get(run=run).reason_code == "lots_full"


def test_who_gets_less_of_what_was_only_wanted_is_told_and_nobody_else() -> None:
    day = make_day()
    day.offer((day.somjai, 10))
    firm = day.order(10)
    hotel = day.order(10, site=day.hotel_site)
    late = day.offer((day.daeng, 10))
    day.cut_off()
    assert (given(firm), given(hotel)) == (10 * KG, 10 * KG)
    Message.objects.all().delete()
    apply(day, hit(late, left=0))
    assert (given(firm), given(hotel)) == (10 * KG, 0)
    assert messages("allocation.changed") == [f"party:{day.hotel.pk}"]
    told = Message.objects.get(kind="allocation.changed", channel="screen")
    assert "น้ำท่วมแปลง" in told.body
    assert "เดิม 10 กก. เป็น 0" in told.body
    assert not Shortage.objects.exists()


def test_growers_whose_picking_changes_are_told_and_the_others_are_not() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 30))
    day.offer((day.somjai, 30))
    day.offer((day.huey, 30), group=day.other_group)
    line = day.order(30)
    other = day.order(10, product=day.greens)
    day.cut_off()
    issue_notices(cycle=day.cycle, by=day.staff)
    before = dict(NoticeRow.objects.values_list("person", "qty"))
    assert sum(before.values()) == given(line) + given(other)
    apply(day, hit(flooded, left=0))
    after = dict(NoticeRow.objects.values_list("person", "qty"))
    assert after[day.daeng.pk] == 0
    assert sum(after.values()) == 30 * KG
    changed = set(
        NoticeRow.objects.filter(changed_at__isnull=False).values_list("person", flat=True)
    )
    assert changed == {one for one in before if before[one] != after[one]}


def test_a_group_that_supplies_only_now_gets_its_notice() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 30))
    day.order(20)
    day.cut_off()
    issue_notices(cycle=day.cycle, by=day.staff)
    day.offer((day.huey, 30), group=day.other_group)
    apply(day, hit(flooded, left=0))
    assert dict(NoticeRow.objects.values_list("person", "qty")) == {
        day.daeng.pk: 0, day.huey.pk: 20 * KG,
    }  # fmt: skip


def test_looking_writes_nothing() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 40))
    day.order(40)
    day.cut_off()
    counts = [m.objects.count() for m in (Run, Allocation, Shortage, Message, AuditEntry)]
    plan = plan_for(hit(flooded))
    assert plan.days[0].deltas() == {flooded.shares.get().pk: -20 * KG}
    assert [m.objects.count() for m in (Run, Allocation, Shortage, Message, AuditEntry)] == counts
    assert OfferShare.objects.get().qty == 40 * KG


def test_a_market_that_changed_since_it_was_looked_at_is_refused_whole() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 40))
    day.order(40)
    day.cut_off()
    seen = plan_for(hit(flooded)).fingerprint
    day.offer((day.somjai, 40))
    with pytest.raises(Refusal) as refused:
        replan(event=hit(flooded), seen=seen, key=key(), by=day.staff)
    assert refused.value.code == "changed"
    assert Run.objects.count() == 1
    assert OfferShare.objects.get(person=day.daeng).qty == 40 * KG


def test_posting_twice_plans_once() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 40))
    day.order(40)
    day.cut_off()
    event, form = hit(flooded), key()
    seen = plan_for(event).fingerprint
    first = replan(event=event, seen=seen, key=form, by=day.staff)
    assert replan(event=event, seen=seen, key=form, by=day.staff) == first
    assert OfferShare.objects.get().qty == 20 * KG


def test_nothing_lost_and_nothing_free_keeps_the_plan_to_the_row() -> None:
    day = make_day()
    day.offer((day.daeng, 40), (day.somjai, 40))
    day.order(30)
    day.order(20, site=day.hotel_site)
    day.cut_off()
    rows = sorted(Allocation.objects.values_list("line", "share", "qty"))
    credits = list(Credit.objects.values_list("person", "product", "qty"))
    Message.objects.all().delete()
    run = apply(day, hit(None, left=100))
    assert sorted(Allocation.objects.filter(run=run).values_list("line", "share", "qty")) == rows
    assert list(Credit.objects.values_list("person", "product", "qty")) == credits
    assert not Message.objects.exists()


def test_what_a_cancelled_order_frees_goes_to_who_is_short() -> None:
    day = make_day()
    day.offer((day.daeng, 30))
    first = day.order(30)
    second = day.order(20, site=day.hotel_site)
    day.cut_off()
    assert (given(first), given(second)) == (30 * KG, 0)
    cancel_deliveries(by=day.staff, deliveries=[first.delivery], reason="ครัวปิด", after_cutoff=True)
    apply(day, hit(None, left=100, cause="มีของว่างจากที่ยกเลิก"))
    assert given(second) == 20 * KG
    assert OfferShare.objects.get().taken_qty == 20 * KG
    assert messages("allocation.changed") == [f"party:{day.hotel.pk}"]


def test_a_harvest_that_came_later_covers_a_standing_shortage() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 40))
    line = day.order(40)
    day.cut_off()
    apply(day, hit(flooded))
    day.offer((day.somjai, 50))
    apply(day, hit(None, left=100, cause="มีของเพิ่ม"))
    short = Shortage.objects.get()
    assert short.settled_at is not None
    line.refresh_from_db()
    assert (given(line), line.firm_qty) == (40 * KG, 40 * KG)


def test_a_district_is_hit_and_the_others_are_not() -> None:
    day = make_day()
    type(day.daeng).objects.filter(pk=day.daeng.pk).update(district="9007")
    type(day.somjai).objects.filter(pk=day.somjai.pk).update(district="9011")
    day.offer((day.daeng, 20), (day.somjai, 20))
    line = day.order(30)
    day.cut_off()
    apply(day, hit(None, left=0, districts=frozenset({"9007"})))
    assert by_person(line) == {day.somjai.pk: 20 * KG}
    assert OfferShare.objects.get(person=day.daeng).qty == 0


def test_a_day_still_open_follows_by_reservation() -> None:
    day = make_day(days=5)
    later = type(day.cycle).objects.get(delivery_day=FIRST_DAY + dt.timedelta(days=4))
    days = (later.delivery_day - FIRST_DAY).days + 1
    offer = day.offer((day.daeng, 60), days=days)
    line = day.order(20)
    next_one = day.order(40, cycle=later)
    day.cut_off()
    later.refresh_from_db()
    assert later.state == CycleState.OPEN
    event = replace(hit(offer, left=50), last_day=later.delivery_day)
    runs = replan(event=event, seen=plan_for(event).fingerprint, key=key(), by=day.staff)
    assert runs[0].cycle == day.cycle
    assert later.pk not in {run.cycle_id for run in runs}
    assert given(line) <= 20 * KG
    offer.refresh_from_db()
    live = Reservation.objects.filter(state="live", cycle=later).aggregate(t=Sum("qty"))["t"] or 0
    assert live + offer.taken_qty <= offer.offered_qty == 30 * KG
    lost = Shortage.objects.filter(settled_at__isnull=True).aggregate(t=Sum("qty"))["t"] or 0
    assert lost == 60 * KG - live - given(line)
    next_one.refresh_from_db()
    assert next_one.firm_qty == live


def test_a_day_that_is_weighed_in_is_not_planned_again() -> None:
    day = make_day()
    offer = day.offer((day.daeng, 60))
    day.order(40)
    day.cut_off()
    day.weigh(day.daeng, 10)
    with pytest.raises(Refusal) as refused:
        plan_for(hit(None, left=100))
    assert refused.value.code == "no-day"
    plan = plan_for(hit(offer))
    assert (plan.days, plan.still) == ((), {offer.shares.get().pk: 50 * KG})


def test_a_cause_must_be_told() -> None:
    day = make_day()
    offer = day.offer((day.daeng, 40))
    day.order(40)
    day.cut_off()
    event = hit(offer, cause="  ")
    with pytest.raises(Refusal) as refused:
        replan(event=event, seen=plan_for(event).fingerprint, key=key(), by=day.staff)
    assert (refused.value.code, refused.value.where) == ("empty", "cause")


def test_planning_again_at_cutoff_gives_the_repaired_plan_back() -> None:
    day = make_day()
    offer = day.offer((day.daeng, 40))
    day.order(40)
    day.cut_off()
    run = apply(day, hit(offer))
    assert run_cutoff(cycles=[day.cycle]) == [run]


def test_the_scale_follows_the_repaired_plan() -> None:
    day = make_day()
    flooded = day.offer((day.daeng, 40))
    day.offer((day.huey, 40), group=day.other_group)
    line = day.order(40)
    day.cut_off()
    apply(day, hit(flooded, left=0))
    day.weigh(day.huey, 40)
    day.close()
    outcome = LineOutcome.objects.get(line=line, run__kind="intake", run__is_current=True)
    assert outcome.allocated_qty == 40 * KG
    assert not Shortage.objects.exists()


def test_credit_counts_once_however_often_a_day_is_planned() -> None:
    day = make_day()
    product = day.kale
    product.min_harvest_qty = 10 * KG
    product.save()
    day.offer((day.daeng, 30), (day.somjai, 30))
    day.order(12)
    day.cut_off()
    first = sorted(Credit.objects.values_list("person", "qty"))
    for _turn in range(2):
        apply(day, hit(None, left=100, cause="ตรวจอีกครั้ง"))
    assert sorted(Credit.objects.values_list("person", "qty")) == first
    assert FarmerOutcome.objects.filter(run__is_current=True).count() == 2


def test_a_cancelled_line_is_left_out_and_its_dates_stay(settings: object) -> None:
    day = make_day()
    offer = day.offer((day.daeng, 40))
    gone = day.order(10)
    line = day.order(10, site=day.hotel_site)
    day.cut_off()
    cancel_deliveries(by=day.staff, deliveries=[gone.delivery], reason="ครัวปิด", after_cutoff=True)
    run = apply(day, hit(offer))
    assert list(run.lines.values_list("line", flat=True)) == [line.pk]
    assert run.cycle.delivery_day == FIRST_DAY
    assert dt.date.fromisoformat(run.products.get().document["lines"][0]["day"]) == FIRST_DAY
