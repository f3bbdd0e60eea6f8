"""Bank accounts of the cooperative, and how their files and payments are read."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.rules import AccountInput, EntryInput, JournalInput
from marketplace.ledger.services import open_accounts, post
from orders.invoicing import accounts
from orders.reconciliation.models import BankAccount, ImportProfile


@unit_of_work
def open_bank_account(
    *,
    by: User | None,
    bank: str,
    number: str,
    name: str,
    opened_on: dt.date,
    opening_satang: int = 0,
) -> BankAccount:
    """Register a bank account of the cooperative with its balance on a day.

    Args:
        number: with or without dashes.
        opened_on: rows before this day are refused.
        opening_satang: balance at the end of the day before; posted against working capital.

    Raises:
        Refusal: code "bank-account-known", "not-an-account" or "negative".
    """
    digits = re.sub(r"[^0-9]", "", number)
    if not 8 <= len(digits) <= 20:
        raise Refusal(_("เลขที่บัญชีมี 10 ถึง 12 หลัก กรุณาตรวจอีกครั้ง"), code="not-an-account")
    if opening_satang < 0:
        raise Refusal(_("ยอดยกมาต้องไม่ติดลบ"), code="negative")
    if BankAccount.objects.filter(number=digits).exists():
        raise Refusal(_("มีบัญชีธนาคารเลขที่นี้แล้ว"), code="bank-account-known")
    account = BankAccount.objects.create(
        bank=bank, number=digits, name=name, opened_on=opened_on, opening_satang=opening_satang
    )
    open_accounts(
        accounts=[
            AccountInput(
                code=account.ledger_code,
                name_th=f"เงินฝาก {bank} {account.masked}",
                name_en=f"Bank {bank} {account.masked}",
                type="asset",
            )
        ]
    )
    if opening_satang:
        source = f"bank_account:{account.pk}"
        post(
            by=by,
            journals=[
                JournalInput(
                    key=f"bank-opening:{account.pk}",
                    event="bank.opened",
                    day=opened_on,
                    description=f"ยอดยกมา {account}",
                    source=source,
                    entries=[
                        EntryInput(account.ledger_code, opening_satang, source),
                        EntryInput(accounts.CAPITAL, -opening_satang, source),
                    ],
                )
            ],
        )
    record(by=by, action="bank.opened", subject=account, data={"satang": opening_satang})
    return account


@unit_of_work
def set_bank_account(
    *,
    by: User | None,
    account: BankAccount,
    profile: ImportProfile | None,
    fee_tolerance_satang: int,
) -> BankAccount:
    """Say how an account's files are laid out and how much a payer's bank may keep of a payment.

    Args:
        by: the treasurer.
        profile: chosen beforehand for its files; None reads them by the general layout.
        fee_tolerance_satang: a payment short by at most this is suggested as one less a fee.

    Raises:
        Refusal: code "negative".
    """
    if fee_tolerance_satang < 0:
        raise Refusal(_("ค่าธรรมเนียมที่ยอมให้ขาดต้องไม่ติดลบ"), code="negative")
    account = BankAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    account.profile, account.fee_tolerance_satang = profile, fee_tolerance_satang
    account.save(update_fields=["profile", "fee_tolerance_satang"])
    record(
        by=by,
        action="bank.settings",
        subject=account,
        data={
            "profile": profile.code if profile else "",
            "fee_tolerance_satang": fee_tolerance_satang,
        },
    )
    return account
