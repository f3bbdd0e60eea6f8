"""Advances, inputs, loans and savings of a grower: agreed on paper, taken from her payments."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.parties.models import Cooperative, FarmerGroup
from orders.invoicing import accounts
from orders.settlement.exceptions import OverLimit, SamePerson
from orders.settlement.models import Deduction, DeductionTaken, DeductionTerms, Voucher
from orders.settlement.services import (
    DeductionInput,
    agree_deduction,
    approve_advance,
    cancel_batch,
    close_float,
    due_of,
    end_deduction,
    fail_item,
    hand_out_advance,
    make_batch,
    open_float,
    pay_cash,
    set_terms,
)
from orders.settlement.statements import statement
from tests.support import money, people
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, MONDAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

LATER = FIRST_DAY + dt.timedelta(days=8)


@pytest.fixture
def market() -> Money:
    """ป้าแดง is owed 560 baht, due by now."""
    made = money.make_money()
    made.accepted(20)
    made.account_for(made.day.daeng)
    Cooperative.objects.update(working_capital_limit_satang=100_000)
    clock.set_clock(at(LATER))
    return made


def agree(market: Money, kind: str, satang: int | None, **rest: Any) -> Deduction:
    return agree_deduction(
        by=market.treasurer,
        wanted=DeductionInput(
            **{
                "key": uuid4().hex,
                "kind": kind,
                "person": market.day.daeng,
                "group": market.day.group,
                "what": "ปุ๋ยตัวอย่าง",
                "satang": satang,
                "paper": "หนังสือ 1",
                "signed_on": MONDAY,
                **rest,
            }
        ),
    )


def book(market: Money, prefix: str) -> int:
    return money.balance(f"{prefix}:{market.day.daeng.code}")


# ---- taken from payments -------------------------------------------------------------------------


def test_inputs_on_credit_are_taken_up_to_the_ceiling_and_the_rest_is_carried(
    market: Money,
) -> None:
    agree(market, "inputs", 20_000)
    assert book(market, "credit") == 20_000
    assert money.balance(accounts.COOP_MEMBERS) == -20_000
    batch = market.paid_batch()
    assert batch.total_satang == 56_000 - 16_800  # thirty per cent of 560 baht
    assert book(market, "credit") == 3_200
    assert money.payable(market.day.daeng, market.day.group) == 0
    assert money.balance(accounts.PAYOUT_TRANSIT) == -39_200
    assert money.failing() == []


def test_kinds_are_taken_in_the_order_set_and_instalments_bound_each(market: Money) -> None:
    set_terms(by=market.treasurer, ceiling_bp=2_000, order=["saving", "loan", "inputs", "advance"])
    agree(market, "inputs", 20_000)
    agree(market, "loan", 900_000, instalment_satang=5_000)
    agree(market, "saving", None, instalment_satang=2_000)
    batch = market.paid_batch()
    taken = {row.deduction.kind: row.satang for row in DeductionTaken.objects.all()}
    assert taken == {"saving": 2_000, "loan": 5_000, "inputs": 4_200}
    assert batch.total_satang == 56_000 - 11_200
    assert (book(market, "saving"), book(market, "loan")) == (-2_000, 895_000)
    assert money.failing() == []


def test_a_payment_that_failed_gives_back_what_it_took(market: Money) -> None:
    agree(market, "loan", 10_000)
    batch = market.paid_batch()
    assert book(market, "loan") == 0
    fail_item(by=market.treasurer, item=batch.items.get(), reason="เลขบัญชีผิด")
    assert (book(market, "loan"), money.balance(accounts.PAYOUT_TRANSIT)) == (10_000, 0)
    assert money.payable(market.day.daeng, market.day.group) == 56_000
    assert market.paid_batch().total_satang == 46_000
    assert book(market, "loan") == 0
    assert money.failing() == []


def test_a_cancelled_batch_takes_nothing_and_a_waiting_one_is_not_taken_twice(
    market: Money,
) -> None:
    agree(market, "loan", 10_000)
    batch = make_batch(by=market.treasurer)
    assert batch.total_satang == 46_000
    assert book(market, "loan") == 10_000  # in the books only once it is sent
    money.owed_to(market.day.daeng, market.day.group, market.day.cycle)
    second = make_batch(by=market.treasurer)
    assert second.total_satang == 5_600
    for one in (batch, second):
        cancel_batch(by=market.treasurer, batch=one, reason="ทำใหม่")
    assert make_batch(by=market.treasurer).total_satang == 56_000 + 5_600 - 10_000


def test_nobodys_deduction_is_paid_from_anothers_produce(market: Money) -> None:
    neighbour = market.day.somjai
    agree(market, "loan", 90_000, person=neighbour)
    FarmerGroup.objects.update(paid_to_members=False)
    due = due_of(until=LATER)[0]
    assert (due.person, due.satang, due.taken) == (None, 56_000, [])


def test_cash_is_less_what_is_taken_and_the_voucher_says_so(market: Money) -> None:
    market.account_for(market.day.daeng, "cash")
    agree(market, "inputs", 6_000)
    open_float(by=market.treasurer, counted_satang=60_000, withdrawn_satang=60_000)
    voucher = pay_cash(by=market.treasurer, payee=market.day.daeng, key="k", signed_by="แดง")
    assert voucher.satang == 50_000
    assert [row["satang"] for row in voucher.content["rows"]] == [56_000, -6_000]
    assert voucher.content["words"] == "ห้าร้อยบาทถ้วน"
    assert (book(market, "credit"), money.balance(accounts.FLOAT)) == (0, 10_000)
    assert money.failing() == []


def test_the_statement_names_each_deduction_and_still_adds_up(market: Money) -> None:
    agree(market, "inputs", 6_000)
    market.paid_batch()
    found = statement(first=FIRST_DAY, last=LATER, person=market.day.daeng)
    assert (found.earned_satang, found.taken_satang, found.paid_satang) == (56_000, 6_000, 50_000)
    assert found.closing_satang == 0
    assert [taken.deduction.what for _paid, taken in found.taken] == ["ปุ๋ยตัวอย่าง"]
    after = statement(first=LATER + dt.timedelta(days=1), last=LATER + dt.timedelta(days=30))
    assert after.opening_satang == 0


# ---- advances in cash ----------------------------------------------------------------------------


def test_an_advance_in_cash_needs_a_second_person_and_the_limit(market: Money) -> None:
    advance = agree(market, "advance", 30_000, in_cash=True)
    open_float(by=market.treasurer, counted_satang=60_000, withdrawn_satang=60_000)
    with pytest.raises(Refusal) as caught:
        hand_out_advance(by=market.treasurer, deduction=advance, key="a", signed_by="แดง")
    assert caught.value.code == "not-approved"
    with pytest.raises(SamePerson):
        approve_advance(by=market.treasurer, deduction=advance)
    approve_advance(by=market.second, deduction=advance)
    with pytest.raises(OverLimit):
        approve_advance(by=market.second, deduction=agree(market, "advance", 70_001, in_cash=True))
    for _turn in range(2):
        voucher = hand_out_advance(by=market.treasurer, deduction=advance, key="a", signed_by="แดง")
    assert Voucher.objects.get() == voucher
    assert (book(market, "ahead"), money.balance(accounts.FLOAT)) == (30_000, 30_000)
    with pytest.raises(Refusal):
        hand_out_advance(by=market.treasurer, deduction=advance, key="b", signed_by="แดง")
    assert market.paid_batch().total_satang == 56_000 - 16_800
    assert book(market, "ahead") == 13_200
    close_float(
        by=people.user("c", (market.day.cooperative, "treasurer")),
        cash_float=voucher.float,
        counted_satang=30_000,
    )
    assert money.failing() == []


def test_a_waiting_advance_takes_nothing(market: Money) -> None:
    agree(market, "advance", 30_000, in_cash=True)
    assert make_batch(by=market.treasurer).total_satang == 56_000


# ---- what is agreed ------------------------------------------------------------------------------


def test_the_same_form_is_one_agreement(market: Money) -> None:
    assert agree(market, "loan", 5_000, key="k") == agree(market, "loan", 5_000, key="k")
    assert book(market, "loan") == 5_000


@pytest.mark.parametrize(
    ("kind", "satang", "rest", "code"),
    [
        ("loan", 5_000, {"paper": " "}, "paper"),
        ("loan", 5_000, {"what": ""}, "what"),
        ("loan", 5_000, {"signed_on": LATER + dt.timedelta(days=1)}, "signed-on"),
        ("loan", None, {}, "satang"),
        ("saving", None, {}, "satang"),
        ("inputs", 5_000, {"in_cash": True}, "cash"),
    ],
)
def test_an_agreement_says_what_how_much_and_on_which_paper(
    market: Money, kind: str, satang: int | None, rest: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        agree(market, kind, satang, **rest)
    assert caught.value.code == code
    assert not Deduction.objects.exists()


def test_who_is_no_member_of_the_group_agrees_to_nothing(market: Money) -> None:
    with pytest.raises(Refusal) as caught:
        agree(market, "loan", 5_000, group=people.group("G77"))
    assert caught.value.code == "member"


def test_a_mistake_is_taken_back_until_something_was_taken(market: Money) -> None:
    wrong = agree(market, "loan", 5_000)
    end_deduction(by=market.treasurer, deduction=wrong, reason="พิมพ์ผิด", undo=True)
    assert (book(market, "loan"), money.balance(accounts.COOP_MEMBERS)) == (0, 0)
    right = agree(market, "loan", 50_000)
    market.paid_batch()
    with pytest.raises(Refusal) as caught:
        end_deduction(by=market.treasurer, deduction=right, reason="พิมพ์ผิด", undo=True)
    assert caught.value.code == "taken"
    end_deduction(by=market.treasurer, deduction=right, reason="เกษตรกรขอหยุด")
    money.owed_to(market.day.daeng, market.day.group, market.day.cycle)
    assert make_batch(by=market.treasurer).total_satang == 5_600
    assert book(market, "loan") == 50_000 - 16_800
    assert "members-deductions" not in {name for name, _detail in money.failing()}


def test_what_was_agreed_is_never_rewritten(market: Money) -> None:
    made = agree(market, "loan", 5_000)
    for change in ({"satang": 1}, {"paper": "x"}, {"person_id": 1}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Deduction.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Deduction.objects.filter(pk=made.pk).update(approved_by=market.treasurer)
    with pytest.raises(DatabaseError), transaction.atomic():
        made.delete()


def test_the_page_that_adds_up_names_a_deduction_that_the_books_do_not_have(
    market: Money,
) -> None:
    agree(market, "loan", 5_000)
    Deduction.objects.create(
        key="x",
        kind="loan",
        person=market.day.daeng,
        group=market.day.group,
        what="x",
        paper="x",
        signed_on=MONDAY,
        satang=700,
        given_at=clock.now(),
    )
    assert [name for name, _detail in money.failing()] == ["members-deductions"]


# ---- terms and pages -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ceiling", "order", "code"),
    [
        (9_001, ["saving", "loan", "inputs", "advance"], "ceiling"),
        (3_000, ["saving", "loan", "inputs"], "order"),
        (3_000, ["saving", "saving", "inputs", "loan"], "order"),
    ],
)
def test_terms_leave_something_and_name_every_kind_once(
    market: Money, ceiling: int, order: list[str], code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        set_terms(by=market.treasurer, ceiling_bp=ceiling, order=order)
    assert caught.value.code == code
    with pytest.raises(Refusal):
        set_terms(by=market.day.staff, ceiling_bp=1, order=["saving", "loan", "inputs", "advance"])
    assert not DeductionTerms.objects.exists()


def test_the_grower_sees_what_is_taken_how_much_and_in_which_order(
    client: Client, market: Money
) -> None:
    agree(market, "inputs", 20_000)
    user = people.user("daeng", (market.day.group, "grower"))
    market.day.daeng.user = user
    market.day.daeng.save()
    client.force_login(user)
    page = client.get(reverse("settlement:mine")).content.decode()
    assert "ปุ๋ยตัวอย่าง" in page
    assert "ไม่เกินร้อยละ 30" in page
    assert "1. เงินยืมล่วงหน้า" in page


def test_a_treasurer_writes_an_agreement_down_and_another_approves_it(
    client: Client, market: Money
) -> None:
    client.force_login(market.treasurer)
    member = market.day.daeng.memberships.get()
    form = {
        "key": "k",
        "member": member.pk,
        "kind": "advance",
        "what": "ค่าเมล็ดพันธุ์",
        "satang": "250",
        "instalment": "",
        "paper": "",
        "signed_on": f"{MONDAY:%d/%m}/{MONDAY.year + 543}",
        "in_cash": "on",
    }
    new = reverse("settlement:new-deduction")
    assert client.post(new, form).status_code == 422
    for _turn in range(2):
        page = client.post(new, {**form, "paper": "สัญญา 7"}, follow=True).content.decode()
    assert "รออนุมัติ" in page
    made = Deduction.objects.get()
    approve = reverse("settlement:move-deduction", args=[made.pk, "approve"])
    client.post(approve)
    made.refresh_from_db()
    assert made.approved_at is None
    client.force_login(market.second)
    assert "รอจ่ายเงินสด" in client.post(approve, follow=True).content.decode()
    assert "250.00" in client.get(reverse("settlement:cash")).content.decode()
