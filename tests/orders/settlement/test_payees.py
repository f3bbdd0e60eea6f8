"""Where a payee's money goes: her own account, a relative's with her consent, or cash."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from marketplace.audit.models import AuditEntry
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.parties.models import FarmerGroup, PayoutAccount
from marketplace.parties.services import PayoutAccountInput
from orders.settlement.models import PayeeConsent
from orders.settlement.services import ConsentInput, make_batch, set_payee
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, MONDAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

SIGNED = MONDAY
LATER = FIRST_DAY + dt.timedelta(days=8)
CONSENT = ConsentInput("ลูกสาว", "หนังสือยินยอม ตัวอย่าง 1", SIGNED)


@pytest.fixture
def market() -> Money:
    return money.make_money()


def daughters(market: Money, number: str = "1112223334") -> PayoutAccountInput:
    return PayoutAccountInput(
        method="bank",
        person=market.day.daeng,
        bank="ธนาคารตัวอย่าง",
        number=number,
        holder_name="นก ตัวอย่าง",
    )


def test_a_relatives_account_is_paid_with_the_consent_named_on_the_payment(market: Money) -> None:
    market.accepted(20)
    set_payee(by=market.treasurer, account=daughters(market), consent=CONSENT)
    clock.set_clock(at(LATER))
    item = make_batch(by=market.treasurer).items.get()
    assert (item.holder_name, item.relation) == ("นก ตัวอย่าง", "ลูกสาว")
    entry = AuditEntry.objects.get(action="settlement.payee.consent")
    assert entry.data["signed_on"] == SIGNED.isoformat()
    assert "1112223334" not in str(list(AuditEntry.objects.values_list("data", flat=True)))


def test_the_same_consent_again_writes_nothing(market: Money) -> None:
    for _turn in range(2):
        set_payee(by=market.treasurer, account=daughters(market), consent=CONSENT)
    assert PayeeConsent.objects.count() == 1
    assert PayoutAccount.objects.count() == 1


@pytest.mark.parametrize(
    ("consent", "code"),
    [
        (ConsentInput(" ", "กระดาษ", SIGNED), "relation"),
        (ConsentInput("ลูกสาว", "", SIGNED), "paper"),
        (ConsentInput("ลูกสาว", "กระดาษ", None), "signed-on"),
        (ConsentInput("ลูกสาว", "กระดาษ", LATER + dt.timedelta(days=1)), "signed-on"),
    ],
    ids=["no relation", "no paper", "no day", "a day to come"],
)
def test_a_relatives_account_needs_the_whole_consent(
    market: Money, consent: ConsentInput, code: str
) -> None:
    with pytest.raises(Refusal) as caught:
        set_payee(by=market.treasurer, account=daughters(market), consent=consent)
    assert caught.value.code == code
    assert not PayoutAccount.objects.exists()


def test_a_groups_account_is_nobodys_relatives(market: Money) -> None:
    account = PayoutAccountInput("bank", None, market.day.group, "ธกส.", "1234567890", "กลุ่ม")
    with pytest.raises(Refusal):
        set_payee(by=market.treasurer, account=account, consent=CONSENT)


def test_only_a_treasurer_sets_where_money_goes(market: Money) -> None:
    with pytest.raises(Refusal):
        set_payee(by=market.day.staff, account=daughters(market), consent=CONSENT)
    assert not PayeeConsent.objects.exists()


def test_a_consent_is_never_rewritten(market: Money) -> None:
    set_payee(by=market.treasurer, account=daughters(market), consent=CONSENT)
    with pytest.raises(DatabaseError), transaction.atomic():
        PayeeConsent.objects.update(relation="สามี")
    with pytest.raises(DatabaseError), transaction.atomic():
        PayeeConsent.objects.create(
            account=PayoutAccount.objects.get(), relation="สามี", signed_on=SIGNED
        )


def test_a_group_that_shares_out_itself_is_one_payee(market: Money) -> None:
    market.accepted(20)
    FarmerGroup.objects.update(paid_to_members=False)
    set_payee(
        by=market.treasurer,
        account=PayoutAccountInput("promptpay", None, market.day.group, "", "0812345678", ""),
    )
    clock.set_clock(at(LATER))
    item = make_batch(by=market.treasurer, method="promptpay").items.get()
    assert (item.person, item.group.pk, item.satang) == (None, market.day.group.pk, 56_000)


def test_the_treasurer_sets_a_relatives_account_and_sees_four_digits(
    client: Client, market: Money
) -> None:
    client.force_login(market.treasurer)
    address = reverse("settlement:person-payee", args=[market.day.daeng.pk])
    form = {
        "method": "bank",
        "bank": "ธนาคารตัวอย่าง",
        "number": "111-2-22333-4",
        "holder_name": "นก ตัวอย่าง",
        "whose": "relative",
        "relation": "ลูกสาว",
        "paper": "",
        "signed_on": f"{SIGNED:%d/%m}/{SIGNED.year + 543}",
    }
    refused = client.post(address, form)
    assert refused.status_code == 422
    assert "111-2-22333-4" in refused.content.decode()  # what was typed is not lost
    page = client.post(address, {**form, "paper": "หนังสือ 1"}, follow=True).content.decode()
    assert "•••3334" in page
    assert "บัญชีของลูกสาว" in page
    assert "1112223334" not in page
