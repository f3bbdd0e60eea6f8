"""What growers are asked to pick, and that they are told again when it changes."""

from __future__ import annotations

import pytest

from marketplace.common.exceptions import Refusal
from marketplace.cycles.services import cancel_cycle, move_cycle
from marketplace.notifications.models import Message
from orders.fulfilment.models import HarvestNotice, NoticeRow
from orders.fulfilment.services import acknowledge_rows, issue_notices
from orders.services import cancel_deliveries
from tests.support import people
from tests.support.fulfilment import KG, Day, make_day

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def allocated() -> Day:
    day = make_day()
    day.daeng.user = people.user("daeng", (day.group, "grower"))
    day.daeng.save()
    day.offer((day.daeng, 30), (day.somjai, 30))
    day.order(40)
    day.cut_off()
    return day


def test_notices_are_issued_once_and_told_to_those_with_a_phone() -> None:
    day = allocated()
    notice = issue_notices(cycle=day.cycle, by=day.staff)[0]
    assert issue_notices(cycle=day.cycle, by=day.staff) == [notice]
    assert [row.qty for row in notice.rows.order_by("pk")] == [20 * KG, 20 * KG]
    told = Message.objects.get(kind="fulfilment.notice", channel="screen")
    assert told.recipient == f"user:{day.daeng.user_id}"
    assert "คะน้า 20 กก." in told.title
    assert "เก็บ" in told.body
    assert "ส่ง" in told.body


def test_nothing_is_asked_before_the_run() -> None:
    day = make_day()
    with pytest.raises(Refusal) as refusal:
        issue_notices(cycle=day.cycle, by=None)
    assert refusal.value.code == "not-allocated"


def test_acknowledging_twice_counts_once() -> None:
    day = allocated()
    notice = issue_notices(cycle=day.cycle, by=None)[0]
    rows = list(notice.rows.all())
    assert acknowledge_rows(by=day.coordinator, rows=rows) == 2
    assert acknowledge_rows(by=day.coordinator, rows=rows) == 0


def test_a_cancelled_delivery_asks_nobody_to_pick_for_it() -> None:
    day = allocated()
    issue_notices(cycle=day.cycle, by=None)
    cancel_deliveries(by=None, deliveries=day.deliveries(), reason="ครัวปิด", after_cutoff=True)
    assert set(NoticeRow.objects.values_list("qty", flat=True)) == {0}


def test_a_skipped_day_asks_nobody_to_pick(django_capture_on_commit_callbacks: object) -> None:
    day = allocated()
    issue_notices(cycle=day.cycle, by=None)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        cancel_cycle(by=day.staff, cycle=day.cycle, reason="น้ำท่วม")
    assert set(NoticeRow.objects.values_list("qty", flat=True)) == {0}
    assert Message.objects.filter(recipient=f"party:{day.group.pk}").exists()


def test_a_moved_day_keeps_its_notices(django_capture_on_commit_callbacks: object) -> None:
    day = make_day()
    day.offer((day.daeng, 30), days=3)
    day.order(10)
    day.cut_off()
    issue_notices(cycle=day.cycle, by=None)
    to = day.cycle.delivery_day.replace(day=day.cycle.delivery_day.day + 1)
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        move_cycle(by=day.staff, cycle=day.cycle, to=to, reason="ฝนหนัก")
    assert HarvestNotice.objects.get().cycle.delivery_day == to
    assert NoticeRow.objects.get().qty == 10 * KG
