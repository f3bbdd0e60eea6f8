"""Files of a batch for the bank, written once and kept; how much may leave at once."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from io import BytesIO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from openpyxl import Workbook

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now, today
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.parties.exports import harmless
from marketplace.parties.models import Cooperative
from marketplace.parties.services.money import require_treasurer
from orders.reconciliation.models import BankAccount
from orders.settlement.bank_files import EXAMPLE, KTB, Sender, Transfer, bank_code, ktb, pain001
from orders.settlement.exceptions import WrongState
from orders.settlement.models import (
    FileProfile,
    PayoutBatch,
    PayoutFile,
    PayoutItem,
    PayoutLimits,
)

_READY = (PayoutBatch.State.APPROVED, PayoutBatch.State.SENT, PayoutBatch.State.DONE)


@unit_of_work
def export_batch(*, by: User | None, batch: PayoutBatch, profile: str) -> PayoutFile:
    """Write an approved batch as a file; asked again, the file that was written comes back.

    Args:
        by: a treasurer.
        profile: list, ktb-direct, ktb-standard or pain001.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        WrongState: it was not approved.
        Refusal: there is nothing for this kind of file, no bank account pays, or a payee's name,
            bank or number cannot be written (Refusals, one each).
    """
    require_treasurer(by)
    locked = PayoutBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    before = locked.files.filter(profile=profile).first()
    if before is not None:
        return before
    if locked.state not in _READY:
        raise WrongState(locked.code, str(PayoutBatch.State(locked.state).label))
    items = list(locked.items.order_by("pk").select_related("person", "group"))
    chosen = _chosen(items, profile)
    content = _content(locked, chosen, FileProfile(profile))
    ending = {"list": "xlsx", "pain001": "xml"}.get(profile, "txt")
    made = PayoutFile.objects.create(
        batch=locked,
        profile=profile,
        name=f"{locked.code}-{profile}.{ending}",
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        count=len(chosen),
        satang=sum(item.satang for item in chosen),
        by=by,
    )
    record(
        by=by,
        action="payout.exported",
        subject=locked,
        data={"profile": profile, "sha256": made.sha256, "satang": made.satang},
    )
    return made


def _chosen(items: Sequence[PayoutItem], profile: str) -> list[PayoutItem]:
    if profile == FileProfile.KTB_DIRECT:
        return [item for item in items if bank_code(item.bank) == KTB]
    if profile == FileProfile.KTB_STANDARD:
        return [item for item in items if bank_code(item.bank) != KTB]
    return list(items)


def _content(batch: PayoutBatch, items: Sequence[PayoutItem], profile: FileProfile) -> bytes:
    if profile == FileProfile.LIST:
        return _sheet(batch, items)
    if batch.method != "bank":
        raise Refusal(_("รอบพร้อมเพย์ใช้ไฟล์ธนาคารไม่ได้ ใช้รายการ xlsx"), code="method")
    ours = BankAccount.objects.filter(archived_at__isnull=True).order_by("pk")
    account = next(
        (
            one
            for one in ours
            if profile == FileProfile.PAIN001 or bank_code(one.bank) in (KTB, EXAMPLE)
        ),
        None,
    )
    if account is None:
        raise Refusal(_("ไฟล์แบบนี้ต้องจ่ายจากบัญชีกรุงไทยของสหกรณ์ ซึ่งยังไม่ได้เปิดในระบบ"), code="no-account")
    sender = Sender(
        name=Cooperative.objects.get().name_th,
        bank=account.bank,
        number=account.number,
        batch=batch.code,
        batch_number=batch.pk,
        day=today(),
        made_at=now(),
    )
    transfers = [
        Transfer(
            key=f"PI{item.pk:012d}",
            name=item.holder_name,
            bank=item.bank,
            number=item.number,
            satang=item.satang,
        )
        for item in items
    ]
    if profile == FileProfile.PAIN001:
        return pain001(transfers, sender)
    return ktb(transfers, sender, direct=profile == FileProfile.KTB_DIRECT)


def _sheet(batch: PayoutBatch, items: Sequence[PayoutItem]) -> bytes:
    """A list that a person types from: numbers as text, so that no zero is lost."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(batch.code)
    sheet.append([batch.code, format_date(today()), _("บาท"), format_baht(batch.total_satang)])
    sheet.append(
        [_("ที่"), _("ผู้รับ"), _("กลุ่ม"), _("ธนาคาร"), _("เลขบัญชี หรือพร้อมเพย์"), _("ชื่อบัญชี"), _("บาท")]
    )
    for place, item in enumerate(items, 1):
        sheet.append(
            [
                place,
                harmless(item.payee.name),
                harmless(item.group.name_th),
                harmless(item.bank),
                item.number,
                harmless(item.holder_name),
                format_baht(item.satang),
            ]
        )
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def present_limits() -> PayoutLimits:
    """The limits that count now: the newest, or none."""
    return PayoutLimits.objects.first() or PayoutLimits()


@unit_of_work
def set_limits(
    *, by: User | None, item_satang: int | None, batch_satang: int | None
) -> PayoutLimits:
    """Say how much may go to one payee and in one batch; None for no limit.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        Refusal: code "limit".
    """
    require_treasurer(by)
    if any(limit is not None and limit <= 0 for limit in (item_satang, batch_satang)):
        raise Refusal(gettext_lazy("วงเงินต้องมากกว่า 0"), code="limit")
    present = present_limits()
    if present.pk and (present.item_satang, present.batch_satang) == (item_satang, batch_satang):
        return present
    made = PayoutLimits.objects.create(item_satang=item_satang, batch_satang=batch_satang, by=by)
    record(
        by=by,
        action="payout.limits",
        subject=made,
        data={"item_satang": item_satang, "batch_satang": batch_satang},
    )
    return made
