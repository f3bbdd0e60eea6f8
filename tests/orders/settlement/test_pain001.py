"""pain.001 as the banks' own schema has it: every batch, whoever is in it, and what comes after.

The schema is ISO 20022's, as the package `sepaxml` carries it.
"""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import xmlschema
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.parties.services import PayoutAccountInput, set_payout_accounts
from orders.reconciliation.services import import_statement
from orders.settlement.bank_files import NAMESPACE, Sender, Transfer, pain001
from orders.settlement.models import PayoutBatch, PayoutFile
from orders.settlement.services import export_batch, fail_item, pay_batch, return_item
from tests.support import money
from tests.support.money import Money
from tests.support.ordering import FIRST_DAY, at

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

LATER = FIRST_DAY + dt.timedelta(days=8)
NAMES = ("นางแดง ตัวอย่าง", "นายน้ำค้าง ฤๅษี ณ สงขลา", "ด.ญ. ผู้ใหญ่ & <ตำบลท่าหิน>", "Ali bin Ahmad")


@cache
def schema() -> Any:
    """ISO 20022's schema of the version that we write."""
    name = f"{NAMESPACE.rpartition(':')[2]}.xsd"
    return xmlschema.XMLSchema(str(files("sepaxml") / "schemas" / name))


def held_against_the_schema(content: bytes) -> ET.Element:
    """The file's tree, once the schema took it and its sums agree."""
    tree = ET.fromstring(content)
    schema().validate(tree)
    lines = tree.findall(f".//{{{NAMESPACE}}}InstdAmt")
    total = sum(round(float(line.text or 0) * 100) for line in lines)
    for found in ("NbOfTxs", "CtrlSum"):
        wanted = str(len(lines)) if found == "NbOfTxs" else f"{total // 100}.{total % 100:02}"
        assert {one.text for one in tree.iter(f"{{{NAMESPACE}}}{found}")} == {wanted}
    return tree


def texts(tree: ET.Element, tag: str) -> list[str]:
    return [one.text or "" for one in tree.iter(f"{{{NAMESPACE}}}{tag}")]


def sender() -> Sender:
    return Sender(
        name="สหกรณ์ตัวอย่าง เกษตรสุขภาพสงขลา จำกัด",
        bank="ธ.ก.ส.",
        number="0123456789",
        batch="PO-2570-000001",
        batch_number=1,
        day=LATER,
        made_at=at(LATER),
    )


THAI = st.characters(min_codepoint=0x0E01, max_codepoint=0x0E3A)
WORDS = st.text(st.one_of(THAI, st.sampled_from(" &<>'\"./-abcXYZ")), min_size=1, max_size=60)


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(
            WORDS.filter(str.strip),
            st.sampled_from(["กรุงไทย", "KBANK", "ธ.ก.ส.", "ออมสิน"]),
            st.from_regex(r"[0-9]{10,11}", fullmatch=True),
            st.integers(1, 10**13),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_whoever_is_paid_the_schema_takes_the_file(
    payees: list[tuple[str, str, str, int]],
) -> None:
    transfers = [
        Transfer(f"PI{place:012d}", name.strip(), bank, number, satang)
        for place, (name, bank, number, satang) in enumerate(payees)
    ]
    tree = held_against_the_schema(pain001(transfers, sender()))
    assert texts(tree, "Nm")[2:] == [one.name for one in transfers]


def test_the_schema_is_a_judge_and_not_a_rubber_stamp() -> None:
    good = pain001([Transfer("PI1", NAMES[0], "กรุงไทย", "1234567890", 100)], sender())
    held_against_the_schema(good)
    for wrong in (
        good.replace(b"<PmtMtd>TRF</PmtMtd>", b"<PmtMtd>CASH</PmtMtd>"),
        good.replace(b"1.00", b"1.000001"),
        good.replace(b"<MsgId>PO-2570-000001</MsgId>", b""),
    ):
        assert wrong != good
        with pytest.raises(xmlschema.XMLSchemaValidationError):
            schema().validate(ET.fromstring(wrong))


# ---- batches -------------------------------------------------------------------------------------


@pytest.fixture
def market() -> Money:
    """Three growers, each owed something, with names that are hard to write."""
    made = money.make_money()
    clock.set_clock(at(LATER))
    people = (made.day.daeng, made.day.somjai, made.day.huey)
    for place, (person, name) in enumerate(zip(people, NAMES, strict=False)):
        set_payout_accounts(
            by=None,
            accounts=[
                PayoutAccountInput(
                    method="bank",
                    person=person,
                    bank="ธนาคารตัวอย่าง",
                    number=f"123456789{place}",
                    holder_name=name,
                )
            ],
        )
    made.day.cut_off()
    for person, kilos in zip(people, (20, 10, 5), strict=True):
        made.day.weigh(person, kilos)
    made.day.close()
    clock.set_clock(at(LATER))
    return made


def exported(market: Money, batch: PayoutBatch) -> PayoutFile:
    return export_batch(by=market.treasurer, batch=batch, profile="pain001")


def test_a_batch_of_thai_names_is_taken_by_the_schema(market: Money) -> None:
    batch = market.paid_batch()
    tree = held_against_the_schema(bytes(exported(market, batch).content))
    assert sorted(texts(tree, "Nm")[2:]) == sorted(NAMES[:3])
    assert texts(tree, "MsgId") == [batch.code]


def test_what_the_bank_could_not_pay_is_in_the_next_file_alone(market: Money) -> None:
    batch = market.paid_batch()
    first = bytes(exported(market, batch).content)
    lost = batch.items.get(person=market.day.somjai)
    fail_item(by=market.treasurer, item=lost, reason="เลขบัญชีผิด")
    assert bytes(exported(market, batch).content) == first
    again = market.paid_batch()
    tree = held_against_the_schema(bytes(exported(market, again).content))
    assert texts(tree, "InstdAmt") == [f"{lost.satang / 100:.2f}"]
    assert texts(tree, "MsgId") == [again.code]
    # Nothing that was sent once carries the key of anything sent later.
    before = set(texts(held_against_the_schema(first), "EndToEndId"))
    assert before.isdisjoint(texts(tree, "EndToEndId"))


def test_what_came_back_days_later_is_paid_by_a_file_of_its_own(market: Money) -> None:
    batch = market.paid_batch()
    back = batch.items.get(person=market.day.huey)
    clock.set_clock(at(LATER + dt.timedelta(days=3)))
    import_statement(
        by=None,
        account=market.bank,
        file_bytes=money.statement(
            [
                (LATER, -batch.total_satang, "โอนจ่าย"),
                (LATER + dt.timedelta(days=2), back.satang, "คืนเงินโอน"),
            ]
        ),
        filename="a.csv",
    )
    out, row = market.bank.rows.order_by("pk")
    pay_batch(by=market.treasurer, batch=batch, row=out)
    back.refresh_from_db()
    return_item(by=market.treasurer, item=back, row=row, reason="บัญชีปิด")
    again = market.paid_batch()
    tree = held_against_the_schema(bytes(exported(market, again).content))
    assert texts(tree, "InstdAmt") == [f"{back.satang / 100:.2f}"]
    assert money.failing() == []


def test_a_name_that_no_file_can_hold_is_refused_before_anything_is_written(market: Money) -> None:
    set_payout_accounts(
        by=None,
        accounts=[
            PayoutAccountInput(
                method="bank",
                person=market.day.daeng,
                bank="ธนาคารตัวอย่าง",
                number="1234567890",
                holder_name="แดง\u200b ตัวอย่าง",
            )
        ],
    )
    batch = market.paid_batch()
    with pytest.raises(Refusal):
        exported(market, batch)
    assert not PayoutFile.objects.exists()
