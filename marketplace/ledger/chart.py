"""The chart of accounts of an agricultural cooperative that sells what its growers bring.

Numbered in the five classes that Thai cooperatives report in (1 assets, 2 liabilities, 3 equity,
4 income, 5 expenses). Accounts kept per buyer, grower or bank account are families: their code
starts with the family's prefix and they share its number. Sales have no account of their own: the
buyer's value is split at once into what growers, fees and the price pool get (one journal per
delivery), and the exempt and the taxed part stand on each line; the VAT report shows both.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.ledger.models import Account, AccountType

_A, _L, _Q, _I, _E = (
    AccountType.ASSET,
    AccountType.LIABILITY,
    AccountType.EQUITY,
    AccountType.INCOME,
    AccountType.EXPENSE,
)

GROUPS: dict[str, str | Promise] = {
    "11": _("เงินสดและเงินฝากธนาคาร"),
    "12": _("ลูกหนี้การค้าและภาษีรอรับคืน"),
    "13": _("เงินที่สมาชิกต้องคืน"),
    "14": _("ผลผลิตคงเหลือ"),
    "21": _("เจ้าหนี้ค่าผลผลิต"),
    "22": _("เงินรับล่วงหน้าและเงินรอตรวจสอบ"),
    "23": _("เงินที่กำลังโอน"),
    "24": _("ภาษีที่ต้องนำส่ง"),
    "25": _("เงินของสมาชิก"),
    "31": _("ทุนและกองกลาง"),
    "41": _("รายได้ของสหกรณ์"),
    "51": _("ต้นทุนและส่วนสูญเสีย"),
    "52": _("ค่าธรรมเนียมและผลต่าง"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One account of the chart, or one family of accounts kept per holder.

    Attributes:
        code: the account's code; of a family its prefix, ending with ":".
        number: four digits; the first two are the group's.
        name_th: its name.
        name_en: the same in English.
        type: which side is its own.
        purpose: what it is for, one sentence; lazy.
        bounded: whether it can never go below zero on its own side.
    """

    code: str
    number: str
    name_th: str
    name_en: str
    type: AccountType
    purpose: str | Promise
    bounded: bool = False

    @property
    def is_family(self) -> bool:
        return self.code.endswith(":")

    @property
    def group(self) -> str | Promise:
        return GROUPS[self.number[:2]]


KINDS: tuple[Kind, ...] = (
    Kind("cash:safe", "1101", "เงินสดในตู้เซฟ", "Cash in the safe", _A,
         _("เงินสดที่นับแล้วและยังไม่ได้เบิกไปจ่าย"), True),
    Kind("cash:float", "1102", "เงินสดย่อยสำหรับจ่ายค่าผลผลิต", "Cash float", _A,
         _("เงินสดที่เบิกไว้จ่ายเกษตรกรในวันนั้น นับเปิดและนับปิดทุกวัน"), True),
    Kind("cheque:in-hand", "1103", "เช็คในมือ", "Cheques in hand", _A,
         _("เช็คที่รับแล้วแต่ธนาคารยังไม่เคลียร์ บิลยังไม่ถือว่าจ่าย"), True),
    Kind("cheque:collecting", "1104", "เช็คฝากรอเรียกเก็บ", "Cheques deposited", _A,
         _("เช็คที่ฝากธนาคารแล้ว รอแถวเงินเข้าในสมุดธนาคาร"), True),
    Kind("bank:", "1110", "เงินฝากธนาคาร", "Bank accounts", _A,
         _("ยอดต้องเท่ากับสมุดธนาคาร หักแถวที่ยังรอกระทบยอด")),
    Kind("stripe:pending", "1121", "เงินรับผ่าน Stripe ที่ยังถอนไม่ได้", "Stripe, pending", _A,
         _("จ่ายด้วยบัตรหรือพร้อมเพย์ผ่าน Stripe แล้ว แต่ Stripe ยังไม่ปล่อยเงิน")),
    Kind("stripe:available", "1122", "เงินที่ Stripe ปล่อยแล้ว", "Stripe, available", _A,
         _("รอโอนเข้าบัญชีธนาคารของสหกรณ์")),
    Kind("unbilled:", "1201", "ส่งแล้วรอวางบิล", "Delivered, not billed", _A,
         _("ผู้ซื้อตรวจรับแล้ว แต่ยังไม่ได้ออกใบแจ้งหนี้")),
    Kind("receivable:", "1202", "ลูกหนี้การค้า", "Receivables", _A,
         _("ใบแจ้งหนี้ที่ออกแล้วและยังไม่ได้รับเงิน แยกตามผู้ซื้อ")),
    Kind("resale:due", "1203", "ค่าขายต่อรอนำเงินเข้า", "Resale money due", _A,
         _("เงินจากของที่ขายต่อหรือขายในวันตลาด รอนำเข้าบัญชี")),
    Kind("wht:receivable", "1204", "ภาษีถูกหัก ณ ที่จ่าย", "Withholding receivable", _A,
         _("ภาษีที่ผู้ซื้อหักไว้ รอหนังสือรับรองเพื่อใช้เครดิตภาษี")),
    Kind("wht:certified", "1205", "ภาษีถูกหักที่มีหนังสือรับรอง", "Withholding with certificate", _A,
         _("ภาษีที่ถูกหักและได้หนังสือรับรองแล้ว ใช้เครดิตตอนยื่นภาษี")),
    Kind("transit:returned", "1206", "โอนจ่ายที่ตีกลับ", "Payouts that came back", _A,
         _("โอนจ่ายที่ธนาคารคืนมาภายหลัง จับคู่กับแถวเงินเข้าทันที จึงเป็นศูนย์")),
    Kind("reclaim:", "1207", "เรียกคืนจากผู้ซื้อ", "To be paid back by buyers", _A,
         _("เงินรับล่วงหน้าที่ใช้ไปแล้ว แต่เช็คที่เป็นที่มาถูกธนาคารคืน")),
    Kind("advance:", "1301", "จ่ายเกินรอหักคืน", "Overpaid, to be taken back", _A,
         _("จ่ายเกษตรกรเกินที่ค้างจริง จะหักจากการจ่ายครั้งต่อไป"), True),
    Kind("prepaid:", "1302", "เงินจ่ายล่วงหน้า", "Advances paid early", _A,
         _("จ่ายก่อนผู้ซื้อจ่าย จากเงินทุนหมุนเวียน แยกตามกลุ่มและคน"), True),
    Kind("credit:", "1303", "ปัจจัยการผลิตที่ให้เชื่อ", "Inputs on credit", _A,
         _("เมล็ดพันธุ์ ปุ๋ย ที่สมาชิกรับไปก่อน หักคืนตามที่ยินยอม"), True),
    Kind("loan:", "1304", "เงินกู้ของสมาชิก", "Loans to members", _A,
         _("เงินกู้ที่หักค่างวดจากค่าผลผลิต"), True),
    Kind("ahead:", "1305", "เงินยืมล่วงหน้าของสมาชิก", "Members' advances", _A,
         _("เงินที่สมาชิกรับไปก่อนมีผลผลิต หักคืนตามที่ยินยอม แยกตามคน"), True),
    Kind("handed:back", "1306", "เงินออมที่นำส่งแล้วแต่เงินตีกลับ", "Savings handed on, payment came back",
         _A, _("หักออกจากรอบนำส่งครั้งถัดไป"), True),
    Kind("produce:in-hand", "1401", "ผลผลิตที่ศูนย์", "Produce in hand", _A,
         _("ของที่ซื้อขาดแล้วและยังไม่ส่ง ตามราคาหน้าสวน")),
    Kind("payable:outside", "2102", "ค้างจ่ายค่าซื้อเสริม", "Outside purchases due", _L,
         _("ของที่ซื้อจากตลาดเมื่อผลผลิตขาด ยังไม่ได้จ่าย"), True),
    Kind("payable:", "2101", "ค้างจ่ายค่าผลผลิต", "Owed to growers", _L,
         _("ค่าผลผลิตที่ค้างเกษตรกรและกลุ่ม จ่ายเกินยอดนี้ไม่ได้"), True),
    Kind("deposit:", "2201", "เงินรับล่วงหน้า", "Deposits of buyers", _L,
         _("เงินของผู้ซื้อที่ยังไม่ได้ตัดชำระบิลใด"), True),
    Kind("suspense:unmatched", "2202", "เงินรอตรวจสอบ", "Unmatched money", _L,
         _("เงินเข้าธนาคารที่ยังไม่รู้ว่าเป็นของใคร ต้องหาเจ้าของให้เร็ว")),
    Kind("cheque:uncleared", "2203", "เช็ครอเรียกเก็บที่ยังไม่ตัดบิล", "Cheques not cleared", _L,
         _("คู่ของเช็คในมือและเช็คฝาก บิลยังค้างอยู่จนกว่าเช็คจะเรียกเก็บได้"), True),
    Kind("transit:payout", "2301", "โอนจ่ายรอธนาคารยืนยัน", "Payouts on their way", _L,
         _("ส่งรอบจ่ายให้ธนาคารแล้ว รอแถวเงินออกในสมุดธนาคาร"), True),
    Kind("transit:cash", "2302", "ถอนเงินสดรอเข้าสมุดบัญชี", "Withdrawals on their way", _L,
         _("ถอนเงินสดแล้ว รอแถวเงินออกในสมุดธนาคาร"), True),
    Kind("cheque:bounced", "2303", "เช็คคืนรอธนาคารหักบัญชี", "Cheques returned, bank to debit", _L,
         _("เช็คที่เคยเข้าบัญชีแล้วถูกคืน รอแถวเงินออกในสมุดธนาคาร"), True),
    Kind("transit:deposit", "2304", "เงินมัดจำรอโอนคืน", "Deposits on their way back", _L,
         _("อนุมัติคืนแล้ว รอแถวธนาคาร"), True),
    Kind("transit:voucher", "2305", "ใบสำคัญจ่ายรอโอน", "Payment vouchers on their way", _L,
         _("ใบสำคัญจ่ายที่อนุมัติให้โอนแล้ว รอแถวเงินออกในสมุดธนาคาร"), True),
    Kind("vat:output", "2401", "ภาษีขาย", "Output VAT", _L,
         _("ภาษีมูลค่าเพิ่มของสินค้าที่ไม่ได้รับยกเว้น รอนำส่ง")),
    Kind("wht:payable", "2402", "ภาษีหัก ณ ที่จ่ายรอนำส่ง", "Withholding payable", _L,
         _("ภาษีที่สหกรณ์หักจากผู้รับเงิน รอนำส่งกรมสรรพากร")),
    Kind("saving:", "2501", "ค่าหุ้นและเงินออมรอนำส่ง", "Members' shares and savings", _L,
         _("หักจากค่าผลผลิตตามที่สมาชิกยินยอม รอเข้าบัญชีหุ้นหรือเงินออม"), True),
    Kind("coop:members", "2502", "เดินสะพัดกับฝ่ายสินเชื่อและร้านค้า", "Due to the credit and shop desks", _L,
         _("เงินกู้ เงินยืม และของที่สหกรณ์ให้สมาชิกนอกตลาด ตลาดหักแทนแล้วส่งคืน")),
    Kind("handing:members", "2503", "หักแทนแล้วรอนำส่ง", "Taken for others, to be handed on", _L,
         _("อนุมัติรอบนำส่งแล้ว รอออกใบสำคัญจ่าย"), True),
    Kind("capital:working", "3101", "เงินทุนหมุนเวียน", "Working capital", _Q,
         _("เงินที่สหกรณ์ตั้งไว้ให้ตลาดใช้จ่ายก่อนได้รับเงิน")),
    Kind("pool:price", "3102", "กองกลางราคา", "Price pool", _Q,
         _("ส่วนต่างระหว่างราคาที่ผู้ซื้อจ่ายกับราคาประกาศ เก็บไว้ชดเชยกัน")),
    Kind("fee:coop", "4101", "ค่าบริหารสหกรณ์", "Cooperative fee", _I,
         _("ค่าบริหารตามประกาศราคา")),
    Kind("fee:pack", "4102", "ค่าคัดและบรรจุ", "Grading and packing", _I,
         _("ค่าคัดและบรรจุตามประกาศราคา")),
    Kind("fee:transport", "4103", "ค่าขนส่ง", "Transport", _I, _("ค่าขนส่งตามประกาศราคา")),
    Kind("fee:delivery", "4104", "ค่าส่ง", "Delivery fees", _I,
         _("ค่าส่งตามเขต และการส่งที่ยอดน้อย")),
    Kind("interest", "4105", "ดอกเบี้ยรับ", "Interest received", _I, _("ดอกเบี้ยจากเงินฝากธนาคาร")),
    Kind("income:deposit", "4106", "เงินมัดจำที่ริบตามเงื่อนไข", "Deposits kept by agreed terms", _I,
         _("ผู้ซื้อยกเลิกหลังปิดรับ ตามหนังสือที่ตกลงกัน")),
    Kind("shrinkage", "5101", "ส่วนสูญเสียของศูนย์", "Shrinkage", _E,
         _("ของที่ซื้อขาดแล้วหายหรือเสียหลังตาชั่ง ศูนย์รับเอง")),
    Kind("replacement", "5102", "ซื้อเสริม: กำไรขาดทุน", "Replacement purchases", _E,
         _("ส่วนที่ซื้อจากตลาดแพงหรือถูกกว่าราคาหน้าสวน")),
    Kind("donation", "5103", "ผลผลิตที่มอบให้ (ตะกร้าปันสุข)", "Produce given away", _E,
         _("ของที่ศูนย์มอบให้ชุมชน ตามราคาหน้าสวน")),
    Kind("claims", "5104", "ลดหนี้และเพิ่มหนี้", "Credit and debit notes", _E,
         _("ยอดที่ลดหรือเพิ่มให้ผู้ซื้อหลังตรวจรับ ตามใบลดหนี้และใบเพิ่มหนี้")),
    Kind("fee:bank", "5201", "ค่าธรรมเนียมธนาคาร", "Bank charges", _E, _("ธนาคารหักจากบัญชี")),
    Kind("fee:stripe", "5202", "ค่าธรรมเนียม Stripe", "Stripe fees", _E,
         _("Stripe หักก่อนโอนเข้าบัญชี")),
    Kind("cash:difference", "5203", "เงินสดขาดหรือเกิน", "Cash over or short", _E,
         _("ผลต่างเมื่อนับปิดเงินสดย่อย")),
    Kind("rounding", "5204", "ปัดเศษ", "Rounding", _E, _("เศษสตางค์จากการปัด")),
)  # fmt: skip

_FIXED = {kind.code: kind for kind in KINDS if not kind.is_family}
_FAMILIES = {kind.code: kind for kind in KINDS if kind.is_family}
_OTHER: dict[str, Kind] = {
    kind.value: Kind("", number, "", "", kind, "")
    for kind, number in ((_A, "1299"), (_L, "2299"), (_Q, "3199"), (_I, "4199"), (_E, "5299"))
}


def kind_of(code: str, account_type: str) -> Kind:
    """What the chart says of an account; one it does not know stands last in its class."""
    return _FIXED.get(code) or _FAMILIES.get(code.partition(":")[0] + ":") or _OTHER[account_type]


def number_of(account: Account) -> str:
    """The account's number, with the holder's part of its code: `1202`, or `1202-RPH`."""
    kind = kind_of(account.code, account.type)
    tail = account.code.partition(":")[2] if kind.is_family else ""
    return f"{kind.number}-{tail.replace(':', '-')}" if tail else kind.number


def in_chart_order(account: Account) -> tuple[str, str]:
    """Sort key: by number, then by code."""
    return kind_of(account.code, account.type).number, account.code
