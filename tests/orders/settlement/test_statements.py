"""What a statement says of goods, fees, rejections and payments, and questions about its lines."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from catalogue.supply.models import OfferShare
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from orders.fulfilment.models import HarvestNotice, NoticeRow
from orders.settlement.models import Owed, StatementNote
from orders.settlement.services import answer_note, question_line
from orders.settlement.statements import statement
from tests.support import money, people
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, KG, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

LATER = FIRST_DAY + dt.timedelta(days=8)


@pytest.fixture
def market() -> Money:
    """ป้าแดง brought 18 of the 20 kilograms asked for; the hospital took 15 of them."""
    made = money.make_money()
    made.accepted(20, brought=18, accepted=15, rejected=3, cause="quality")
    made.account_for(made.day.daeng)
    notice, _new = HarvestNotice.objects.get_or_create(cycle=made.day.cycle, group=made.day.group)
    NoticeRow.objects.update_or_create(
        notice=notice,
        share=OfferShare.objects.get(person=made.day.daeng),
        defaults={
            "person": made.day.daeng,
            "product": made.day.kale,
            "grade": "A",
            "qty": 20 * KG,
        },
    )
    clock.set_clock(at(LATER))
    return made


def test_goods_fees_and_troubles_stand_on_the_statement_of_the_grower_and_her_group(
    market: Money,
) -> None:
    for whose in ({"person": market.day.daeng}, {"group": market.day.group}):
        found = statement(first=FIRST_DAY, last=LATER, **whose)
        (goods,) = found.products
        assert (str(goods.product), goods.grade, goods.qty) == ("คะน้า", "A", 18 * KG)
        assert goods.satang == found.earned_satang == 18 * 2800
        # ten baht of named fees on each kilogram the hospital took
        assert sum(satang for _kind, satang in found.fees) == 15 * 1000
        assert [(row.what, row.qty) for row in found.troubles] == [
            ("ขาด", 2 * KG),
            ("ไม่รับ", 3 * KG),
        ]
        assert "คุณภาพไม่ถึง" in found.troubles[1].reason


def test_another_grower_has_none_of_it(market: Money) -> None:
    found = statement(first=FIRST_DAY, last=LATER, person=market.day.somjai)
    assert (found.products, found.fees, found.troubles) == ([], [], [])
    assert found.closing_satang == 0


def test_what_is_carried_over_is_what_the_next_statement_begins_with(market: Money) -> None:
    first = statement(first=FIRST_DAY, last=LATER, person=market.day.daeng)
    market.paid_batch()
    next_day = LATER + dt.timedelta(days=1)
    paid = statement(first=FIRST_DAY, last=LATER, person=market.day.daeng)
    after = statement(first=next_day, last=next_day, person=market.day.daeng)
    assert first.closing_satang == 18 * 2800
    assert paid.closing_satang == after.opening_satang == 0


# ---- questions -----------------------------------------------------------------------------------


def test_only_the_grower_and_her_coordinator_question_a_line(market: Money) -> None:
    owed = Owed.objects.first()
    assert owed is not None
    with pytest.raises(Refusal) as caught:
        question_line(by=market.treasurer, owed=owed, text="ไม่ตรง")
    assert caught.value.code == "not-yours"
    with pytest.raises(Refusal):
        question_line(by=market.day.coordinator, owed=owed, text=" ")
    for _turn in range(2):
        note = question_line(by=market.day.coordinator, owed=owed, text="ชั่งได้ 20 กก.")
    assert StatementNote.objects.get() == note
    with pytest.raises(Refusal):
        answer_note(by=market.day.coordinator, note=note, answer="ใช่")
    for _turn in range(2):
        answer_note(by=market.treasurer, note=note, answer="ดูใบชั่งแล้ว 18 กก.")
    with pytest.raises(Refusal) as caught:
        answer_note(by=market.second, note=note, answer="อีกแบบ")
    assert caught.value.code == "answered"


def test_a_question_is_never_rewritten(market: Money) -> None:
    owed = Owed.objects.first()
    assert owed is not None
    note = question_line(by=market.day.coordinator, owed=owed, text="ไม่ตรง")
    for change in ({"text": "ตรง"}, {"answer": "ตอบ"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            StatementNote.objects.filter(pk=note.pk).update(**change)


def test_a_grower_questions_a_line_and_reads_the_answer_on_her_statement(
    client: Client, market: Money
) -> None:
    owed = Owed.objects.first()
    assert owed is not None
    user = people.user("daeng", (market.day.group, "grower"))
    market.day.daeng.user = user
    market.day.daeng.save()
    client.force_login(user)
    client.post(reverse("settlement:question", args=[owed.pk]), {"text": "ได้ 20 กก."})
    client.force_login(market.treasurer)
    assert "ได้ 20 กก." in client.get(reverse("settlement:notes")).content.decode()
    note = StatementNote.objects.get()
    client.post(reverse("settlement:answer-note", args=[note.pk]), {"answer": "ใบชั่ง 18 กก."})
    client.force_login(user)
    page = client.get(
        reverse("settlement:person", args=[market.day.daeng.pk]), {"month": f"{FIRST_DAY:%Y-%m}"}
    ).content.decode()
    assert "ใบชั่ง 18 กก." in page
    assert "ไม่รับ" in page
