"""The crates that the scale starts with; more are added on screen."""

from __future__ import annotations

from marketplace.common.transactions import unit_of_work
from orders.fulfilment.models import CrateType

CRATES = [
    # name, empty weight in grams (assumed; weigh your own)
    ("ตะกร้าเขียว", 1_800),
    ("ตะกร้าดำเตี้ย", 1_200),
    ("ลังโฟมเจาะรู", 600),
    ("ถุงตาข่าย", 100),
]


@unit_of_work
def load_crate_types() -> int:
    """Create the crate types that are missing; weights changed since stay as they are."""
    CrateType.objects.bulk_create(
        [
            CrateType(name_th=name, tare_g=tare, order=order)
            for order, (name, tare) in enumerate(CRATES)
        ],
        ignore_conflicts=True,
    )
    return len(CRATES)
