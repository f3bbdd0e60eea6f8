"""Where a payee's money goes: her own account, a relative's with consent, or cash."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import key_of, record
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import PayoutAccount
from marketplace.parties.services import PayoutAccountInput, set_payout_accounts
from orders.settlement.models import PayeeConsent


@dataclass(frozen=True, slots=True)
class ConsentInput:
    """A relative's account: how the holder is related, and the paper on which the payee agreed."""

    relation: str
    paper: str
    signed_on: dt.date | None


@unit_of_work
def set_payee(
    *, by: User | None, account: PayoutAccountInput, consent: ConsentInput | None = None
) -> PayoutAccount:
    """Say where a payee's money goes from now on; the account before ends and stays readable.

    Args:
        by: a treasurer, or None for the system.
        account: of a person or a group; cash needs no number.
        consent: when somebody else holds it.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        Refusal: codes "relation", "paper", "signed-on" or "holder", what the consent lacks; and
            what is wrong with the account.
    """
    if consent is not None:
        _require_complete(account, consent)
    found = set_payout_accounts(by=by, accounts=[account])[0]
    before = consents_of([found]).get(found.pk)
    wanted = PayeeConsent(account=found, by=by)
    if consent is not None:
        wanted.relation = consent.relation.strip()[:40]
        wanted.paper = consent.paper.strip()[:80]
        wanted.signed_on = consent.signed_on
    if _facts(before) == _facts(wanted):
        return found
    wanted.save()
    record(
        by=by,
        action="settlement.payee.consent",
        subject=account.person or account.group or "",
        party=key_of(account.group) if account.group else "",
        data={
            "relation": wanted.relation,
            "paper": wanted.paper,
            "signed_on": wanted.signed_on.isoformat() if wanted.signed_on else "",
        },
    )
    return found


def _require_complete(account: PayoutAccountInput, consent: ConsentInput) -> None:
    if account.group is not None:
        raise Refusal(_("บัญชีของกลุ่มต้องเป็นชื่อกลุ่ม จ่ายผ่านญาติไม่ได้"), code="group", where="relation")
    if not consent.relation.strip():
        raise Refusal(
            _("กรุณาบอกว่าเจ้าของบัญชีเกี่ยวข้องเป็นอะไร เช่น ลูกสาว"), code="relation", where="relation"
        )
    if not account.holder_name.strip():
        raise Refusal(_("กรุณาใส่ชื่อเจ้าของบัญชี"), code="holder", where="holder_name")
    if not consent.paper.strip():
        raise Refusal(_("กรุณาใส่เลขที่หรือชื่อหนังสือยินยอมที่เกษตรกรลงชื่อ"), code="paper", where="paper")
    if consent.signed_on is None or consent.signed_on > today():
        raise Refusal(_("กรุณาใส่วันที่ลงชื่อยินยอม ไม่เกินวันนี้"), code="signed-on", where="signed_on")


def _facts(consent: PayeeConsent | None) -> tuple[str, str, dt.date | None]:
    if consent is None:
        return "", "", None
    return consent.relation, consent.paper, consent.signed_on


def consents_of(accounts: Iterable[PayoutAccount]) -> dict[int, PayeeConsent]:
    """The consent that counts per account; accounts that are the payee's own are left out, except
    where an earlier consent was taken back.
    """
    found: dict[int, PayeeConsent] = {}
    for row in PayeeConsent.objects.filter(account__in=[one.pk for one in accounts]).order_by("pk"):
        found[row.account_id] = row
    return found
