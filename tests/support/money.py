"""Money to test on: a delivery day lived up to acceptance, a bank account, statement files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.accounts.models import User
from marketplace.common import clock
from marketplace.common.money import format_baht
from marketplace.ledger.services import balances, run_checks
from marketplace.parties.models import FarmerGroup, Person
from marketplace.parties.services import PayoutAccountInput, set_payout_accounts
from orders.fulfilment.models import HarvestLot
from orders.fulfilment.services import AcceptanceInput
from orders.invoicing.models import DeliverySale, Document
from orders.invoicing.services import issue_bills
from orders.models import Line
from orders.reconciliation.models import BankAccount
from orders.reconciliation.services import open_bank_account
from orders.settlement.models import PayoutBatch
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
