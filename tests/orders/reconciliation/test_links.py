"""A link joins row, document and journal and adds up; what else a row can clear; who paid."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from marketplace.common.exceptions import Refusal
from marketplace.ledger.models import Journal
from marketplace.ledger.rules import EntryInput, JournalInput
from marketplace.ledger.services import open_accounts, post
from orders.gateway.models import Payout
from orders.invoicing import accounts
from orders.invoicing.models import Document
from orders.invoicing.services import issue_bills
from orders.reconciliation.models import Application, BankRow, PayerRule
from orders.reconciliation.services import (
    ApplicationInput,
    apply_row,
    end_payer,
    import_statement,
    match_automatically,
    note_row,
    set_bank_account,
    set_payer,
    undo_application,
)
from orders.reconciliation.services.deciding import decide
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY

pytestmark = pytest.mark.django_db
everywhere = pytest.mark.everywhere

PAID_ON = FIRST_DAY + dt.timedelta(days=9)


@pytest.fixture
def market() -> Money:
    return money.make_money()


def bill(market: Money, satang: int = 84_000) -> Document:
    sale = money.sale_for(market.day.site, market.day.cycle, satang)
    return issue_bills(by=None, buyer=market.day.hospital, deliveries=[sale.delivery])[0]


def arrive(market: Money, *rows: tuple[int, str]) -> list[BankRow]:
    data = money.statement([(PAID_ON, satang, words) for satang, words in rows])
    import_statement(by=None, account=market.bank, file_bytes=data, filename="a.csv")
    return list(BankRow.objects.order_by("place"))


def applied(market: Money) -> Application:
    found = bill(market)
    (row,) = arrive(market, (84_000, "โอน"))
    return apply_row(
        by=market.treasurer, row=row, applications=[ApplicationInput(84_000, document=found)]
    )[0]


@everywhere
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE reconciliation_bankrow SET applied_satang = 83999",
        "UPDATE reconciliation_bankrow SET applied_satang = 0",
        "UPDATE reconciliation_application SET journal_id = NULL",
        (
            "UPDATE reconciliation_application SET journal_id ="
            " (SELECT id FROM ledger_journal WHERE event = 'bank.opened')"
        ),
        "UPDATE reconciliation_application SET satang = 1",
        "UPDATE reconciliation_application SET fee_satang = 1",
        "UPDATE reconciliation_application SET reversal_id = journal_id",
        "UPDATE reconciliation_application SET undone_at = at",
        "DELETE FROM reconciliation_application",
    ],
)
def test_a_link_that_does_not_add_up_is_refused_by_the_database(market: Money, attack: str) -> None:
    applied(market)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


@everywhere
def test_undoing_names_the_reversal_of_its_own_journal(market: Money) -> None:
    made = undo_application(by=market.treasurer, application=applied(market), reason="ผิด")
    assert made.reversal is not None
    assert made.reversal.reverses == made.journal
    assert made.row.applied_satang == 0 or BankRow.objects.get().applied_satang == 0


@everywhere
def test_a_payment_short_by_the_banks_fee_is_suggested_and_booked(market: Money) -> None:
    found = bill(market)
    set_bank_account(by=None, account=market.bank, profile=None, fee_tolerance_satang=1_000)
    market.bank.refresh_from_db()
    (row,) = arrive(market, (83_000, found.reference))
    assert match_automatically(account=market.bank) == []
    suggestion = decide([row])[row.pk]
    assert isinstance(suggestion, tuple)
    assert (suggestion[0].kind, suggestion[0].fee_satang) == ("fee_netted", 1_000)
    with pytest.raises(Refusal) as caught:
        apply_row(
            by=market.treasurer,
            row=row,
            applications=[ApplicationInput(82_000, document=found, fee_satang=2_000)],
        )
    assert caught.value.code == "over-fee"
    (made,) = apply_row(
        by=market.treasurer,
        row=row,
        applications=[ApplicationInput(83_000, document=found, fee_satang=1_000)],
    )
    found.refresh_from_db()
    assert found.is_paid
    assert money.balance(accounts.BANK_FEE) == 1_000
    undo_application(by=market.treasurer, application=made)
    found.refresh_from_db()
    assert (found.open_satang, money.balance(accounts.BANK_FEE)) == (84_000, 0)


def sent_by_stripe(satang: int = 123_400) -> Payout:
    """A payout whose journal stands in clearing."""
    open_accounts(accounts=accounts.STRIPE)
    payout = Payout.objects.create(
        stripe_id="po_1", satang=satang, state="paid", arrives_on=PAID_ON, reconciled=True
    )
    post(
        by=None,
        journals=[
            JournalInput(
                key="stripe:po_1:paid",
                event="stripe.paid_out",
                day=PAID_ON,
                description="Stripe โอน",
                source=f"stripe_payout:{payout.pk}",
                entries=[
                    EntryInput(accounts.STRIPE_CLEARING, satang, "stripe_payout:1"),
                    EntryInput(accounts.STRIPE_AVAILABLE, -satang, "stripe_payout:1"),
                ],
            )
        ],
    )
    return payout


@everywhere
def test_the_banks_row_of_a_stripe_payout_clears_it_once(market: Money) -> None:
    payout = sent_by_stripe()
    first, second = arrive(market, (123_400, "STRIPE PAYMENTS"), (123_400, "STRIPE PAYMENTS"))
    part = ApplicationInput(123_400, kind="awaited", target=f"stripe_payout:{payout.pk}")
    (made,) = apply_row(by=market.treasurer, row=first, applications=[part])
    assert money.balance(accounts.STRIPE_CLEARING) == 0
    assert "awaited-true" not in [name for name, _detail in money.failing()]
    with pytest.raises(Refusal) as caught:
        apply_row(by=market.treasurer, row=second, applications=[part])
    assert caught.value.code == "over-awaited"
    undo_application(by=market.treasurer, application=made)
    assert money.balance(accounts.STRIPE_CLEARING) == 123_400
    apply_row(by=market.treasurer, row=second, applications=[part])
    assert money.balance(accounts.STRIPE_CLEARING) == 0


def test_the_queue_offers_a_stripe_payout_and_takes_it(client: Client, market: Money) -> None:
    payout = sent_by_stripe()
    (row,) = arrive(market, (123_400, "STRIPE PAYMENTS"))
    client.force_login(market.treasurer)
    page = client.get(reverse("reconciliation:queue")).content.decode()
    assert "เงินที่ Stripe โอนเข้า po_1" in page
    form = {"awaited": f"stripe_payout:{payout.pk}", "seen": "0"}
    client.post(reverse("reconciliation:row", args=[row.pk]), form)
    assert Application.objects.get().kind == "awaited"
    assert money.balance(accounts.STRIPE_CLEARING) == 0


@everywhere
def test_a_payer_is_learned_from_a_person_and_only_suggests(market: Money) -> None:
    first, second = bill(market), bill(market, 50_000)
    one, two = arrive(market, (84_000, "รับโอน นางสมศรี ตัวอย่าง 1234"), (50_000, "โอน นางสมศรี ตัวอย่าง"))
    assert decide([two])[two.pk][0].kind == "amount"  # type: ignore[index]
    apply_row(by=market.treasurer, row=one, applications=[ApplicationInput(84_000, document=first)])
    rule = PayerRule.objects.get()
    assert (rule.words, rule.buyer, rule.learned_from) == (
        "นางสมศรี ตัวอย่าง",
        market.day.hospital,
        one,
    )
    assert match_automatically(account=market.bank) == []
    best = decide([two])[two.pk][0]  # type: ignore[index]
    assert (best.kind, best.documents[0].id) == ("payer_and_amount", str(second.pk))
    end_payer(by=market.treasurer, rule=rule)
    apply_row(
        by=market.treasurer, row=two, applications=[ApplicationInput(50_000, document=second)]
    )
    assert not PayerRule.objects.filter(ended_at__isnull=True).exists()


@everywhere
def test_what_posts_by_itself_or_says_nothing_teaches_nothing(market: Money) -> None:
    found = bill(market)
    _exact, bare = arrive(market, (84_000, f"{found.reference} นายตัวอย่าง"), (100, "รับโอนเงิน 1234"))
    assert len(match_automatically(by=market.treasurer, account=market.bank)) == 1
    apply_row(
        by=market.treasurer,
        row=bare,
        applications=[ApplicationInput(100, kind="deposit", buyer=market.day.hospital)],
    )
    assert not PayerRule.objects.exists()
    with pytest.raises(Refusal) as caught:
        set_payer(by=market.treasurer, words="โอน 123", buyer=market.day.hospital)
    assert caught.value.code == "too-short"


def test_rules_are_seen_changed_and_ended_on_their_page(client: Client, market: Money) -> None:
    client.force_login(market.treasurer)
    address = reverse("reconciliation:payers")
    form = {"words": "นางสมศรี ตัวอย่าง", "buyer": market.day.hospital.pk}
    assert client.post(address, form).status_code == 302
    rule = PayerRule.objects.get()
    assert "นางสมศรี ตัวอย่าง" in client.get(f"{address}?edit={rule.pk}").content.decode()
    assert "มีกฎนี้แล้ว" in client.post(address, form).content.decode()
    client.post(address, {**form, "rule": rule.pk, "words": "นางสมใจ ตัวอย่าง"})
    (now,) = PayerRule.objects.filter(ended_at__isnull=True)
    assert now.words == "นางสมใจ ตัวอย่าง"
    client.post(address, {"end": now.pk})
    assert "ยังไม่ได้จำชื่อผู้โอนรายใด" in client.get(address).content.decode()


def test_notes_stay_on_the_row_and_unknown_money_has_age_and_owner(
    client: Client, market: Money
) -> None:
    (row,) = arrive(market, (7_700, "ไม่ทราบผู้โอน"))
    client.force_login(market.treasurer)
    note = reverse("reconciliation:note", args=[row.pk])
    for _turn in range(2):
        client.post(note, {"text": "โทรถามแล้ว", "from": "queue"})
    assert row.notes.count() == 1
    queue = reverse("reconciliation:queue")
    assert "โทรถามแล้ว" in client.get(queue).content.decode()
    assert "ไม่ทราบผู้โอน" in client.get(f"{queue}?q=77.00&way=noted").content.decode()
    assert "ไม่มีแถวที่รอตรงกับที่ค้นหา" in client.get(f"{queue}?q=ไม่มีเลย").content.decode()
    apply_row(by=None, row=row, applications=[ApplicationInput(7_700, kind="suspense")])
    page = client.get(reverse("reconciliation:suspense")).content.decode()
    assert "ยังไม่มีผู้ตาม" in page
    assert "โทรถามแล้ว" in page
    made = Application.objects.get()
    client.post(reverse("reconciliation:own", args=[made.pk]))
    made.refresh_from_db()
    assert made.owner == market.treasurer
    with pytest.raises(Refusal):
        note_row(by=None, row=row, text="  ")


@everywhere
def test_two_equal_payments_stay_two_when_a_file_ends_between_them(market: Money) -> None:
    """In, out and in again leave the same balance twice; their times tell them apart."""
    head = f"เลขที่บัญชี,012-3-45678-9\n\n{money.HEAD}\n"
    day = f"{PAID_ON.day:02d}/{PAID_ON.month:02d}/{PAID_ON.year + 543}"
    first = f'{day},09:00,โอน,,"840.00","100,840.00",MB,ก\n'
    out = f'{day},10:00,ถอน,"840.00",,"100,000.00",MB,ข\n'
    second = f'{day},11:00,โอน,,"840.00","100,840.00",MB,ก\n'
    for text in (first, second, first + out + second, out + second):
        import_statement(
            by=None, account=market.bank, file_bytes=(head + text).encode(), filename="a"
        )
    assert BankRow.objects.count() == 3
    assert Journal.objects.filter(event="bank.applied").count() == 0


def test_an_account_says_how_its_files_are_read_and_what_a_bank_may_keep(
    client: Client, market: Money
) -> None:
    client.force_login(market.treasurer)
    address = reverse("reconciliation:account", args=[market.bank.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"profile": "", "fee_tolerance": "30"}).status_code == 302
    market.bank.refresh_from_db()
    assert market.bank.fee_tolerance_satang == 3_000
    assert address in client.get(reverse("reconciliation:accounts")).content.decode()
    assert client.get(reverse("reconciliation:profiles")).status_code == 200
