"""The buyer classes and the terms they start with; every figure can be changed on screen."""

from __future__ import annotations

from datetime import time

from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import BuyerClass

CLASSES = [
    # code, Thai, English, cut-off days before, at, least drop, fee below it (satang)
    ("hospital", "โรงพยาบาล", "Hospital", 3, time(12), 50_000, 0),
    ("hotel", "โรงแรม", "Hotel", 3, time(12), 100_000, 10_000),
    ("restaurant", "ร้านอาหาร", "Restaurant", 2, time(18), 80_000, 12_000),
    ("wholesaler", "ผู้ค้าส่ง", "Wholesaler", 3, time(12), 300_000, 30_000),
]


@unit_of_work
def load_buyer_classes() -> int:
    """Create the buyer classes that are missing; settings changed since stay as they are."""
    BuyerClass.objects.bulk_create(
        [
            BuyerClass(
                code=code,
                name_th=name_th,
                name_en=name_en,
                cutoff_days_before=days,
                cutoff_time=at,
                minimum_drop_satang=least,
                small_drop_fee_satang=fee,
                order=order,
            )
            for order, (code, name_th, name_en, days, at, least, fee) in enumerate(CLASSES)
        ],
        ignore_conflicts=True,
    )
    return len(CLASSES)
