"""Money to test on: a delivery day lived up to acceptance, a bank account, statement files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from catalogue.models import Product
from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.common.money import format_baht
from marketplace.cycles.models import OrderCycle
from marketplace.ledger.services import balances, run_checks
from marketplace.parties.models import DeliverySite, FarmerGroup, Person
from marketplace.parties.services import PayoutAccountInput, set_payout_accounts
from orders.fulfilment.models import HarvestLot
from orders.fulfilment.services import AcceptanceInput
from orders.invoicing.models import DeliverySale, Document, LotBasis, LotValue
from orders.invoicing.services import issue_bills
from orders.models import Delivery, Line, Order
from orders.reconciliation.models import BankAccount
from orders.reconciliation.services import open_bank_account
from orders.settlement.models import (
    CashFloat,
    Deduction,
    EarlyOwed,
    EarlyPayment,
    HandOn,
    Owed,
    PaymentVoucher,
    PayoutBatch,
    StatementNote,
    Voucher,
)
from orders.settlement.services import approve_batch, make_batch, pay_batch
from tests.support import people
from tests.support.fulfilment import Day, make_day
from tests.support.ordering import FIRST_DAY, KG, MONDAY, at

HEAD = "วันที่,เวลา,รายการ,ถอนเงิน,ฝากเงิน,ยอดคงเหลือ,ช่องทาง,รายละเอียด"


@dataclass
class Money:
    """A market with its treasurers and a bank account."""

    day: Day
    treasurer: User
    second: User
    bank: BankAccount

    def accepted(
        self,
        kilos: int = 20,
        *,
        brought: float | None = None,
        accepted: int | None = None,
        rejected: int = 0,
        cause: str = "",
        downgraded: int = 0,
        grade: str = "",
    ) -> DeliverySale:
        """Live one day: ป้าแดง offers, the hospital orders, she brings, they accept; kilograms."""
        self.day.offer((self.day.daeng, kilos))
        line = self.day.order(kilos)
        self.day.cut_off()
        self.day.weigh(self.day.daeng, kilos if brought is None else brought)
        self.day.close()
        return self.accept(
            line,
            accepted=kilos if accepted is None else accepted,
            rejected=rejected,
            cause=cause,
            downgraded=downgraded,
            grade=grade,
        )

    def accept(
        self,
        line: Line,
        *,
        accepted: int,
        rejected: int = 0,
        cause: str = "",
        downgraded: int = 0,
        grade: str = "",
    ) -> DeliverySale:
        """Pack, send and accept the one line of a delivery; kilograms."""
        delivery = self.day.send()[0]
        clock.set_clock(at(FIRST_DAY, 7))
        self.day.accept(
            delivery,
            [
                AcceptanceInput(
                    line_id=line.pk,
                    accepted_qty=accepted * KG,
                    rejected_qty=rejected * KG,
                    cause=cause,
                    reason="ตัวอย่าง" if rejected or downgraded else "",
                    downgraded_qty=downgraded * KG,
                    downgraded_grade=grade,
                )
            ],
        )
        return DeliverySale.objects.get(delivery=delivery)

    def bill(self) -> Document:
        """Bill the month of the delivery day."""
        return issue_bills(by=self.treasurer, buyer=self.day.hospital, month=FIRST_DAY)[0]

    def account_for(self, person: Person, method: str = "bank") -> None:
        """Give a grower a way to be paid."""
        set_payout_accounts(
            by=None,
            accounts=[
                PayoutAccountInput(
                    method=method,
                    person=person,
                    bank="ธนาคารตัวอย่าง" if method == "bank" else "",
                    number="1234567890" if method != "cash" else "",
                    holder_name=person.name,
                )
            ],
        )

    def paid_batch(self, until: dt.date = FIRST_DAY + dt.timedelta(days=30)) -> PayoutBatch:
        """Make, approve and send a batch of everything due."""
        batch = make_batch(by=self.treasurer, due_until=until)
        approve_batch(by=self.second, batch=batch)
        return pay_batch(by=self.treasurer, batch=batch)


def make_money(*, basis: str = "scale") -> Money:
    """Set up the market with a bank account of 100,000 baht."""
    day = make_day()
    FarmerGroup.objects.update(weight_basis=basis)
    bank = open_bank_account(
        by=None,
        bank="ธ.ก.ส. ตัวอย่าง",
        number="012-3-45678-9",
        name="สหกรณ์ตัวอย่าง",
        opened_on=MONDAY,
        opening_satang=10_000_000,
    )
    return Money(
        day=day,
        treasurer=people.user("treasurer", (day.cooperative, "treasurer")),
        second=people.user("second", (day.cooperative, "treasurer")),
        bank=bank,
    )


def payable(person: Person, group: FarmerGroup) -> int:
    """What the ledger says a grower is owed, satang."""
    code = f"payable:{group.code}:{person.code}"
    return -balances([code])[code]


def in_hand() -> int:
    """Produce in hand, satang."""
    return balances(["produce:in-hand"])["produce:in-hand"]


def balance(code: str) -> int:
    """An account's balance, satang, debit positive."""
    return balances([code])[code]


def failing() -> list[tuple[str, str]]:
    """Checks that do not hold: (name, detail)."""
    return [(check.name, check.detail) for check in run_checks() if not check.ok]


def lot() -> HarvestLot:
    """The one lot of grower's goods."""
    return HarvestLot.objects.get(kind="own")


def statement(
    rows: Sequence[tuple[dt.date, int, str]],
    *,
    opening: int = 10_000_000,
    number: str = "012-3-45678-9",
    encoding: str = "utf-8-sig",
    era: int = 543,
) -> bytes:
    """A CSV export: rows of (day, satang in or out, words)."""
    lines = [f"เลขที่บัญชี,{number}", f'ยอดยกมา,"{format_baht(opening)}"', "", HEAD]
    running = opening
    for day, satang, words in rows:
        running += satang
        came = f'"{format_baht(satang)}"' if satang > 0 else ""
        went = f'"{format_baht(-satang)}"' if satang < 0 else ""
        date = f"{day.day:02d}/{day.month:02d}/{day.year + era}"
        lines.append(f'{date},10:00,โอน,{went},{came},"{format_baht(running)}",MB,{words}')
    return "\r\n".join(lines).encode(encoding)


# ---- bare objects for the walk over all addresses ------------------------------------------------


def sale_for(site: DeliverySite, cycle: OrderCycle, satang: int = 84_000) -> DeliverySale:
    """An accepted delivery worth something, without the day that led to it."""
    order = Order.objects.create(
        number=f"AO-{uuid4().hex[:12]}",
        currency="THB",
        total_incl_tax=satang // 100,
        total_excl_tax=satang // 100,
        date_placed=clock.now(),
        buyer=site.buyer,
        site=site,
    )
    delivery = Delivery.objects.create(order=order, cycle=cycle, cutoff_at=clock.now())
    return DeliverySale.objects.create(
        delivery=delivery,
        buyer=site.buyer,
        day=cycle.delivery_day,
        goods_satang=satang,
        total_satang=satang,
    )


def bill_for(site: DeliverySite, cycle: OrderCycle, satang: int = 84_000) -> Document:
    """A bill of one such delivery."""
    sale = sale_for(site, cycle, satang)
    return issue_bills(by=None, buyer=site.buyer, deliveries=[sale.delivery])[0]


def owed_to(person: Person, group: FarmerGroup, cycle: OrderCycle, satang: int = 5_600) -> Owed:
    """Something owed to a grower, without the scale."""
    product = Product.objects.get(title="คะน้า")
    bare = HarvestLot.objects.create(
        cycle=cycle,
        person=person,
        group=group,
        product=product,
        grade="A",
        harvested_on=cycle.delivery_day,
        best_before=cycle.delivery_day,
    )
    return Owed.objects.create(
        key=uuid4().hex,
        kind="intake",
        group=group,
        person=person,
        lot=bare,
        day=cycle.delivery_day,
        qty=2000,
        price_satang=2800,
        satang=satang,
        due_day=clock.today(),
        journal_key="walk",
    )


def batch_for(person: Person, group: FarmerGroup, cycle: OrderCycle) -> PayoutBatch:
    """A batch that waits for its approval."""
    set_payout_accounts(
        by=None,
        accounts=[
            PayoutAccountInput(
                method="bank",
                person=person,
                bank="ธนาคารตัวอย่าง",
                number="1234567890",
                holder_name=person.name,
            )
        ],
    )
    owed_to(person, group, cycle)
    return make_batch(by=None, payees=[person])


def voucher_for(person: Person, group: FarmerGroup, cycle: OrderCycle) -> Voucher:
    """A receipt voucher, without the cash."""
    owed = owed_to(person, group, cycle)
    held = CashFloat.objects.filter(is_open=True).first() or CashFloat.objects.create(
        counted_satang=10_000
    )
    return Voucher.objects.create(
        key=uuid4().hex,
        code=f"RV-{uuid4().hex[:10]}",
        float=held,
        day=clock.today(),
        group=group,
        person=person,
        satang=owed.satang,
        signed_by=person.name,
        content={
            "payee": person.name,
            "group": group.name_th,
            "rows": [
                {
                    "day": owed.day.isoformat(),
                    "lot": owed.lot.code,
                    "kind": "intake",
                    "satang": 5600,
                }
            ],
            "words": "ห้าสิบหกบาทถ้วน",
            "signed_by": person.name,
        },
        sha256="",
    )


def advance_for(person: Person, group: FarmerGroup) -> Deduction:
    """An advance in cash that waits for its approval."""
    return Deduction.objects.create(
        key=uuid4().hex,
        kind="advance",
        person=person,
        group=group,
        what="เงินยืมตัวอย่าง",
        satang=1,
        paper="สัญญาตัวอย่าง",
        signed_on=clock.today(),
        source="cash",
    )


def early_for(person: Person, group: FarmerGroup, cycle: OrderCycle) -> EarlyPayment:
    """A request to pay before the buyer that waits for its approval."""
    owed = owed_to(person, group, cycle)
    made = EarlyPayment.objects.create(group=group, satang=owed.satang, reason="ตัวอย่าง")
    EarlyOwed.objects.create(early=made, owed=owed)
    return made


def note_for(person: Person, group: FarmerGroup, cycle: OrderCycle) -> StatementNote:
    """A question about a line of a statement that waits for its answer."""
    return StatementNote.objects.create(owed=owed_to(person, group, cycle), text="ตัวอย่าง")


def outside_for(cycle: OrderCycle) -> HarvestLot:
    """Goods bought outside that wait to be paid, without the scale."""
    product = Product.objects.get(title="คะน้า")
    bare = HarvestLot.objects.create(
        cycle=cycle,
        kind=HarvestLot.Kind.OUTSIDE,
        product=product,
        grade="A",
        intake_qty=1_000,
        harvested_on=cycle.delivery_day,
        best_before=cycle.delivery_day,
        vendor="แผงตัวอย่าง",
        cost_satang=5_000,
    )
    LotValue.objects.create(lot=bare, basis=LotBasis.OUTSIDE, qty=1_000)
    return bare


def payment_voucher_for(cycle: OrderCycle) -> PaymentVoucher:
    """A payment voucher that waits for its checker."""
    return PaymentVoucher.objects.create(
        key=uuid4(),
        target=f"lot:{outside_for(cycle).pk}",
        payee="แผงตัวอย่าง",
        what="ซื้อเสริม",
        pays_by="cash",
        satang=5_000,
    )


def hand_on_for() -> HandOn:
    """A batch that is to be handed on, without anything in it."""
    return HandOn.objects.create(
        key=uuid4(),
        kind="saving",
        until=clock.today(),
        payee="ฝ่ายเงินฝากตัวอย่าง",
        pay_to="ธนาคารตัวอย่าง 111-1",
        satang=100,
    )
