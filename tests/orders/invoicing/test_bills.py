"""Bills through the services: numbers without a gap, each delivery billed once, nothing rewritten."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Journal
from marketplace.parties.models import BillingPlan, Buyer
from orders.invoicing.exceptions import (
    AlreadyBilled,
    NothingToBill,
    NotVoidable,
    TooMuchForDocument,
)
from orders.invoicing.models import DeliverySale, Document, DocumentSale
from orders.invoicing.services import (
    draw_numbers,
    issue_bills,
    settle_documents,
    void_documents,
)
from orders.invoicing.services.documents import content_hash
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.fixture
def market() -> Money:
    return money.make_money()


def some_sales(market: Money, count: int) -> list[DeliverySale]:
    """Accepted deliveries of one day, not yet billed."""
    return [money.sale_for(market.day.site, market.day.cycle) for _turn in range(count)]


def issue_one(market: Money, sale: DeliverySale, day: dt.date = FIRST_DAY) -> Document:
    """The bill of one delivery."""
    return issue_bills(
        by=market.treasurer, buyer=market.day.hospital, deliveries=[sale.delivery], day=day
    )[0]


def refuse_after(market: Money, sale: DeliverySale) -> None:
    """Issue a bill in a unit of work that fails afterwards."""
    with unit_of_work():
        issue_one(market, sale)
        raise ConnectionError


def test_a_number_that_was_drawn_and_undone_is_drawn_again(market: Money) -> None:
    first, second, third = some_sales(market, 3)
    assert issue_one(market, first).number == 1
    with pytest.raises(ConnectionError):
        refuse_after(market, second)
    assert issue_one(market, third).number == 2
    assert issue_one(market, second).number == 3
    assert money.balance(f"receivable:{market.day.hospital.code}") == 3 * 84_000


def test_numbers_run_by_series_branch_and_buddhist_year() -> None:
    def draw(series: str = "INV", branch: str = "", year: int = 2570, count: int = 1) -> list[int]:
        return draw_numbers(series=series, branch=branch, year_be=year, count=count)

    assert draw(count=3) == [1, 2, 3]
    assert draw() == [4]
    assert draw(series="RV") == draw(branch="00001") == draw(year=2571) == [1]
    assert draw() == [5]


def test_the_first_bill_of_a_year_is_number_one(market: Money) -> None:
    old, new = some_sales(market, 2)
    assert issue_one(market, old, dt.date(2027, 12, 31)).code == "INV-2570-000001"
    assert issue_one(market, new, dt.date(2028, 1, 1)).code == "INV-2571-000001"


def test_each_delivery_is_billed_once(market: Money) -> None:
    sales = some_sales(market, 2)
    bill = market.bill()
    assert {row.sale_id for row in bill.sales.all()} == {sale.pk for sale in sales}
    assert bill.total_satang == 168_000
    with pytest.raises(NothingToBill):
        market.bill()
    with pytest.raises(AlreadyBilled):
        issue_one(market, sales[0])
    assert Document.objects.count() == 1
    assert money.balance(f"receivable:{market.day.hospital.code}") == 168_000


def test_a_delivery_billed_before_stops_the_whole_bill(market: Money) -> None:
    first, second = some_sales(market, 2)
    issue_one(market, first)
    with pytest.raises(AlreadyBilled):
        issue_bills(
            by=None, buyer=market.day.hospital, deliveries=[first.delivery, second.delivery]
        )
    assert list(DeliverySale.objects.unbilled()) == [second]
    assert issue_one(market, second).number == 2


def test_the_database_itself_refuses_a_second_bill_of_a_delivery(market: Money) -> None:
    first, second = some_sales(market, 2)
    issue_one(market, first)
    other = issue_one(market, second)
    with pytest.raises(DatabaseError), transaction.atomic():
        DocumentSale.objects.create(document=other, sale=first)


def test_deliveries_of_another_month_or_buyer_stay_unbilled(market: Money) -> None:
    (mine,) = some_sales(market, 1)
    theirs = money.sale_for(market.day.hotel_site, market.day.cycle)
    with pytest.raises(NothingToBill):
        issue_bills(by=None, buyer=market.day.hospital, month=dt.date(2027, 2, 1))
    with pytest.raises(NothingToBill):
        issue_bills(by=None, buyer=market.day.hospital, deliveries=[theirs.delivery])
    assert market.bill().sales.get().sale == mine
    assert list(DeliverySale.objects.unbilled()) == [theirs]


def test_a_delivery_worth_nothing_is_not_billed(market: Money) -> None:
    money.sale_for(market.day.site, market.day.cycle, satang=0)
    with pytest.raises(NothingToBill):
        market.bill()


def test_a_bill_for_each_delivery_when_the_buyer_asks_for_it(market: Money) -> None:
    Buyer.objects.filter(pk=market.day.hospital.pk).update(billing_plan=BillingPlan.PER_DELIVERY)
    market.day.hospital.refresh_from_db()
    some_sales(market, 3)
    bills = issue_bills(by=None, buyer=market.day.hospital, month=FIRST_DAY)
    assert [bill.number for bill in bills] == [1, 2, 3]
    assert [bill.sales.count() for bill in bills] == [1, 1, 1]


def test_neither_or_both_ways_of_asking_is_a_defect(market: Money) -> None:
    (sale,) = some_sales(market, 1)
    with pytest.raises(ValueError, match="deliveries or a month"):
        issue_bills(by=None, buyer=market.day.hospital)
    with pytest.raises(ValueError, match="deliveries or a month"):
        issue_bills(by=None, buyer=market.day.hospital, deliveries=[sale.delivery], month=FIRST_DAY)


def paper(client: Client, bill: Document) -> str:
    """What the paper of a bill says, without the page around it."""
    page = client.get(reverse("invoicing:bill", args=[bill.pk])).content.decode()
    return page[page.index("<main") : page.index("</main>")].split("csrfmiddlewaretoken")[0]


def test_a_bill_is_printed_again_as_it_was(client: Client, market: Money) -> None:
    market.accepted(20)
    bill = market.bill()
    client.force_login(market.treasurer)
    before = paper(client, bill)
    assert market.day.hospital.name_th in before
    Buyer.objects.filter(pk=market.day.hospital.pk).update(address="99 ถนนใหม่ตัวอย่าง", tax_id="1")
    market.day.kale.title = "ชื่อใหม่ตัวอย่าง"
    market.day.kale.save()
    clock.set_clock(at(FIRST_DAY))
    assert paper(client, bill) == before
    bill.refresh_from_db()
    assert bill.sha256 == content_hash(bill.content)


@pytest.mark.parametrize(
    "values",
    [
        {"content": {}},
        {"total_satang": 1, "goods_satang": 1},
        {"number": 9},
        {"code": "INV-2570-000009"},
        {"day": dt.date(2027, 1, 1)},
        {"sha256": "0" * 64},
    ],
    ids=lambda values: next(iter(values)),
)
def test_what_was_issued_cannot_be_rewritten(market: Money, values: dict[str, object]) -> None:
    some_sales(market, 1)
    bill = market.bill()
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=bill.pk).update(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=bill.pk)._raw_delete("default")  # type: ignore[attr-defined]
    assert content_hash(Document.objects.get().content) == bill.sha256


def test_a_void_bill_keeps_its_number_and_frees_its_deliveries(market: Money) -> None:
    market.accepted(20)
    bill = market.bill()
    content = bill.content
    void_documents(by=market.treasurer, documents=[bill], reason="ชื่อผู้ซื้อผิด")
    bill.refresh_from_db()
    assert (bill.state, bill.code, bill.open_satang) == ("void", "INV-2570-000001", 0)
    assert bill.content == content
    assert bill.void_reason == "ชื่อผู้ซื้อผิด"
    hospital = market.day.hospital
    assert money.balance(f"receivable:{hospital.code}") == 0
    assert money.balance(f"unbilled:{hospital.code}") == 84_000
    again = market.bill()
    assert (again.code, again.total_satang) == ("INV-2570-000002", 84_000)
    assert money.balance(f"receivable:{hospital.code}") == 84_000
    assert money.failing() == []


def test_a_bill_is_voided_once(market: Money) -> None:
    some_sales(market, 1)
    bill = market.bill()
    void_documents(by=None, documents=[bill], reason="ผิด")
    with pytest.raises(NotVoidable):
        void_documents(by=None, documents=[bill], reason="ผิดอีก")
    bill.refresh_from_db()
    assert bill.void_reason == "ผิด"
    assert Journal.objects.filter(reverses__isnull=False).count() == 1


def test_a_bill_with_money_on_it_is_not_voided_and_none_beside_it(market: Money) -> None:
    paid, open_one = (issue_one(market, sale) for sale in some_sales(market, 2))
    settle_documents(by=None, amounts={paid.pk: 1})
    with pytest.raises(NotVoidable):
        void_documents(by=None, documents=[open_one, paid], reason="ผิด")
    open_one.refresh_from_db()
    assert open_one.state == "issued"


def test_no_more_is_counted_on_a_bill_than_is_open(market: Money) -> None:
    some_sales(market, 1)
    bill = market.bill()
    with pytest.raises(TooMuchForDocument):
        settle_documents(by=None, amounts={bill.pk: 84_001})
    settle_documents(by=None, amounts={bill.pk: 84_000})
    with pytest.raises(TooMuchForDocument):
        settle_documents(by=None, amounts={bill.pk: 1})
    bill.refresh_from_db()
    assert bill.is_paid


def test_no_money_is_counted_on_a_void_bill(market: Money) -> None:
    some_sales(market, 1)
    bill = market.bill()
    void_documents(by=None, documents=[bill], reason="ผิด")
    with pytest.raises(TooMuchForDocument):
        settle_documents(by=None, amounts={bill.pk: 84_000})


def test_the_page_that_issues_a_month_may_be_sent_twice(client: Client, market: Money) -> None:
    market.accepted(20)
    client.force_login(market.treasurer)
    for _turn in range(2):
        answer = client.post(reverse("invoicing:issue"), {"month": "2027-01"})
        assert answer.status_code == 302
    assert Document.objects.count() == 1


def test_the_page_that_voids_asks_why_and_says_when_it_is_too_late(
    client: Client, market: Money
) -> None:
    market.accepted(20)
    bill = market.bill()
    client.force_login(market.treasurer)
    address = reverse("invoicing:void", args=[bill.pk])
    client.post(address, {"reason": ""})
    bill.refresh_from_db()
    assert bill.state == "issued"
    settle_documents(by=None, amounts={bill.pk: 84_000})
    answer = client.post(address, {"reason": "ผิด"}, follow=True)
    assert "ยกเลิกการตัดชำระก่อน" in answer.content.decode()
    bill.refresh_from_db()
    assert bill.state == "issued"
