"""What invoicing refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal


class NothingToBill(Refusal):
    """No accepted delivery of this buyer waits for a bill."""

    def __init__(self) -> None:
        super().__init__(_("ไม่มีการส่งที่ตรวจรับแล้วและยังไม่ได้วางบิลในช่วงนี้"), code="nothing-to-bill")
        self.args = ()


class AlreadyBilled(Refusal):
    """A delivery stands on another bill."""

    def __init__(self, days: str) -> None:
        super().__init__(
            _("การส่งวันที่ %(days)s อยู่ในใบแจ้งหนี้แล้ว ถ้าจะออกใหม่ให้ยกเลิกใบเดิมก่อน") % {"days": days},
            code="already-billed",
            where={"days": days},
        )
        self.args = (days,)


class NotVoidable(Refusal):
    """The document is void already, or money was applied to it."""

    def __init__(self, code: str) -> None:
        super().__init__(
            _("ยกเลิก %(code)s ไม่ได้ เพราะยกเลิกไปแล้วหรือมีเงินตัดชำระอยู่ ให้ยกเลิกการตัดชำระก่อน")
            % {"code": code},
            code="not-voidable",
            where={"code": code},
        )
        self.args = (code,)


class TooMuchForDocument(Refusal):
    """More was applied to a document than is open on it."""

    def __init__(self, code: str, open_text: str) -> None:
        super().__init__(
            _("%(code)s ค้างอยู่ %(open)s บาทเท่านั้น ส่วนที่เกินให้ลงเป็นเงินรับล่วงหน้าหรือเงินรอตรวจสอบ")
            % {"code": code, "open": open_text},
            code="too-much",
            where={"code": code},
        )
        self.args = (code, open_text)


class StillNeeded(Refusal):
    """Another standing document speaks of the one that is to be voided."""

    def __init__(self, code: str, by: str) -> None:
        super().__init__(
            _("ยกเลิก %(code)s ไม่ได้ เพราะ %(by)s อ้างถึงอยู่ ให้ยกเลิก %(by)s ก่อน")
            % {"code": code, "by": by},
            code="still-needed",
            where={"code": code, "by": by},
        )
        self.args = (code, by)


class NothingToIssue(Refusal):
    """There is nothing that this document could be issued for."""

    def __init__(self, kind: object, why: str) -> None:
        kind = str(kind)
        super().__init__(
            _("ออก%(kind)sไม่ได้ %(why)s") % {"kind": kind, "why": why},
            code="nothing-to-issue",
            where={"kind": kind},
        )
        self.args = (kind, why)


class MoreThanTheLine(Refusal):
    """More is taken off a line than it still carries."""

    def __init__(self, words: str, left_text: str) -> None:
        super().__init__(
            _("%(words)s ลดได้ไม่เกิน %(left)s บาท") % {"words": words, "left": left_text},
            code="more-than-line",
            where={"words": words},
        )
        self.args = (words, left_text)
