"""Paper terms of a buyer: dated, used by the bills of their day, shown on the month's page."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.cycles import services as cycles
from marketplace.cycles.models import Holiday
from orders.invoicing.carrying import carry_month, year_ends
from orders.invoicing.models import BuyerTerms, Paper, TermsPaper
from orders.invoicing.services import TermsInput, issue_bills, keep_holidays, set_terms
from orders.invoicing.terms import Sheets, Signer, terms_of
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, MONDAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.fixture
def market() -> Money:
    return money.make_money()


def agree(market: Money, since: dt.date = MONDAY, **values: object) -> BuyerTerms:
    """Terms of the hospital from a day on."""
    given = TermsInput(buyer=market.day.hospital, valid_from=since, **values)  # type: ignore[arg-type]
    return set_terms(by=market.treasurer, terms=[given])[0]


def test_a_bill_falls_due_by_the_calendar_of_its_buyer(market: Money) -> None:
    agree(market, billing_days=[25], credit_days=30, paying_days=[10])
    sale = money.sale_for(market.day.site, market.day.cycle)
    bill = issue_bills(
        by=None, buyer=market.day.hospital, deliveries=[sale.delivery], day=dt.date(2027, 1, 12)
    )[0]
    # Carried on 25 January, thirty days later is 24 February, money comes on the next 10th.
    assert bill.due_day == dt.date(2027, 3, 10)


def test_later_terms_leave_earlier_days_alone(market: Money) -> None:
    agree(market, credit_days=30)
    agree(market, FIRST_DAY, credit_days=60)
    hospital = market.day.hospital
    assert terms_of(hospital, FIRST_DAY - dt.timedelta(days=1)).credit_days == 30
    assert terms_of(hospital, FIRST_DAY).credit_days == 60
    hospital.refresh_from_db()
    assert hospital.payment_days == 30
    clock.set_clock(at(FIRST_DAY))
    agree(market, FIRST_DAY, credit_days=45)
    hospital.refresh_from_db()
    assert hospital.payment_days == 45
    assert BuyerTerms.objects.count() == 2


def test_terms_of_a_past_day_do_not_replace_what_holds_today(market: Money) -> None:
    agree(market, MONDAY, credit_days=45)
    agree(market, MONDAY - dt.timedelta(days=90), credit_days=15)
    market.day.hospital.refresh_from_db()
    assert market.day.hospital.payment_days == 45


def test_one_bill_a_delivery_from_the_day_it_was_agreed(market: Money) -> None:
    agree(market, billing_plan="per_delivery")
    for _turn in range(2):
        money.sale_for(market.day.site, market.day.cycle)
    bills = issue_bills(by=None, buyer=market.day.hospital, month=FIRST_DAY, day=FIRST_DAY)
    assert [bill.sales.count() for bill in bills] == [1, 1]


def test_papers_and_signers_are_kept_in_their_order(market: Money) -> None:
    agree(
        market,
        papers=[
            Sheets(Paper.RECEIPT, 1, 1),
            Sheets(Paper.QUOTATION, 0, 0),
            Sheets(Paper.BILL, 1, 2),
        ],
        committee=[Signer("นางตัวอย่าง หนึ่ง", "พยาบาล", "ประธานกรรมการ"), Signer("นายตัวอย่าง สอง")],
    )
    terms = terms_of(market.day.hospital, FIRST_DAY)
    assert [(one.paper, one.originals, one.copies) for one in terms.papers] == [
        ("bill", 1, 2),
        ("receipt", 1, 1),
    ]
    assert [one.name for one in terms.committee] == ["นางตัวอย่าง หนึ่ง", "นายตัวอย่าง สอง"]


@pytest.mark.parametrize(
    "values",
    [
        {"billing_days": [32]},
        {"paying_days": [0]},
        {"fiscal_month": 13},
        {"papers": [Sheets(Paper.BILL, 10, 0)]},
        {"committee": [Signer(" ")]},
    ],
    ids=["day", "paying day", "month", "sheets", "name"],
)
def test_terms_that_make_no_sense_are_refused(market: Money, values: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        agree(market, **values)
    assert not BuyerTerms.objects.exists()


def test_the_database_refuses_a_paper_without_a_sheet(market: Money) -> None:
    row = agree(market)
    with pytest.raises(IntegrityError), transaction.atomic():
        TermsPaper.objects.create(terms=row, paper=Paper.BILL, originals=0, copies=0)


def test_the_month_says_what_is_carried_where_and_when(market: Money) -> None:
    agree(market, billing_days=[25], billing_place="ตึกอำนวยการตัวอย่าง ชั้น 2", credit_days=10)
    first, second = (money.sale_for(market.day.site, market.day.cycle) for _turn in range(2))
    bill = issue_bills(
        by=None, buyer=market.day.hospital, deliveries=[first.delivery], day=FIRST_DAY
    )[0]
    january = carry_month(dt.date(2027, 1, 1), dt.date(2027, 1, 31))
    (carry,) = january.carries
    assert (carry.day, carry.bills) == (dt.date(2027, 1, 25), [bill])
    assert carry.unbilled_count == 0
    february = carry_month(dt.date(2027, 2, 1), dt.date(2027, 2, 28))
    (waiting,) = february.carries
    # January is closed on its last day and carried on the next 25th.
    assert (waiting.day, waiting.unbilled_count, waiting.satang) == (
        dt.date(2027, 2, 25),
        1,
        second.total_satang,
    )
    assert [one.bill for one in february.coming] == [bill]


def test_a_billing_day_on_a_holiday_goes_to_the_next_working_day_and_the_list_says_why(
    client: Client, market: Money
) -> None:
    # Saturday 13 February 2027, and staff call the Monday after it off.
    cycles.add_holiday(by=market.day.staff, day=dt.date(2027, 2, 15), name_th="วันหยุดตัวอย่าง")
    agree(
        market,
        billing_days=[13],
        billing_shift="after",
        credit_days=30,
        paying_days=[20],
        paying_shift="before",
    )
    sale = money.sale_for(market.day.site, market.day.cycle)
    bill = issue_bills(
        by=None, buyer=market.day.hospital, deliveries=[sale.delivery], day=dt.date(2027, 2, 1)
    )[0]
    (carry,) = carry_month(dt.date(2027, 2, 1), dt.date(2027, 2, 28)).carries
    assert (carry.day, carry.moved_from) == (dt.date(2027, 2, 16), dt.date(2027, 2, 13))
    # Thirty days later is 18 March; 20 March is a Saturday, so the Friday pays.
    assert bill.due_day == dt.date(2027, 3, 19)
    client.force_login(market.treasurer)
    page = client.get(reverse("invoicing:carrying") + "?month=2027-02").content.decode()
    assert "เลื่อนจาก" in page
    assert "วันหยุดตัวอย่าง" in page


def test_terms_know_the_holidays_of_the_state_without_a_cycle_being_opened(market: Money) -> None:
    Holiday.objects.all().delete()
    agree(market, billing_days=[13], billing_shift="after", credit_days=0)
    # Songkran 2027: 13 to 15 April are Tuesday to Thursday.
    terms = terms_of(market.day.hospital, MONDAY)
    assert terms.carried_on(dt.date(2027, 4, 10)).day == dt.date(2027, 4, 16)
    assert terms.why_off(dt.date(2027, 4, 13))
    before = Holiday.objects.count()
    assert keep_holidays() == 0
    assert Holiday.objects.count() == before


def test_the_database_refuses_a_shift_that_nobody_knows(market: Money) -> None:
    row = agree(market)
    with pytest.raises(IntegrityError), transaction.atomic():
        BuyerTerms.objects.filter(pk=row.pk).update(billing_shift="later")


def test_september_lists_what_a_government_office_still_needs(market: Money) -> None:
    agree(market, fiscal_month=1)
    line = market.day.order(20)
    (row,) = [one for one in year_ends(MONDAY) if one.buyer == market.day.hospital]
    assert (row.end, row.to_deliver) == (dt.date(2027, 1, 31), 1)
    assert row.last_delivery == line.delivery.cycle.delivery_day
    money.sale_for(market.day.hotel_site, market.day.cycle)
    assert not any(one.buyer == market.day.hotel for one in year_ends(MONDAY))
    assert {one.to_bill for one in year_ends(MONDAY, within=366, everybody=True)} == {
        0,
        1,
    }


def typed(market: Money) -> dict[str, str]:
    """What the page sends for the hospital."""
    sent = {
        "valid_from": "04/01/2570",
        "billing_plan": "monthly",
        "billing_days": "25, สิ้นเดือน",
        "billing_place": "งานการเงินตัวอย่าง",
        "credit_days": "30",
        "billing_shift": "after",
        "paying_days": "",
        "paying_shift": "before",
        "pays_by": "cheque",
        "fiscal_month": "9",
        "n_0": "นางตัวอย่าง หนึ่ง",
        "p_0": "พยาบาลวิชาชีพ",
        "d_0": "ประธานกรรมการ",
        "o_bill": "1",
        "c_bill": "2",
    }
    return sent | {f"n_{place}": "" for place in range(1, 5)}


def test_the_treasurer_sets_terms_on_one_page(client: Client, market: Money) -> None:
    client.force_login(market.treasurer)
    address = reverse("invoicing:terms", args=[market.day.hospital.pk])
    answer = client.post(address, typed(market), follow=True)
    assert "25, สิ้นเดือน" in answer.content.decode()
    terms = terms_of(market.day.hospital, MONDAY)
    assert (list(terms.billing_days), terms.pays_by, terms.fiscal_month) == ([25, 31], "cheque", 9)
    assert (terms.billing_shift, terms.paying_shift) == ("after", "before")
    assert "ตรงวันหยุดไปวันทำการถัดไป" in answer.content.decode()
    assert [(one.paper, one.copies) for one in terms.papers] == [("bill", 2)]
    page = client.get(address).content.decode()
    assert "นางตัวอย่าง หนึ่ง" in page


def test_a_day_that_is_none_is_told_beside_its_box(client: Client, market: Money) -> None:
    client.force_login(market.treasurer)
    address = reverse("invoicing:terms", args=[market.day.hospital.pk])
    answer = client.post(address, typed(market) | {"billing_days": "วันศุกร์"})
    assert "ใส่วันที่ 1 ถึง 31" in answer.content.decode()
    assert not BuyerTerms.objects.exists()


def test_the_carrying_page_leads_to_the_bill(client: Client, market: Money) -> None:
    agree(market, billing_days=[25], billing_place="ตึกอำนวยการตัวอย่าง")
    market.accepted(20)
    bill = market.bill()
    client.force_login(market.treasurer)
    page = client.get(reverse("invoicing:carrying") + "?month=2027-01").content.decode()
    assert "ตึกอำนวยการตัวอย่าง" in page
    assert reverse("invoicing:bill", args=[bill.pk]) in page
