"""Fifty threads that issue and void documents at once, some giving up half-way: on PostgreSQL no number
is lost, none is given twice, and what is void stays.
"""

from __future__ import annotations

import random
import threading
from typing import Any

import pytest
from django.db import connection

from marketplace.common import clock
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.services import recompute
from orders.invoicing.models import Document, DocumentCounter
from orders.invoicing.services import issue_billing_note, issue_bills, void_documents
from orders.models import Delivery
from tests.support import money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.postgres]

THREADS = 50
EACH = 3


class GaveUp(Exception):
    """The work of one thread was cut before its end."""


def issue_some(seed: int, deliveries: list[int], errors: list[BaseException]) -> None:
    """Bill deliveries, put each bill on a billing note, void some; every third try is undone."""
    chance = random.Random(seed)
    try:
        clock.set_clock(at(FIRST_DAY))
        for pk in deliveries:
            delivery = Delivery.objects.select_related("order__buyer").get(pk=pk)
            buyer = delivery.order.buyer
            while True:
                try:
                    with unit_of_work():
                        (bill,) = issue_bills(by=None, buyer=buyer, deliveries=[delivery])
                        note = issue_billing_note(by=None, buyer=buyer, bills=[bill])
                        if chance.random() < 0.3:
                            raise GaveUp
                    break
                except GaveUp:
                    continue
            if chance.random() < 0.3:
                void_documents(by=None, documents=[note], reason="ตัวอย่าง")
                void_documents(by=None, documents=[bill], reason="ตัวอย่าง")
    except BaseException as error:  # noqa: BLE001 (told to the test)
        errors.append(error)
    finally:
        connection.close()


def test_fifty_threads_leave_no_gap_and_no_double(committed_db: Any) -> None:
    market = money.make_money()
    day = market.day
    plans = [
        [
            money.sale_for((day.site, day.hotel_site)[seed % 2], day.cycle).delivery_id
            for _turn in range(EACH)
        ]
        for seed in range(THREADS)
    ]
    errors: list[BaseException] = []
    threads = [
        threading.Thread(target=issue_some, args=(seed, plan, errors))
        for seed, plan in enumerate(plans)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    for kind in ("bill", "billing_note"):
        listed = Document.objects.filter(kind=kind)
        numbers = sorted(listed.values_list("number", flat=True))
        assert numbers == list(range(1, THREADS * EACH + 1))
        assert listed.filter(state="void").exists()
        series = listed.values_list("series", flat=True)[0]
        assert DocumentCounter.objects.get(series=series).last == THREADS * EACH
    assert recompute() == {}
    void = Document.objects.filter(kind="bill", state="void").count()
    standing = THREADS * EACH - void
    assert (
        money.balance(f"receivable:{day.hospital.code}")
        + money.balance(f"receivable:{day.hotel.code}")
        == standing * 84_000
    )
