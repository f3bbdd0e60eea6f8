"""Where money for a group or a person goes. A change makes a new row; history stays readable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import key_of, record_many
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.parties.exceptions import TreasurerOnly
from marketplace.parties.models import (
    FarmerGroup,
    PayoutAccount,
    Person,
    Role,
    RoleName,
)


@dataclass(frozen=True, slots=True)
class PayoutAccountInput:
    """An account to pay to: of a person or of a group, never of both.

    `number`: bank account number, or the phone or tax number of a PromptPay; empty for cash.
    """

    method: str
    person: Person | None = None
    group: FarmerGroup | None = None
    bank: str = ""
    number: str = ""
    holder_name: str = ""


@unit_of_work
def set_payout_accounts(
    *, by: User | None, accounts: list[PayoutAccountInput]
) -> list[PayoutAccount]:
    """Say where money goes from now on, in the order given; the account before ends.

    The same account again changes nothing. The number is never written into the audit trail.

    Raises:
        TreasurerOnly: the user is neither treasurer nor the technical administrator.
        Refusals: an account is incomplete; `where` is the row, from 0.
    """
    require_treasurer(by)
    Refusals.raise_if_any(
        [
            Refusal(text, code=code, where=row)
            for row, one in enumerate(accounts)
            for code, text in _wrong(one)
        ]
    )
    persons = sorted({one.person.pk for one in accounts if one.person})
    groups = sorted({one.group.pk for one in accounts if one.group})
    list(Person.objects.select_for_update().filter(pk__in=persons).order_by("pk"))
    list(FarmerGroup.objects.select_for_update(of=("self",)).filter(pk__in=groups).order_by("pk"))
    current = {
        (row.person_id, row.group_id): row
        for row in PayoutAccount.objects.filter(person_id__in=persons, ended_at__isnull=True)
        | PayoutAccount.objects.filter(group_id__in=groups, ended_at__isnull=True)
    }
    moment = now()
    answer: list[PayoutAccount] = []
    for one in accounts:
        key = (one.person.pk if one.person else None, one.group.pk if one.group else None)
        wanted = PayoutAccount(
            person=one.person,
            group=one.group,
            method=one.method,
            bank=one.bank.strip(),
            number=_digits(one.number),
            holder_name=one.holder_name.strip(),
            since=moment,
        )
        before = current.get(key)
        if before is not None:
            if _same(before, wanted):
                answer.append(before)
                continue
            before.ended_at = moment
            before.save(update_fields=["ended_at"])
        wanted.save()
        current[key] = wanted
        answer.append(wanted)
        payee = one.person or one.group
        assert payee is not None
        record_many(
            [("parties.payout_account.set", payee, {"method": one.method, "bank": one.bank})],
            by=by,
            party=key_of(one.group) if one.group else "",
        )
    return answer


def is_treasurer(user: User) -> bool:
    """Say whether a user is the treasurer (or the technical administrator)."""
    return (
        user.is_superuser
        or Role.objects.present().filter(user=user, name=RoleName.TREASURER).exists()
    )


def require_treasurer(by: User | None, message: str | Promise | None = None) -> None:
    """Refuse everybody but the treasurer, the technical administrator and the system.

    Raises:
        TreasurerOnly: as it says, in the words of `message` where given.
    """
    if by is not None and not is_treasurer(by):
        raise TreasurerOnly(message)


def _digits(text: str) -> str:
    return re.sub(r"[\s\-]", "", text)


def _same(a: PayoutAccount, b: PayoutAccount) -> bool:
    return (a.method, a.bank, a.number, a.holder_name) == (
        b.method,
        b.bank,
        b.number,
        b.holder_name,
    )


def _wrong(one: PayoutAccountInput) -> list[tuple[str, str | Promise]]:
    number = _digits(one.number)
    wrong: list[tuple[str, str | Promise]] = []
    if (one.person is None) == (one.group is None):
        wrong.append(("payee", _("เลือกผู้รับเงินหนึ่งราย เป็นคนหรือเป็นกลุ่ม")))
    if one.method == PayoutAccount.Method.BANK:
        if not one.bank.strip() or not one.holder_name.strip():
            wrong.append(("bank", _("ใส่ชื่อธนาคารและชื่อบัญชีให้ครบ")))
        if not re.fullmatch(r"\d{8,15}", number):
            wrong.append(("number", _("เลขบัญชีธนาคารมีแต่ตัวเลข 8 ถึง 15 หลัก")))
    elif one.method == PayoutAccount.Method.PROMPTPAY:
        if not re.fullmatch(r"0\d{9}|\d{13}", number):
            wrong.append(("number", _("พร้อมเพย์เป็นเบอร์มือถือ 10 หลัก หรือเลขประจำตัว 13 หลัก")))
    elif one.method == PayoutAccount.Method.CASH:
        if number:
            wrong.append(("number", _("รับเงินสดไม่ต้องใส่เลขบัญชี")))
    else:
        wrong.append(("method", _("เลือกวิธีรับเงิน")))
    return wrong
