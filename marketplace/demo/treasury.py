"""The demo's money: bills, what arrives on the bank, payouts, cash; the bank itself is played here.

`Bank` plays the cooperative's bank: movements pile up with a running balance, and `statement`
exports some days of them as the file a treasurer would download. The market only ever sees that
file (or the passbook page).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from marketplace.common import clock
from marketplace.common.dates import BE_OFFSET
from marketplace.common.money import percentage
from marketplace.demo.cast import WORD
from marketplace.demo.setting import Market
from marketplace.parties.models import ReleaseRule
from orders.invoicing.models import DeliverySale, Document
from orders.invoicing.services import issue_bills
from orders.reconciliation.models import BankAccount, BankRow
from orders.reconciliation.services import (
    ApplicationInput,
    ProfileInput,
    apply_row,
    import_statement,
    match_automatically,
    open_bank_account,
    save_profile,
    set_bank_account,
)
from orders.reconciliation.statements import ASSUMED_THAI_BANK
from orders.settlement.models import Deduction, EarlyPayment, Owed, PayoutBatch, StatementNote
from orders.settlement.services import (
    DeductionInput,
    agree_deduction,
    answer_note,
    approve_advance,
    approve_batch,
    approve_early,
    ask_early,
    close_float,
    export_batch,
    hand_out_advance,
    make_batch,
    open_float,
    pay_batch,
    pay_cash,
    question_line,
)
from orders.settlement.services.payees import due_of
from orders.settlement.services.payouts import expected_on_bank

OPENING = 150_000_000  # satang on the bank when the books begin


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of the bank's books, satang in or out, with the balance after it."""

    day: date
    clock: str
    kind: str
    text: str
    into: int
    out: int
    balance: int


@dataclass
class Bank:
    """The bank as the treasurer meets it: a file for some days."""

    number: str
    balance: int = OPENING
    waiting: list[tuple[date, str, int, int]] = field(default_factory=list)

    def move(self, day: date, text: str, *, into: int = 0, out: int = 0) -> None:
        """Order one movement; the bank books it on its day."""
        self.waiting.append((day, text, into, out))

    def _book(self, until: date) -> list[Movement]:
        due = sorted((w for w in self.waiting if w[0] <= until), key=lambda w: w[0])
        self.waiting = [w for w in self.waiting if w[0] > until]
        booked = []
        for place, (day, text, into, out) in enumerate(due):
            self.balance += into - out
            kind = "รับโอน" if into else "โอนเงิน"
            at = f"{9 + place % 8:02}:{place % 60:02}"
            booked.append(Movement(day, at, kind, text, into, out, self.balance))
        return booked

    def statement(self, last: date) -> bytes | None:
        """Export what was booked since the last file as CSV in CP874 with Buddhist years, or None."""
        rows = self._book(last)
        if not rows:
            return None
        out = io.StringIO()
        write = csv.writer(out)
        write.writerow(["รายการเดินบัญชี", "ธนาคารตัวอย่าง"])
        write.writerow(["เลขที่บัญชี", self.number])
        write.writerow([])
        write.writerow(
            ["วันที่", "เวลา", "รายการ", "ถอนเงิน", "ฝากเงิน", "ยอดคงเหลือ", "ช่องทาง", "รายละเอียด"]
        )
        for m in rows:
            write.writerow(
                [
                    f"{m.day:%d/%m}/{m.day.year + BE_OFFSET}",
                    m.clock,
                    m.kind,
                    _baht(m.out),
                    _baht(m.into),
                    _baht(m.balance),
                    "อินเทอร์เน็ต",
                    m.text,
                ]
            )
        return out.getvalue().encode("cp874")


def _baht(satang: int) -> str:
    return f"{satang // 100:,}.{satang % 100:02}" if satang else ""


@dataclass
class Treasury:
    """What the treasurer's desk remembers between the weeks."""

    market: Market
    bank: Bank
    account: BankAccount
    promised: list[tuple[date, int, bool]] = field(default_factory=list)


def open_treasury(market: Market, day: date) -> Treasury:
    """Open the bank account in the books."""
    account = open_bank_account(
        by=market.treasurer,
        bank="ธนาคารตัวอย่าง",
        number="000-0-00000-1",
        name="สหกรณ์ตัวอย่าง เกษตรสุขภาพสงขลา",
        opened_on=day,
        opening_satang=OPENING,
    )
    profile = save_profile(
        by=market.treasurer,
        values=ProfileInput(
            code="bank-example",
            name="ธนาคารตัวอย่าง ไฟล์ CSV",
            encoding="cp874",
            columns={key: list(names) for key, names in ASSUMED_THAI_BANK.columns.items()},
        ),
    )
    set_bank_account(
        by=market.treasurer, account=account, profile=profile, fee_tolerance_satang=3_000
    )
    return Treasury(market, Bank(account.number), account)


def agree_deductions(treasury: Treasury) -> list[Deduction]:
    """Let some growers of the first group sign for fertiliser, a loan and savings, and the first of
    a group paid in cash for an advance that another approves.
    """
    market = treasury.market
    group = market.groups[0]
    persons = market.growers[group.pk]
    paper = f"หนังสือยินยอมให้หัก {WORD}"
    wanted = [
        ("inputs", persons[0], group, "ปุ๋ยหมัก 4 กระสอบ", 80_000, 0, False),
        ("saving", persons[0], group, "หุ้นรายเดือน", None, 2_000, False),
        ("loan", persons[1], group, "ซ่อมโรงเรือน", 600_000, 20_000, False),
    ]
    for one in market.groups:
        if market.group_casts[one.pk].cash:
            person = market.growers[one.pk][0]
            wanted.append(("advance", person, one, "ยืมซื้อเมล็ดพันธุ์", 30_000, 0, True))
            break
    agreed = [
        agree_deduction(
            by=market.treasurer,
            wanted=DeductionInput(
                key=f"demo-{kind}-{person.pk}",
                kind=kind,
                person=person,
                group=of,
                what=what,
                satang=satang,
                paper=f"{paper} {number}",
                signed_on=clock.today(),
                instalment_satang=instalment,
                in_cash=in_cash,
            ),
        )
        for number, (kind, person, of, what, satang, instalment, in_cash) in enumerate(wanted, 1)
    ]
    for made in agreed:
        if made.source == Deduction.Source.CASH:
            approve_advance(by=market.checker, deduction=made)
    return agreed


def bill_week(treasury: Treasury, moment: datetime, *, everybody: bool = False) -> list[Document]:
    """Bill what restaurants and the wholesaler took this week, and all buyers at the month's end.

    `everybody`: bill all buyers now whatever the day.
    """
    market = treasury.market
    issued: list[Document] = []
    with clock.at(moment):
        for buyer in market.buyers:
            cast = market.buyer_casts[buyer.pk]
            weekly = cast.buyer_class in {"restaurant", "wholesaler"}
            month_end = (clock.today() + timedelta(days=7)).month != clock.today().month
            if not (weekly or month_end or everybody):
                continue
            deliveries = [
                sale.delivery
                for sale in DeliverySale.objects.unbilled()
                .filter(buyer=buyer, day__lte=clock.today())
                .select_related("delivery")
                .order_by("day", "pk")
            ]
            if deliveries:
                issued += issue_bills(by=market.treasurer, buyer=buyer, deliveries=deliveries)
    today = moment.date()
    for document in issued:
        cast = market.buyer_casts[document.buyer_id]
        if cast.late:
            continue
        after = {"restaurant": 3, "wholesaler": 5, "hotel": 8}.get(cast.buyer_class, 10)
        treasury.promised.append(
            (today + timedelta(days=after), document.pk, cast.outside == "never")
        )
    return issued


def let_money_arrive(treasury: Treasury, until: date) -> None:
    """Play what buyers transfer up to a day: exact with its reference, or less the tax withheld."""
    due = sorted(p for p in treasury.promised if p[0] <= until)
    treasury.promised = [p for p in treasury.promised if p[0] > until]
    for day, pk, with_reference in due:
        document = Document.objects.select_related("buyer").get(pk=pk)
        withheld = percentage(document.total_satang, document.buyer.withholding_bp)
        text = document.reference if with_reference or withheld else document.buyer.name_th
        treasury.bank.move(
            day, f"{text} {document.buyer.name_th}", into=document.total_satang - withheld
        )


def pay_growers(treasury: Treasury, moment: datetime) -> PayoutBatch | None:
    """Pay what is due by bank: one makes, another approves; the bank shows it the next day."""
    market = treasury.market
    with clock.at(moment):
        wanted = [
            due for due in due_of(until=clock.today()) if not market.group_casts[due.group.pk].cash
        ]
        if not wanted:
            return None
        batch = make_batch(by=market.treasurer, due_until=clock.today())
        approve_batch(by=market.checker, batch=batch)
        export_batch(by=market.treasurer, batch=batch, profile="list")
        export_batch(by=market.treasurer, batch=batch, profile="ktb-standard")
        pay_batch(by=market.treasurer, batch=batch)
    batch.refresh_from_db()
    treasury.bank.move(
        moment.date() + timedelta(days=1), f"จ่ายค่าผลผลิต {batch.code}", out=batch.total_satang
    )
    return batch


def pay_before_buyers(treasury: Treasury, moment: datetime) -> EarlyPayment | None:
    """Let one group that waits for its buyers be paid early, up to 20,000 baht; two persons."""
    market = treasury.market
    with clock.at(moment):
        for group in market.groups:
            if not Owed.objects.unassigned().waiting_for_buyers().filter(group=group).exists():
                continue
            early = ask_early(
                by=market.treasurer,
                group=group,
                reason=f"น้ำท่วมแปลง ต้องซื้อกล้าใหม่ ({WORD})",
                at_most_satang=2_000_000,
            )
            return approve_early(by=market.checker, early=early)
    return None


def question_statements(treasury: Treasury) -> list[StatementNote]:
    """Let two coordinators question a line of a statement; the treasurer has answered the first."""
    market = treasury.market
    made: list[StatementNote] = []
    for group in market.groups[:2]:
        owed = Owed.objects.filter(group=group, satang__gt=0).order_by("-day", "pk").first()
        if owed is not None:
            made.append(
                question_line(
                    by=market.coordinators[group.pk],
                    owed=owed,
                    text="สมาชิกจดไว้มากกว่านี้ 1 กก. ขอดูใบชั่ง",
                )
            )
    if made:
        answer_note(by=market.treasurer, note=made[0], answer="ดูใบชั่งแล้ว หักตะกร้า 1 กก. ยอดถูกต้อง")
    return made


def pay_in_cash(treasury: Treasury, moment: datetime) -> int:
    """Pay the members of groups that are paid in cash, from a counted float; return how many."""
    market = treasury.market
    paid = 0
    with clock.at(moment):
        dues = [d for d in due_of(until=clock.today()) if market.group_casts[d.group.pk].cash]
        if not dues:
            return 0
        advances = list(Deduction.objects.to_hand_out())
        total = sum(due.satang for due in dues) + sum(one.satang or 0 for one in advances)
        withdrawn = -(-total // 100_000) * 100_000
        opened = open_float(
            by=market.treasurer, counted_satang=withdrawn, withdrawn_satang=withdrawn
        )
        for due in dues:
            pay_cash(
                by=market.treasurer,
                payee=due.payee,
                group=due.group,
                key=f"demo-cash-{opened.pk}-{due.group.pk}-{due.payee.pk}",
                signed_by=str(due.payee),
            )
            paid += 1
        for advance in advances:
            hand_out_advance(
                by=market.treasurer,
                deduction=advance,
                key=f"demo-advance-{advance.pk}",
                signed_by=str(advance.person),
            )
        close_float(by=market.checker, cash_float=opened, counted_satang=withdrawn - total)
    treasury.bank.move(moment.date(), "ถอนเงินสด", out=withdrawn)
    return paid


def read_bank(treasury: Treasury, moment: datetime) -> list[BankRow]:
    """Import the days since the last file; let exact rows post themselves, apply the rest by hand.

    Returns the rows that wait for a person.
    """
    market = treasury.market
    day = moment.date()
    with clock.at(moment):
        content = treasury.bank.statement(day)
        if content is not None:
            import_statement(
                by=market.treasurer,
                account=treasury.account,
                file_bytes=content,
                filename=f"statement-{day:%Y%m%d}.csv",
            )
            match_automatically(account=treasury.account)
            _apply_expected(treasury)
    return list(treasury.account.rows.filter(applied_satang=0).order_by("day", "place"))


def leave_work_for_today(treasury: Treasury, moment: datetime) -> list[BankRow]:
    """Import this morning's rows and leave them to the treasurer: a late payer's half without a
    reference, a payer nobody knows, and the bank's own fee.
    """
    day = moment.date()
    late = (
        Document.objects.open()
        .filter(due_day__lt=day)
        .select_related("buyer")
        .order_by("due_day", "pk")
        .first()
    )
    if late is not None:
        half = late.open_satang // 200 * 100
        treasury.bank.move(day, late.buyer.name_th, into=half)
    treasury.bank.move(day, "ผู้โอนตัวอย่าง ไม่แจ้งเลขที่", into=125_000)
    treasury.bank.move(day, "ค่าธรรมเนียมโอนเงิน", out=3_500)
    with clock.at(moment):
        content = treasury.bank.statement(day)
        assert content is not None
        import_statement(
            by=treasury.market.treasurer,
            account=treasury.account,
            file_bytes=content,
            filename=f"statement-{day:%Y%m%d}-morning.csv",
        )
    return list(treasury.account.rows.filter(applied_satang=0).order_by("day", "place"))


def _apply_expected(treasury: Treasury) -> None:
    """Apply outgoing rows to the payouts and withdrawals they belong to, as the treasurer would."""
    waiting: Iterable[BankRow] = treasury.account.rows.filter(
        applied_satang=0, out_satang__gt=0
    ).order_by("day", "place")
    expected = {one.label: one for one in expected_on_bank()}
    for row in waiting:
        match = next((one for label, one in expected.items() if label in row.description), None)
        if match is not None and match.satang == row.out_satang:
            apply_row(
                by=treasury.market.treasurer,
                row=row,
                applications=[
                    ApplicationInput(satang=row.out_satang, kind="payout", target=match.target)
                ],
            )
        elif "ถอนเงินสด" in row.description:
            apply_row(
                by=treasury.market.treasurer,
                row=row,
                applications=[ApplicationInput(satang=row.out_satang, kind="withdrawal")],
            )


def groups_paid_same_day(market: Market) -> bool:
    """Say whether any group of the cast is paid on the day itself."""
    return any(group.release_rule == ReleaseRule.SAME_DAY for group in market.groups)
