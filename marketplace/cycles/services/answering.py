"""What staff decide about a day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import DayQuestion, Holiday, OrderCycle
from marketplace.cycles.services.asking import ask_about_holidays
from marketplace.cycles.services.days import cancel_cycle, join_cycle, move_cycle
from marketplace.parties.models import Buyer


@unit_of_work
def answer_question(
    *,
    by: User | None,
    question: DayQuestion,
    answer: str,
    reason: str = "",
    target_day: date | None = None,
    buyers: Iterable[Buyer] | None = None,
) -> DayQuestion:
    """Answer what happens to a cycle, and do it: keep, move, join or skip.

    When all of the cycle goes elsewhere, its other open questions are answered with it. The
    same answer again changes nothing.

    Args:
        reason: what the touched parties are told; the holiday's name when left out.
        target_day: for move and join.
        buyers: whom it concerns; None for all.

    Raises:
        Refusal: no such answer, no day where one is needed, the question has another answer
            already, or the day cannot be changed so (see `move_cycle`, `join_cycle`).
    """
    if answer not in DayQuestion.Answer:
        raise Refusal(_("เลือกว่าจะส่งตามเดิม ย้าย รวม หรืองด"), code="answer", where="answer")
    locked = (
        DayQuestion.objects.select_for_update(of=("self",))
        .select_related("cycle", "holiday")
        .get(pk=question.pk)
    )
    if locked.answer:
        if (locked.answer, locked.target_day) == (answer, target_day):
            return locked
        raise Refusal(
            _("ตอบไว้แล้วว่า “%(answer)s” เปลี่ยนได้ที่หน้ารอบส่ง") % {"answer": locked.get_answer_display()},
            code="answered",
            where="answer",
        )
    chosen = None if buyers is None else list(buyers)
    reason = reason.strip() or str(locked.holiday or locked.reason)
    asked_day = locked.cycle.delivery_day
    change_day(
        by=by,
        cycle=locked.cycle,
        answer=answer,
        reason=reason,
        target_day=target_day,
        buyers=chosen,
    )
    answered = [locked]
    if chosen is None and answer != DayQuestion.Answer.KEEP:
        answered += (
            DayQuestion.objects.select_for_update()
            .filter(cycle=locked.cycle, answer="", holiday__day=asked_day)
            .exclude(pk=locked.pk)
        )
    for row in answered:
        row.answer, row.target_day = answer, target_day
        row.answered_at, row.answered_by = now(), by
    DayQuestion.objects.bulk_update(
        answered, ["answer", "target_day", "answered_at", "answered_by"]
    )
    if chosen is not None:
        locked.only_buyers.set(chosen)
    record(by=by, action="cycles.question.answered", subject=locked.cycle, data={"answer": answer})
    return DayQuestion.objects.get(pk=locked.pk)


@unit_of_work
def change_day(
    *,
    by: User | None,
    cycle: OrderCycle,
    answer: str,
    reason: str,
    target_day: date | None = None,
    buyers: Iterable[Buyer] | None = None,
) -> OrderCycle:
    """Keep, move, join or skip a day without having been asked (flood, road cut, hub closed).

    Raises:
        Refusal: see `answer_question`.
    """
    if answer == DayQuestion.Answer.KEEP:
        return cycle
    if answer == DayQuestion.Answer.SKIP:
        return cancel_cycle(by=by, cycle=cycle, reason=reason, buyers=buyers)
    if target_day is None:
        raise Refusal(_("ใส่วันส่งใหม่"), code="no-day", where="target_day")
    act = move_cycle if answer == DayQuestion.Answer.MOVE else join_cycle
    return act(by=by, cycle=cycle, to=target_day, reason=reason, buyers=buyers)


@unit_of_work
def add_holiday(*, by: User | None, day: date, name_th: str, estimated: bool = False) -> Holiday:
    """Add a local day off, for example an Eid once it is announced; cycles on it are asked about.

    Raises:
        Refusal: no name.
    """
    name = " ".join(name_th.split())
    if not name:
        raise Refusal(_("ใส่ชื่อวันก่อน"), code="name", where="name_th")
    holiday, made = Holiday.objects.get_or_create(
        day=day,
        name_th=name,
        defaults={"kind": Holiday.Kind.LOCAL, "estimated": estimated},
    )
    if made:
        record(
            by=by,
            action="cycles.holiday.added",
            subject=holiday,
            data={"day": day.isoformat()},
        )
        ask_about_holidays()
    return holiday
