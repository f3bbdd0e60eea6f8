"""The standards that goods in Songkhla are sold under."""

from __future__ import annotations

from catalogue.standards.models import Standard
from marketplace.common.transactions import unit_of_work

STANDARDS = [
    # code, Thai, English, never shares a pack with other goods
    ("GAP", "มาตรฐาน GAP", "Thai GAP", False),
    ("ORG", "เกษตรอินทรีย์", "Organic Thailand", False),
    ("PGS", "อินทรีย์แบบมีส่วนร่วม (PGS)", "PGS organic", True),
    ("GI", "สิ่งบ่งชี้ทางภูมิศาสตร์ (GI)", "Geographical indication", True),
]


@unit_of_work
def load_standards() -> int:
    """Create the standards that are missing."""
    Standard.objects.bulk_create(
        [
            Standard(code=code, name_th=th, name_en=en, never_mixed=apart, order=order)
            for order, (code, th, en, apart) in enumerate(STANDARDS)
        ],
        ignore_conflicts=True,
    )
    return len(STANDARDS)
