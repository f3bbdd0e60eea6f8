"""The named fees between farm gate and selling price."""

from __future__ import annotations

from catalogue.partner.models import FeeKind
from marketplace.common.transactions import unit_of_work

FEES = [
    ("coop", "ค่าบริหารสหกรณ์", "Cooperative fee", "fee:coop"),
    ("pack", "ค่าคัดและบรรจุ", "Grading and packing", "fee:pack"),
    ("transport", "ค่าขนส่ง", "Transport", "fee:transport"),
]


@unit_of_work
def load_fee_kinds() -> int:
    """Create the fee kinds that are missing."""
    FeeKind.objects.bulk_create(
        [
            FeeKind(code=code, name_th=th, name_en=en, account_code=account, order=order)
            for order, (code, th, en, account) in enumerate(FEES)
        ],
        ignore_conflicts=True,
    )
    return len(FEES)
