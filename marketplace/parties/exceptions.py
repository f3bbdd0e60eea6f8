"""What this room refuses."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal


class CooperativeExists(Refusal):
    """One installation serves one cooperative."""

    def __init__(self) -> None:
        super().__init__(
            _("ตั้งสหกรณ์ไว้แล้ว ระบบนี้มีสหกรณ์ได้แห่งเดียว แก้ข้อมูลได้ที่หน้าสหกรณ์"), code="cooperative-exists"
        )


class NoCooperative(Refusal):
    """Nothing can be sold before the cooperative is set up."""

    def __init__(self) -> None:
        super().__init__(_("ยังไม่ได้ตั้งสหกรณ์ ตั้งสหกรณ์และศูนย์รับก่อน"), code="no-cooperative")


class AlreadyRegistered(Refusal):
    """The same party applied already."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("“%(name)s” สมัครหรือเป็นคู่ค้าอยู่แล้ว ไม่ต้องส่งซ้ำ สอบถามสหกรณ์ได้") % {"name": name},
            code="already-registered",
        )


class NotInThisStage(Refusal):
    """The party's stage does not allow this step."""


class WrongRole(Refusal):
    """A kind of party does not know this role."""


class AlreadyMember(Refusal):
    """A person is a member of a group once at a time."""


class NotYours(Refusal):
    """The user may not act for this person or party."""


class TreasurerOnly(Refusal):
    """Bank data, and who works for the cooperative, are the treasurer's alone."""

    def __init__(self, message: str | Promise | None = None) -> None:
        super().__init__(
            message or _("บัญชีรับเงินแก้ได้เฉพาะเหรัญญิก แจ้งเหรัญญิกของสหกรณ์"),
            code="treasurer-only",
        )
