"""From the scale to the payout, through every step that moves money."""

from __future__ import annotations

import datetime as dt

import pytest

from marketplace.common import clock
from orders.fulfilment.models import Acceptance
from orders.invoicing.models import Document, LineSale
from orders.invoicing.services import sell_deliveries, take_in_lots
from orders.reconciliation.services import import_statement, match_automatically
from orders.settlement.models import Owed, PayoutBatch
from orders.settlement.services import pay_batch
from tests.support import money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


def test_a_delivery_is_paid_for_and_the_grower_is_paid() -> None:
    market = money.make_money()
    sale = market.accepted(20)
    day = market.day
    assert sale.total_satang == 20 * 4200
    assert money.payable(day.daeng, day.group) == 20 * 2800
    assert money.in_hand() == 0
    line = LineSale.objects.get()
    assert (line.farm_gate_satang, line.fees_satang, line.pool_satang) == (56_000, 20_000, 8_000)
    assert line.shrinkage_satang == 0
    bill = market.bill()
    assert (bill.code, bill.total_satang) == ("INV-2570-000001", 84_000)
    assert money.balance(f"receivable:{day.hospital.code}") == 84_000
    assert money.balance(f"unbilled:{day.hospital.code}") == 0

    clock.set_clock(at(FIRST_DAY + dt.timedelta(days=8)))
    market.account_for(day.daeng)
    batch = market.paid_batch()
    assert batch.state == PayoutBatch.State.SENT
    assert money.payable(day.daeng, day.group) == 0
    paid_on = FIRST_DAY + dt.timedelta(days=9)
    file = money.statement(
        [(paid_on, 84_000, f"BILL {bill.reference}"), (paid_on, -56_000, "โอนออก")]
    )
    import_statement(by=market.treasurer, account=market.bank, file_bytes=file, filename="a.csv")
    assert len(match_automatically(account=market.bank)) == 1
    pay_batch(by=market.treasurer, batch=batch, row=market.bank.rows.get(out_satang=56_000))
    batch.refresh_from_db()
    bill = Document.objects.get()
    assert batch.state == PayoutBatch.State.DONE
    assert bill.is_paid
    assert bill.settled_day == paid_on
    assert money.balance(market.bank.ledger_code) == 10_000_000 + 28_000
    assert money.failing() == []


def test_telling_an_event_again_changes_nothing() -> None:
    market = money.make_money()
    market.accepted(20)
    take_in_lots(by=None, lots=[money.lot()])
    sell_deliveries(by=None, acceptances=list(Acceptance.objects.all()))
    assert Owed.objects.count() == 1
    assert money.payable(market.day.daeng, market.day.group) == 56_000
    assert money.failing() == []
