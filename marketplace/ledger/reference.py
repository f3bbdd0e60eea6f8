"""The chart of accounts. Accounts per buyer, group, person and bank account are opened when first
used.
"""

from __future__ import annotations

from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Account, AccountType

CHART = [
    # code, Thai, English, type, bounded
    ("produce:in-hand", "ผลผลิตที่ศูนย์", "Produce in hand", AccountType.ASSET, False),
    ("cash:safe", "เงินสดในตู้เซฟ", "Cash in the safe", AccountType.ASSET, True),
    ("cash:float", "เงินสดย่อยสำหรับจ่ายค่าผลผลิต", "Cash float", AccountType.ASSET, True),
    ("resale:due", "ค่าขายต่อรอนำเงินเข้า", "Resale money due", AccountType.ASSET, False),
    ("wht:receivable", "ภาษีถูกหัก ณ ที่จ่าย", "Withholding receivable", AccountType.ASSET, False),
    ("suspense:unmatched", "เงินรอตรวจสอบ", "Unmatched money", AccountType.LIABILITY, False),
    ("payable:outside", "ค้างจ่ายค่าซื้อเสริม", "Outside purchases due", AccountType.LIABILITY, True),
    ("transit:payout", "โอนจ่ายรอธนาคารยืนยัน", "Payouts on their way", AccountType.LIABILITY, True),
    (
        "transit:cash",
        "ถอนเงินสดรอเข้าสมุดบัญชี",
        "Withdrawals on their way",
        AccountType.LIABILITY,
        True,
    ),
    ("vat:output", "ภาษีขาย", "Output VAT", AccountType.LIABILITY, False),
    ("fee:coop", "ค่าบริหารสหกรณ์", "Cooperative fee", AccountType.INCOME, False),
    ("fee:pack", "ค่าคัดและบรรจุ", "Grading and packing", AccountType.INCOME, False),
    ("fee:transport", "ค่าขนส่ง", "Transport", AccountType.INCOME, False),
    ("fee:delivery", "ค่าส่ง", "Delivery fees", AccountType.INCOME, False),
    ("fee:bank", "ค่าธรรมเนียมธนาคาร", "Bank charges", AccountType.EXPENSE, False),
    ("interest", "ดอกเบี้ยรับ", "Interest received", AccountType.INCOME, False),
    ("pool:price", "กองกลางราคา", "Price pool", AccountType.EQUITY, False),
    ("shrinkage", "ส่วนสูญเสียของศูนย์", "Shrinkage", AccountType.EXPENSE, False),
    ("donation", "ผลผลิตที่มอบให้ (ตะกร้าปันสุข)", "Produce given away", AccountType.EXPENSE, False),
    ("replacement", "ซื้อเสริม: กำไรขาดทุน", "Replacement purchases", AccountType.EXPENSE, False),
    ("cash:difference", "เงินสดขาดหรือเกิน", "Cash over or short", AccountType.EXPENSE, False),
    ("rounding", "ปัดเศษ", "Rounding", AccountType.EXPENSE, False),
    ("capital:working", "เงินทุนหมุนเวียน", "Working capital", AccountType.EQUITY, False),
]


@unit_of_work
def load_chart() -> int:
    """Open the accounts of the chart that are missing."""
    Account.objects.bulk_create(
        [
            Account(code=code, name_th=th, name_en=en, type=kind, bounded=bounded)
            for code, th, en, kind, bounded in CHART
        ],
        ignore_conflicts=True,
    )
    return len(CHART)
