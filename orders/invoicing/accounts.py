"""Codes of the ledger accounts that are kept per buyer, per grower and per bank account.

Codes carry the parties' own short codes, which never change; names are for the reader of the
books. Every one is opened on first use.
"""

from __future__ import annotations

from typing import Final

from marketplace.ledger.rules import AccountInput
from marketplace.parties.models import Buyer, FarmerGroup, Person

IN_HAND: Final = "produce:in-hand"
POOL: Final = "pool:price"
SHRINKAGE: Final = "shrinkage"
REPLACEMENT: Final = "replacement"
DONATION: Final = "donation"
OUTSIDE: Final = "payable:outside"
RESALE: Final = "resale:due"
DELIVERY_FEE: Final = "fee:delivery"
VAT: Final = "vat:output"
WITHHELD: Final = "wht:receivable"
SUSPENSE: Final = "suspense:unmatched"
CAPITAL: Final = "capital:working"
BANK_FEE: Final = "fee:bank"
INTEREST: Final = "interest"
SAFE: Final = "cash:safe"
FLOAT: Final = "cash:float"
CASH_DIFFERENCE: Final = "cash:difference"
PAYOUT_TRANSIT: Final = "transit:payout"
CASH_TRANSIT: Final = "transit:cash"
COOP_MEMBERS: Final = "coop:members"
CHEQUE_IN_HAND: Final = "cheque:in-hand"
CHEQUE_COLLECTING: Final = "cheque:collecting"
CHEQUE_UNCLEARED: Final = "cheque:uncleared"
CHEQUE_BOUNCED: Final = "cheque:bounced"
STRIPE_PENDING: Final = "stripe:pending"
STRIPE_AVAILABLE: Final = "stripe:available"
STRIPE_CLEARING: Final = "stripe:clearing"
STRIPE_FEE: Final = "fee:stripe"

PAYOUT_RETURNED: Final = AccountInput(
    code="transit:returned",
    name_th="โอนจ่ายที่ตีกลับ",
    name_en="Payouts that came back",
    type="asset",
)

DEPOSIT_RETURNED: Final = AccountInput(
    code="transit:deposit",
    name_th="เงินมัดจำรอโอนคืน",
    name_en="Deposits on their way back",
    type="liability",
    bounded=True,
)

VOUCHER_TRANSIT: Final = AccountInput(
    code="transit:voucher",
    name_th="ใบสำคัญจ่ายรอโอน",
    name_en="Payment vouchers on their way",
    type="liability",
    bounded=True,
)

HANDING: Final = AccountInput(
    code="handing:members",
    name_th="หักแทนแล้วรอนำส่ง",
    name_en="Taken for others, to be handed on",
    type="liability",
    bounded=True,
)

HANDED_BACK: Final = AccountInput(
    code="handed:back",
    name_th="เงินออมที่นำส่งแล้วแต่เงินตีกลับ",
    name_en="Savings handed on of payments that came back",
    type="asset",
    bounded=True,
)
"""Taken off the next batch that is handed on."""

DEPOSIT_KEPT: Final = AccountInput(
    code="income:deposit",
    name_th="เงินมัดจำที่ริบตามเงื่อนไข",
    name_en="Deposits kept by agreed terms",
    type="income",
)

CLAIMS: Final = AccountInput(
    code="claims", name_th="ลดหนี้และเพิ่มหนี้", name_en="Credit and debit notes", type="expense"
)
"""What bills are changed by after acceptance; the hub bears it."""

CERTIFIED: Final = AccountInput(
    code="wht:certified",
    name_th="ภาษีถูกหักที่มีหนังสือรับรอง",
    name_en="Withholding with certificate",
    type="asset",
)

STRIPE: Final = (
    AccountInput(
        code=STRIPE_PENDING, name_th="Stripe รอปล่อยเงิน", name_en="Stripe, pending", type="asset"
    ),
    AccountInput(
        code=STRIPE_AVAILABLE, name_th="Stripe พร้อมโอน", name_en="Stripe, available", type="asset"
    ),
    AccountInput(
        code=STRIPE_CLEARING,
        name_th="Stripe โอนแล้วรอเข้าบัญชี",
        name_en="Stripe payouts on their way",
        type="asset",
    ),
    AccountInput(
        code=STRIPE_FEE, name_th="ค่าธรรมเนียม Stripe", name_en="Stripe fees", type="expense"
    ),
)
"""Opened when the first payment comes through Stripe."""


def payee_code(group: FarmerGroup, person: Person | None) -> str:
    """`<group>` or `<group>:<person>`: the tail of a grower's accounts."""
    return f"{group.code}:{person.code}" if person else group.code


def payable(group: FarmerGroup, person: Person | None) -> AccountInput:
    """What a grower is owed; never below zero, so a payout cannot exceed it."""
    return AccountInput(
        code=f"payable:{payee_code(group, person)}",
        name_th=f"ค้างจ่าย {person.name if person else group.name_th}",
        name_en=f"Owed to {person.name if person else group.name_en or group.name_th}",
        type="liability",
        holder=f"person:{person.pk}" if person else f"party:{group.pk}",
        bounded=True,
    )


def advance(group: FarmerGroup, person: Person | None) -> AccountInput:
    """What a grower was paid beyond what turned out to be owed; taken from later payouts."""
    return AccountInput(
        code=f"advance:{payee_code(group, person)}",
        name_th=f"จ่ายเกิน {person.name if person else group.name_th}",
        name_en=f"Overpaid to {person.name if person else group.name_en or group.name_th}",
        type="asset",
        holder=f"person:{person.pk}" if person else f"party:{group.pk}",
        bounded=True,
    )


def prepaid(group: FarmerGroup, person: Person | None) -> AccountInput:
    """What a grower was paid before the buyer paid, by approval; meets the payable when he does."""
    return AccountInput(
        code=f"prepaid:{payee_code(group, person)}",
        name_th=f"จ่ายก่อนผู้ซื้อจ่าย {person.name if person else group.name_th}",
        name_en=f"Paid early to {person.name if person else group.name_en or group.name_th}",
        type="asset",
        holder=f"person:{person.pk}" if person else f"party:{group.pk}",
        bounded=True,
    )


def advance_of(payable_code: str) -> str:
    """The advance account beside a payable account, by code."""
    return "advance:" + payable_code.removeprefix("payable:")


_OF_MEMBER: Final[dict[str, tuple[str, str, str, str]]] = {
    "advance": ("ahead", "เงินยืมล่วงหน้า", "Advance to", "asset"),
    "inputs": ("credit", "ปัจจัยการผลิต", "Inputs on credit of", "asset"),
    "loan": ("loan", "เงินกู้", "Loan of", "asset"),
    "saving": ("saving", "ค่าหุ้นและเงินออม", "Shares and savings of", "liability"),
}
"""Kind of deduction → prefix, names and type of the account kept per person."""


def of_member(kind: str, person: Person) -> AccountInput:
    """What a person must pay back (or has put aside) of one kind, whichever group she brings to."""
    prefix, name_th, name_en, account_type = _OF_MEMBER[kind]
    return AccountInput(
        code=f"{prefix}:{person.code}",
        name_th=f"{name_th} {person.name}",
        name_en=f"{name_en} {person.name}",
        type=account_type,
        holder=f"person:{person.pk}",
        bounded=True,
    )


def unbilled(buyer: Buyer) -> AccountInput:
    """Accepted deliveries of a buyer that stand on no bill yet."""
    return AccountInput(
        code=f"unbilled:{buyer.code}",
        name_th=f"ส่งแล้วรอวางบิล {buyer.name_th}",
        name_en=f"Delivered, not billed: {buyer.name_en or buyer.name_th}",
        type="asset",
        holder=f"party:{buyer.pk}",
    )


def receivable(buyer: Buyer) -> AccountInput:
    """Open bills of a buyer."""
    return AccountInput(
        code=f"receivable:{buyer.code}",
        name_th=f"ลูกหนี้ {buyer.name_th}",
        name_en=f"Receivable: {buyer.name_en or buyer.name_th}",
        type="asset",
        holder=f"party:{buyer.pk}",
    )


def deposit(buyer: Buyer) -> AccountInput:
    """Money of a buyer that pays no bill yet; never below zero."""
    return AccountInput(
        code=f"deposit:{buyer.code}",
        name_th=f"เงินรับล่วงหน้า {buyer.name_th}",
        name_en=f"Deposit of {buyer.name_en or buyer.name_th}",
        type="liability",
        holder=f"party:{buyer.pk}",
        bounded=True,
    )


def reclaim(buyer: Buyer) -> AccountInput:
    """What a buyer owes back: a deposit it no longer had when the cheque behind it was returned."""
    return AccountInput(
        code=f"reclaim:{buyer.code}",
        name_th=f"เรียกคืนจาก {buyer.name_th}",
        name_en=f"To be paid back by {buyer.name_en or buyer.name_th}",
        type="asset",
        holder=f"party:{buyer.pk}",
    )
