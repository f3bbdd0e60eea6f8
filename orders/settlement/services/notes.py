"""Questions about a line of a statement, and the treasurer's answers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Role, RoleName
from marketplace.parties.services.money import require_treasurer
from orders.settlement.models import Owed, StatementNote


@unit_of_work
def question_line(*, by: User, owed: Owed, text: str) -> StatementNote:
    """Say what is not right about a line of a statement; the same words again are one question.

    Args:
        by: the grower it is owed to, or a coordinator of her group.

    Raises:
        Refusal: codes "empty" or "not-yours".
    """
    if not text.strip():
        raise Refusal(_("กรุณาบอกว่าไม่ตรงอย่างไร"), code="empty")
    own = owed.person is not None and owed.person.user_id == by.pk
    if not (
        own
        or Role.objects.present()
        .filter(user=by, name=RoleName.COORDINATOR, party_id=owed.group_id)
        .exists()
    ):
        raise Refusal(_("ทักท้วงได้เฉพาะรายการของตนหรือของกลุ่มที่ดูแล"), code="not-yours")
    words = text.strip()[:300]
    before = owed.notes.filter(text=words, answered_at__isnull=True).first()
    if before is not None:
        return before
    made = StatementNote.objects.create(owed=owed, text=words, by=by)
    record(by=by, action="statement.questioned", subject=made, party=owed.group)
    return made


@unit_of_work
def answer_note(*, by: User | None, note: StatementNote, answer: str) -> StatementNote:
    """Answer a question, once; what is to be put right is put right where it arose.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        Refusal: codes "empty" or "answered".
    """
    require_treasurer(by)
    if not answer.strip():
        raise Refusal(_("กรุณาเขียนคำตอบ"), code="empty")
    found = StatementNote.objects.select_for_update(of=("self",)).get(pk=note.pk)
    if found.answered_at is not None:
        if found.answer == answer.strip()[:300]:
            return found
        raise Refusal(_("ตอบข้อนี้ไปแล้ว"), code="answered")
    found.answer, found.answered_at, found.answered_by = answer.strip()[:300], now(), by
    found.save(update_fields=["answer", "answered_at", "answered_by"])
    record(by=by, action="statement.answered", subject=found, party=found.owed.group)
    return found
