"""A stored import profile as the readers take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal
from orders.reconciliation.grids import ASSUMED_THAI_BANK, CsvProfile
from orders.reconciliation.models import BankAccount, ImportProfile

FIELDS: Final = {
    "date": _("วันที่"),
    "time": _("เวลา"),
    "text": _("รายการ"),
    "detail": _("รายละเอียด"),
    "reference": _("เลขที่อ้างอิง"),
    "channel": _("ช่องทาง"),
    "out": _("ถอนเงิน"),
    "in": _("ฝากเงิน"),
    "amount": _("จำนวนเงิน"),
    "balance": _("ยอดคงเหลือ"),
}
"""Fields a column can be, with the words of the profile editor."""


def layout_of(
    *,
    code: str,
    kind: str,
    columns: Mapping[str, list[str]],
    skip_rows: int,
    encoding: str,
    era: str,
    amounts: str,
    names_account: bool,
    assumed: bool = True,
) -> CsvProfile:
    """The layout that these settings describe; fields left out are not read."""
    wanted = {key: tuple(names) for key, names in columns.items() if names}
    if amounts == ImportProfile.Amounts.SEPARATE:
        wanted.pop("amount", None)
    else:
        wanted.pop("in", None)
        wanted.pop("out", None)
    return replace(
        ASSUMED_THAI_BANK,
        name=code,
        columns=wanted,
        amount_sign=-1 if amounts == ImportProfile.Amounts.REVERSED else 1,
        years="two_be" if era == ImportProfile.Era.BUDDHIST else "two_ce",
        assumed=assumed,
        era="be" if era == ImportProfile.Era.BUDDHIST else "ce",
        encoding=encoding,
        skip_rows=skip_rows,
        names_account=names_account,
        has_balance=kind != ImportProfile.Kind.BILL_PAYMENT,
    )


def as_layout(profile: ImportProfile) -> CsvProfile:
    """The layout of a stored profile."""
    return layout_of(
        code=profile.code,
        kind=profile.kind,
        columns=profile.columns,
        skip_rows=profile.skip_rows,
        encoding=profile.encoding,
        era=profile.era,
        amounts=profile.amounts,
        names_account=profile.names_account,
        assumed=profile.assumed,
    )


def find_layout(code: str) -> CsvProfile:
    """The layout of this code; the general one when empty.

    Raises:
        Refusal: code "no-profile".
    """
    if code in ("", ASSUMED_THAI_BANK.name):
        return ASSUMED_THAI_BANK
    profile = ImportProfile.objects.filter(code=code).first()
    if profile is None:
        raise Refusal(
            _("ไม่มีรูปแบบไฟล์ชื่อ %(code)s กรุณาเพิ่มที่หน้ารูปแบบไฟล์ หรือใช้ชื่อที่มี: %(known)s")
            % {
                "code": code,
                "known": ", ".join(ImportProfile.objects.values_list("code", flat=True)) or "-",
            },
            code="no-profile",
            where={"option": "--profile"},
        )
    return as_layout(profile)


def layout_for(account: BankAccount) -> CsvProfile:
    """The layout that an account's files are read by when nobody names another."""
    return as_layout(account.profile) if account.profile else ASSUMED_THAI_BANK
