"""Bank rows applied to bills and other things, by themselves or by a person, and undone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from marketplace.common.exceptions import Refusal
from marketplace.ledger.exceptions import Overdrawn
from marketplace.ledger.models import Journal
from marketplace.parties.models import Buyer
from orders.invoicing import accounts
from orders.invoicing.exceptions import TooMuchForDocument
from orders.invoicing.models import Document
from orders.invoicing.services import issue_bills, void_documents
from orders.reconciliation.models import Application, BankRow
from orders.reconciliation.services import (
    ApplicationInput,
    apply_row,
    import_statement,
    match_automatically,
    note_certificate,
    undo_application,
)
from orders.reconciliation.services.deciding import decide
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

PAID_ON = FIRST_DAY + dt.timedelta(days=9)


@pytest.fixture
def market() -> Money:
    return money.make_money()


def bill(market: Money, satang: int = 84_000) -> Document:
    """A bill of the hospital over one delivery, the delivery's journal left out."""
    sale = money.sale_for(market.day.site, market.day.cycle, satang)
    return issue_bills(by=None, buyer=market.day.hospital, deliveries=[sale.delivery])[0]


def withholding_bill(market: Money, satang: int = 100_000) -> Document:
    """A bill of a buyer who withholds 1 %."""
    Buyer.objects.filter(pk=market.day.hospital.pk).update(withholding_bp=100)
    market.day.hospital.refresh_from_db()
    return bill(market, satang)


def arrive(market: Money, *rows: tuple[int, str]) -> list[BankRow]:
    """Bank rows of one day: (satang, the bank's words)."""
    data = money.statement([(PAID_ON, satang, words) for satang, words in rows])
    import_statement(by=None, account=market.bank, file_bytes=data, filename="a.csv")
    return list(BankRow.objects.order_by("place"))


def apply(market: Money, row: BankRow, *applications: ApplicationInput) -> Sequence[Application]:
    """Apply as the treasurer."""
    return apply_row(by=market.treasurer, row=row, applications=applications)


def receivable(market: Money) -> int:
    return money.balance(f"receivable:{market.day.hospital.code}")


def bank(market: Money) -> int:
    """What applied rows moved on the bank's account."""
    return money.balance(market.bank.ledger_code) - 10_000_000


# ---- by themselves ------------------------------------------------------------------------------


def test_reference_and_amount_exact_post_by_themselves_once(market: Money) -> None:
    found = bill(market)
    arrive(market, (84_000, f"BILL PAYMENT {found.reference}"))
    (made,) = match_automatically(account=market.bank)
    assert (made.automatic, made.document, made.withheld_satang) == (True, found, 0)
    assert match_automatically(account=market.bank) == []
    found.refresh_from_db()
    assert found.is_paid
    assert found.settled_day == PAID_ON
    assert (receivable(market), bank(market)) == (0, 84_000)


def test_the_amount_less_tax_withheld_posts_by_itself(market: Money) -> None:
    found = withholding_bill(market)
    arrive(market, (99_000, found.reference))
    (made,) = match_automatically(account=market.bank)
    assert (made.satang, made.withheld_satang) == (99_000, 1_000)
    found.refresh_from_db()
    assert found.is_paid
    assert money.balance(accounts.WITHHELD) == 1_000
    assert (receivable(market), bank(market)) == (0, 99_000)


@pytest.mark.parametrize(
    ("satang", "words"),
    [
        (83_999, "{ref}"),
        (84_001, "{ref}"),
        (42_000, "{ref}"),
        (84_000, "โรงพยาบาลตัวอย่าง"),
        (84_000, "ไม่มีเลขอ้างอิง"),
        (84_000, "{ref} {other}"),
        (83_160, "{ref}"),
    ],
    ids=["short", "over", "half", "name only", "amount only", "two bills", "tax not agreed"],
)
def test_anything_less_certain_waits_for_a_person(market: Money, satang: int, words: str) -> None:
    mine, other = bill(market), bill(market, 50_000)
    (row,) = arrive(market, (satang, words.format(ref=mine.reference, other=other.reference)))
    assert match_automatically(account=market.bank) == []
    suggested = decide([row])[row.pk]
    assert isinstance(suggested, tuple)
    assert mine.pk in {int(one.id) for answer in suggested for one in answer.documents}
    mine.refresh_from_db()
    assert mine.settled_satang == 0


def test_a_second_payment_of_a_paid_bill_waits(market: Money) -> None:
    found = bill(market)
    arrive(market, (84_000, found.reference), (84_000, found.reference))
    assert len(match_automatically(account=market.bank)) == 1
    assert match_automatically(account=market.bank) == []
    assert BankRow.objects.open().count() == 1


def test_a_void_bill_is_not_paid_by_itself(market: Money) -> None:
    found = bill(market)
    void_documents(by=None, documents=[found], reason="ผิด")
    arrive(market, (84_000, found.reference))
    assert match_automatically(account=market.bank) == []


# ---- by a person ---------------------------------------------------------------------------------


def test_one_row_pays_two_bills_in_part_with_tax_and_the_rest_elsewhere(market: Money) -> None:
    first, second = withholding_bill(market), bill(market, 50_000)
    (row,) = arrive(market, (160_000, "โอนรวม"))
    made = apply(
        market,
        row,
        ApplicationInput(99_000, document=first, withheld_satang=1_000),
        ApplicationInput(30_000, document=second),
        ApplicationInput(20_000, kind="deposit", buyer=market.day.hospital),
        ApplicationInput(11_000, kind="suspense"),
    )
    for one in (first, second, row):
        one.refresh_from_db()
    assert len(made) == 4
    assert (first.open_satang, second.open_satang, row.open_satang) == (0, 20_000, 0)
    assert receivable(market) == 20_000
    assert money.balance(accounts.WITHHELD) == 1_000
    assert money.balance(f"deposit:{market.day.hospital.code}") == -20_000
    assert money.balance(accounts.SUSPENSE) == -11_000
    assert bank(market) == 160_000


def test_a_row_is_used_up_in_several_goes(market: Money) -> None:
    found = bill(market)
    (row,) = arrive(market, (84_000, "โอน"))
    apply(market, row, ApplicationInput(30_000, document=found))
    row.refresh_from_db()
    assert row.open_satang == 54_000
    apply(market, row, ApplicationInput(54_000, document=found))
    found.refresh_from_db()
    assert found.is_paid


def test_a_bill_is_paid_by_several_rows(market: Money) -> None:
    found = bill(market)
    for row in arrive(market, (40_000, "งวดแรก"), (44_000, "งวดหลัง")):
        apply(market, row, ApplicationInput(row.in_satang, document=found))
    found.refresh_from_db()
    assert found.is_paid
    assert receivable(market) == 0


def test_undoing_reverses_and_opens_everything_again(market: Money) -> None:
    found = withholding_bill(market)
    (row,) = arrive(market, (99_000, "โอน"))
    (made,) = apply(market, row, ApplicationInput(99_000, document=found, withheld_satang=1_000))
    for _turn in range(2):  # undoing again changes nothing
        undo_application(by=market.treasurer, application=made, reason="ผิดบิล")
    for one in (found, row, made):
        one.refresh_from_db()
    assert (found.open_satang, found.settled_day, row.open_satang) == (100_000, None, 99_000)
    assert made.undone_by == market.treasurer
    assert Journal.objects.get(key=f"application:{made.pk}").reversed_by.event == "reversal"
    assert Journal.objects.filter(reverses__isnull=False).count() == 1
    assert (receivable(market), bank(market)) == (100_000, 0)
    assert money.balance(accounts.WITHHELD) == 0
    (again,) = apply(market, row, ApplicationInput(99_000, document=found, withheld_satang=1_000))
    assert again.stands
    assert receivable(market) == 0


def test_no_more_is_applied_than_the_row_has(market: Money) -> None:
    found = bill(market)
    (row,) = arrive(market, (50_000, "โอน"))
    for parts in ([50_001], [30_000, 20_001]):
        with pytest.raises(Refusal) as caught:
            apply(market, row, *(ApplicationInput(part, document=found) for part in parts))
        assert caught.value.code == "over-row"
    assert not Application.objects.exists()
    assert bank(market) == 0


@pytest.mark.parametrize("parts", [[(84_001, 0)], [(83_500, 501)], [(42_000, 0), (42_001, 0)]])
def test_no_more_is_applied_than_the_bill_asks(market: Money, parts: list[tuple[int, int]]) -> None:
    found = bill(market)
    (row,) = arrive(market, (90_000, "โอน"))
    with pytest.raises(TooMuchForDocument):
        apply(
            market,
            row,
            *(ApplicationInput(pay, document=found, withheld_satang=tax) for pay, tax in parts),
        )
    row.refresh_from_db()
    assert row.applied_satang == 0
    assert not Application.objects.exists()
    assert receivable(market) == 84_000


def test_what_makes_no_sense_is_refused(market: Money) -> None:
    found = bill(market)
    came, went = arrive(market, (50_000, "เข้า"), (-10_000, "ออก"))
    for row, part, code in (
        (came, [], "empty"),
        (came, [ApplicationInput(0, document=found)], "negative"),
        (came, [ApplicationInput(-1, kind="suspense")], "negative"),
        (came, [ApplicationInput(1, document=found, withheld_satang=-1)], "negative"),
        (came, [ApplicationInput(1, kind="bank_fee")], "wrong-way"),
        (came, [ApplicationInput(1, kind="payout", target="batch:1")], "wrong-way"),
        (came, [ApplicationInput(1, kind="deposit")], "no-buyer"),
        (went, [ApplicationInput(1, document=found)], "wrong-way"),
        (went, [ApplicationInput(1, kind="payout")], "no-target"),
    ):
        with pytest.raises(Refusal) as caught:
            apply(market, row, *part)
        assert caught.value.code == code
    assert not Application.objects.exists()


def test_a_payout_that_was_never_sent_is_not_confirmed(market: Money) -> None:
    (row,) = arrive(market, (-10_000, "โอนออก"))
    with pytest.raises(Overdrawn):
        apply(market, row, ApplicationInput(10_000, kind="payout", target="batch:1"))


def test_the_certificate_of_tax_withheld_is_awaited_until_it_comes(market: Money) -> None:
    found = withholding_bill(market)
    arrive(market, (99_000, found.reference))
    (made,) = match_automatically(account=market.bank)
    assert list(Application.objects.awaiting_certificate()) == [made]
    note_certificate(by=None, application=made, number="50ทวิ/1", day=PAID_ON)
    assert not Application.objects.awaiting_certificate().exists()
