"""What the card gateway refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal


class GatewayOff(Refusal):
    """No keys are set."""

    def __init__(self) -> None:
        super().__init__(_("ยังไม่ได้เปิดรับชำระออนไลน์ กรุณาโอนเข้าบัญชีตามใบแจ้งหนี้"), code="gateway-off")
        self.args = ()


class BadSignature(Refusal):
    """An event that Stripe did not sign, or signed at another time."""

    def __init__(self) -> None:
        super().__init__(_("ลายเซ็นของข้อความนี้ไม่ถูกต้อง"), code="bad-signature")
        self.args = ()
