"""Import profiles: set down by the treasurer, tried on a file before they are kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from orders.reconciliation.models import ImportProfile


@dataclass(frozen=True, slots=True)
class ProfileInput:
    """What a profile says.

    Attributes:
        code: small letters, digits and dashes; how the command names it.
        columns: field of `profiles.FIELDS` → headers it may carry.
        skip_rows: rows above the header; 0 looks for it.
        encoding: "utf-8", "cp874", or "" for the one that fits.
        era: "be" or "ce", of every year in the file.
        amounts: "separate", "signed" or "reversed" (money in carries the minus).
        names_account: the file says above its table whose account it is.
        assumed: it was never checked against a real file.
    """

    code: str
    name: str
    kind: str = ImportProfile.Kind.TABLE
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    skip_rows: int = 0
    encoding: str = ""
    era: str = ImportProfile.Era.BUDDHIST
    amounts: str = ImportProfile.Amounts.SEPARATE
    names_account: bool = True
    assumed: bool = True


@unit_of_work
def save_profile(
    *, by: User | None, profile: ImportProfile | None = None, values: ProfileInput
) -> ImportProfile:
    """Keep a new profile, or change one.

    Raises:
        Refusal: code "not-a-code", "profile-known", "no-name" or "column-missing" (with the column
            in `where`).
    """
    require_complete(values)
    same = ImportProfile.objects.filter(code=values.code)
    if same.exclude(pk=profile.pk if profile else 0).exists():
        raise Refusal(_("มีรูปแบบไฟล์รหัสนี้แล้ว กรุณาใช้รหัสอื่น"), code="profile-known")
    if profile is None:
        kept = ImportProfile(by=by)
    else:
        kept = ImportProfile.objects.select_for_update(of=("self",)).get(pk=profile.pk)
    kept.code, kept.name, kept.kind = values.code, values.name.strip()[:80], values.kind
    kept.columns = {key: list(names) for key, names in values.columns.items() if names}
    kept.skip_rows, kept.encoding, kept.era = values.skip_rows, values.encoding, values.era
    kept.amounts, kept.names_account = values.amounts, values.names_account
    kept.assumed = values.assumed
    kept.save()
    record(by=by, action="bank.profile", subject=kept, data={"code": kept.code})
    return kept


def require_complete(values: ProfileInput) -> None:
    """Refuse a profile that could read nothing.

    Raises:
        Refusal: as `save_profile`.
    """
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,38}", values.code):
        raise Refusal(_("รหัสใช้ a-z 0-9 และขีดกลาง 2 ถึง 39 ตัว เช่น ktb-business"), code="not-a-code")
    if not values.name.strip():
        raise Refusal(_("กรุณาตั้งชื่อรูปแบบไฟล์"), code="no-name")
    if values.kind in (ImportProfile.Kind.MT940, ImportProfile.Kind.CAMT053):
        return
    needed = ["date"]
    if values.kind != ImportProfile.Kind.BILL_PAYMENT:
        needed.append("balance")
    needed += ["in", "out"] if values.amounts == ImportProfile.Amounts.SEPARATE else ["amount"]
    for key in needed:
        if not values.columns.get(key):
            raise Refusal(
                _("กรุณาใส่ชื่อคอลัมน์นี้ตามหัวตารางในไฟล์"), code="column-missing", where={"column": key}
            )
