"""The pages of the bank as the treasurer uses them: look, import, apply; every form sent twice."""

from __future__ import annotations

import base64
import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from orders.invoicing.models import Document
from orders.invoicing.services import issue_bills
from orders.reconciliation.models import Application, BankRow, StatementFile
from orders.reconciliation.services import import_statement
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

UPLOAD = "reconciliation:upload"
PAID_ON = FIRST_DAY + dt.timedelta(days=9)


@pytest.fixture
def market(client: Client) -> Money:
    made = money.make_money()
    client.force_login(made.treasurer)
    return made


def bill(market: Money, satang: int = 84_000) -> Document:
    sale = money.sale_for(market.day.site, market.day.cycle, satang)
    return issue_bills(by=None, buyer=market.day.hospital, deliveries=[sale.delivery])[0]


def send(client: Client, market: Money, data: bytes, **also: str) -> str:
    """Send a file to the import page; what the page that comes says."""
    answer = client.post(
        reverse(UPLOAD),
        {"account": market.bank.pk, "file": SimpleUploadedFile("a.csv", data), **also},
        follow=True,
    )
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_file_is_looked_at_and_then_imported_without_choosing_it_again(
    client: Client, market: Money
) -> None:
    found = bill(market)
    data = money.statement([(PAID_ON, 84_000, found.reference)], encoding="cp874")
    page = send(client, market, data, look="1")
    assert not BankRow.objects.exists()
    kept = re.search(r'name="kept" value="([^"]+)"', page)
    assert kept is not None
    assert base64.b64decode(kept[1]) == data
    form = {"account": market.bank.pk, "kept": kept[1], "kept_name": "a.csv"}
    answer = client.post(reverse(UPLOAD), form, follow=True)
    assert "ใหม่ 1 จาก 1 แถว ตัดเอง 1 แถว" in answer.content.decode()
    found.refresh_from_db()
    assert found.is_paid
    assert StatementFile.objects.get().filename == "a.csv"


def test_a_file_that_was_read_before_is_told_so(client: Client, market: Money) -> None:
    data = money.statement([(PAID_ON, 84_000, "โอน"), (PAID_ON, 1_000, "โอน")])
    assert "ใหม่ 2 จาก 2 แถว" in send(client, market, data)
    again = send(client, market, data)
    assert "ใหม่ 0 จาก 2 แถว" in again
    assert "ใหม่ 2 จาก 2 แถว" not in again
    assert BankRow.objects.count() == 2


def test_a_broken_file_shows_row_and_column_and_saves_nothing(
    client: Client, market: Money
) -> None:
    text = money.statement([(PAID_ON, 84_000, "โอน")]).decode("utf-8-sig")
    page = send(client, market, text.replace('"840.00"', '"84O.00"').encode())
    assert "ฝากเงิน" in page
    assert re.search(r">\s*5\s*<", page)
    assert not StatementFile.objects.exists()


def test_a_file_of_another_account_is_refused_on_the_page(client: Client, market: Money) -> None:
    page = send(client, market, money.statement([(PAID_ON, 1, "โอน")], number="9876543210"))
    assert "ไฟล์นี้เป็นของบัญชีอื่น" in page
    assert not BankRow.objects.exists()


def test_a_damaged_kept_file_is_no_error(client: Client, market: Money) -> None:
    answer = client.post(reverse(UPLOAD), {"account": market.bank.pk, "kept": "%%%"})
    assert answer.status_code == 200
    assert not StatementFile.objects.exists()


def arrive(market: Money, satang: int, words: str = "โอน") -> BankRow:
    data = money.statement([(PAID_ON, satang, words)])
    import_statement(by=None, account=market.bank, file_bytes=data, filename="a.csv")
    return BankRow.objects.get()


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the form that applies a row."""
    form = page[page.index("data-apply") :]
    form = form[: form.index("</form>")]
    return dict(re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', form))


def test_a_part_applied_by_a_form_sent_twice_is_applied_once(client: Client, market: Money) -> None:
    found, row = bill(market), arrive(market, 84_000)
    address = reverse("reconciliation:row", args=[row.pk])
    form = {**hidden(client.get(address).content.decode()), f"pay_{found.pk}": "100"}
    first = client.post(address, form)
    second = client.post(address, form, follow=True)
    assert first.status_code == 302
    assert "แถวนี้ถูกตัดไปแล้วหลังเปิดหน้านี้" in second.content.decode()
    assert Application.objects.get().satang == 10_000
    found.refresh_from_db()
    assert found.settled_satang == 10_000
    form = {**hidden(client.get(address).content.decode()), f"pay_{found.pk}": "100"}
    client.post(address, form)
    assert Application.objects.count() == 2


def test_an_offered_answer_accepted_twice_is_applied_once(client: Client, market: Money) -> None:
    found, row = bill(market, 50_000), arrive(market, 84_000, "โรงพยาบาลตัวอย่าง")
    queue = client.get(reverse("reconciliation:queue")).content.decode()
    assert 'name="seen" value="0"' in queue
    form = {"other": "suspense", "amount": "100", "seen": "0"}
    address = reverse("reconciliation:row", args=[row.pk])
    for _turn in range(2):
        client.post(address, form)
    assert Application.objects.get().satang == 10_000
    found.refresh_from_db()
    assert found.settled_satang == 0


def test_what_cannot_be_applied_is_said_on_the_form(client: Client, market: Money) -> None:
    found, row = bill(market), arrive(market, 50_000)
    page = client.post(
        reverse("reconciliation:row", args=[row.pk]), {f"pay_{found.pk}": "600"}
    ).content.decode()
    assert "เหลือให้ตัดอีก 500.00 บาท" in page
    assert not Application.objects.exists()


@pytest.mark.parametrize("pay", ["", "0"], ids=["empty", "nought"])
def test_tax_typed_without_a_payment_is_asked_about_and_nothing_is_applied(
    client: Client, market: Money, pay: str
) -> None:
    found, row = bill(market), arrive(market, 84_000)
    address = reverse("reconciliation:row", args=[row.pk])
    form = {f"pay_{found.pk}": pay, f"tax_{found.pk}": "8.40", "other": "suspense"}
    page = client.post(address, form).content.decode()
    assert "ใส่ยอดรับชำระของบิลนี้ด้วย" in page
    assert 'value="8.40"' in page
    assert not Application.objects.exists()
    client.post(address, {f"pay_{found.pk}": "831.60", f"tax_{found.pk}": "8.40"})
    made = Application.objects.get()
    assert (made.satang, made.withheld_satang) == (83_160, 840)


def test_an_application_is_undone_on_the_page_and_again_without_harm(
    client: Client, market: Money
) -> None:
    found, row = bill(market), arrive(market, 84_000)
    client.post(reverse("reconciliation:row", args=[row.pk]), {f"pay_{found.pk}": "840"})
    made = Application.objects.get()
    for _turn in range(2):
        answer = client.post(reverse("reconciliation:undo", args=[made.pk]), {"reason": "ผิดบิล"})
        assert answer.status_code == 302
    row.refresh_from_db()
    assert row.open_satang == 84_000


def passbook(satang: str, balance: str) -> dict[str, str]:
    """The typed page of a passbook with one row."""
    return {
        "r-TOTAL_FORMS": "1",
        "r-INITIAL_FORMS": "0",
        "r-0-day": "11/1/2570",
        "r-0-into": satang,
        "r-0-balance": balance,
    }


def test_a_typed_balance_that_does_not_agree_is_told_at_its_row(
    client: Client, market: Money
) -> None:
    address = reverse("reconciliation:passbook")
    page = client.post(address, passbook("840", "100,480.00")).content.decode()
    assert "ควรเป็น 100,840.00 แต่พิมพ์ 100,480.00" in page
    assert not BankRow.objects.exists()
    for _turn in range(2):
        assert client.post(address, passbook("840", "100,840.00")).status_code == 302
    assert BankRow.objects.get().in_satang == 84_000
