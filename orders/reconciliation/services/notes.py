"""What people find out about bank rows, and who looks into money that is not known."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from orders.reconciliation.models import Application, ApplicationKind, BankRow, RowNote


@unit_of_work
def note_row(*, by: User | None, row: BankRow, text: str) -> RowNote:
    """Keep a note on a bank row; the same words twice in a row are one note.

    Raises:
        Refusal: code "empty".
    """
    text = " ".join(text.split())[:300]
    if not text:
        raise Refusal(_("ยังไม่ได้พิมพ์บันทึก"), code="empty")
    BankRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    last = row.notes.order_by("-pk").first()
    if last is not None and last.text == text:
        return last
    made = RowNote.objects.create(row=row, text=text, by=by)
    record(by=by, action="bank.noted", subject=f"bankrow:{row.pk}", data={"text": text})
    return made


@unit_of_work
def set_owner(*, by: User | None, application: Application, owner: User) -> Application:
    """Say who looks into money in suspense.

    Raises:
        Refusal: code "not-in-suspense".
    """
    application = Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
    if application.kind != ApplicationKind.SUSPENSE or not application.stands:
        raise Refusal(_("เงินก้อนนี้ไม่ได้พักรอตรวจสอบอยู่แล้ว"), code="not-in-suspense")
    application.owner = owner
    application.save(update_fields=["owner"])
    record(
        by=by,
        action="bank.suspense.owner",
        subject=f"application:{application.pk}",
        data={"owner": owner.pk},
    )
    return application
