"""A damaged copy of the books: whatever is changed behind the market's back, the page turns red and
names the row.
"""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from marketplace.common.guards import lifted
from marketplace.ledger.models import Account
from orders.invoicing.models import Document, DocumentCounter, LineSale
from orders.reconciliation.models import Application
from orders.reconciliation.services import import_and_match
from orders.settlement.models import Owed
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def market() -> Money:
    """One day lived through: accepted, billed, paid by an exact bank row, the grower paid."""
    made = money.make_money()
    made.accepted(20)
    made.account_for(made.day.daeng)
    bill = made.bill()
    data = money.statement([(FIRST_DAY, bill.open_satang, bill.reference)])
    import_and_match(by=made.treasurer, account=made.bank, file_bytes=data, filename="a.csv")
    bill.refresh_from_db()
    assert bill.is_paid
    assert money.failing() == []
    return made


def page_of(market: Money) -> str:
    browser = Client()
    browser.force_login(market.treasurer)
    return browser.get(reverse("ledger:adds-up")).content.decode()


def test_the_page_is_green_while_nothing_was_touched(market: Money) -> None:
    page = page_of(market)
    assert "ยอดตรงกันทั้ง" in page
    assert "check--bad" not in page


DAMAGES = {
    "a bill paid a satang more": (
        "UPDATE invoicing_document SET settled_satang = settled_satang - 1 WHERE kind = 'bill'",
        lambda: Document.objects.get(kind="bill").code,
    ),
    "an entry of a journal": (
        "UPDATE ledger_entry SET satang = satang + 1 WHERE id = (SELECT MIN(id) FROM ledger_entry)",
        lambda: "",
    ),
    "a balance that is remembered": (
        "UPDATE ledger_account SET balance_satang = balance_satang + 100 WHERE code LIKE 'receivable:%'",
        lambda: Account.objects.get(code__startswith="receivable:").code,
    ),
    "what a bank row was applied to": (
        "UPDATE reconciliation_application SET satang = satang - 1",
        lambda: Application.objects.values_list("document__code", flat=True).get(),
    ),
    "a line that was sold": (
        "UPDATE invoicing_linesale SET fees_satang = fees_satang + 1, value_satang = value_satang + 1",
        lambda: f"line:{LineSale.objects.get().line_id}",
    ),
    "a number that was skipped": (
        "UPDATE invoicing_documentcounter SET last = last + 1",
        lambda: DocumentCounter.objects.order_by("pk")[0].series,
    ),
    "what is printed on a bill": (
        """UPDATE invoicing_document SET content = '{"lines": []}' WHERE kind = 'bill'""",
        lambda: Document.objects.get(kind="bill").code,
    ),
    "what a grower is owed": (
        "UPDATE settlement_owed SET satang = satang + 5",
        lambda: Owed.objects.values_list("person__code", flat=True).get(),
    ),
    "a row of the bank": (
        "UPDATE reconciliation_bankrow SET in_satang = in_satang + 7 WHERE in_satang > 0",
        lambda: "",
    ),
}


@pytest.mark.parametrize("damage", list(DAMAGES))
def test_what_is_changed_behind_its_back_turns_it_red_and_is_named(
    market: Money, damage: str
) -> None:
    statement, named = DAMAGES[damage]
    with lifted(connection), connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        cursor.execute(statement)
        assert cursor.rowcount > 0
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
    page = page_of(market)
    assert "check--bad" in page
    told = re.findall(r"แถวที่ไม่ตรง</strong> (.+?)</p>", page)
    assert told
    assert any(named() in one for one in told)
