"""Files for the bank: every line has its width, sums are exact, and what cannot be written is refused."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.common.exceptions import Refusal, Refusals
from orders.settlement.bank_files import (
    NAMESPACE,
    WIDTH,
    Sender,
    Transfer,
    bank_code,
    ktb,
    pain001,
)

SENDER = Sender(
    name="สหกรณ์ตัวอย่าง",
    bank="ธนาคารกรุงไทย",
    number="1234567890",
    batch="PY-2570-000001",
    batch_number=7,
    day=dt.date(2027, 1, 20),
    made_at=dt.datetime(2027, 1, 19, 9, 30),
)
THAI = st.text(st.sampled_from("กขคงจชซญดตถทนบปพฟมยรลวสหอะาิีึืุูเแโใไ่้๊๋็์ ")).map(str.strip)
TRANSFERS = st.lists(
    st.builds(
        Transfer,
        key=st.integers(1, 999_999).map(lambda n: f"PI{n:012d}"),
        name=THAI.filter(lambda name: 0 < len(name) <= 90),
        bank=st.sampled_from(["ธ.ก.ส.", "ออมสิน", "ธนาคารกสิกรไทย", "SCB"]),
        number=st.from_regex(r"[0-9]{10,11}", fullmatch=True),
        satang=st.integers(1, 10**12),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=80)
@given(TRANSFERS)
def test_every_line_has_498_bytes_and_the_header_adds_up(transfers: list[Transfer]) -> None:
    data = ktb(transfers, SENDER, direct=False)
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    assert {len(line) for line in lines} == {WIDTH}
    head, *rows = lines
    assert (head[:3], head[9:12], head[38:46]) == (b"101", b"006", b"20012027")
    assert int(head[12:19]) == len(transfers) == len(rows)
    assert int(head[19:38]) == sum(one.satang for one in transfers)
    for one, row in zip(transfers, rows, strict=True):
        assert row[9:12].decode() == bank_code(one.bank)
        assert row[16:27].decode() == one.number.zfill(11)
        assert int(row[57:74]) == one.satang
        assert row[92:192].decode("cp874").rstrip() == one.name
        assert row[332:350].decode().rstrip() == one.key
    assert ktb(transfers, SENDER, direct=False) == data


def transfer(**change: str) -> Transfer:
    values = {"key": "PI1", "name": "แดง ตัวอย่าง", "bank": "ธ.ก.ส.", "number": "0123456789"}
    return Transfer(**{**values, **change}, satang=56_000)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "แดง 😀"}, "name"),
        ({"name": "แดง\nตัวอย่าง"}, "name"),
        ({"name": "ก" * 101}, "name"),
        ({"name": ""}, "name"),
        ({"bank": "ธนาคารแห่งหนึ่ง"}, "bank"),
        ({"number": "012345678901"}, "number"),
        ({"number": "๐๑๒๓๔๕๖๗๘๙"}, "number"),
    ],
    ids=["emoji", "line break", "too long", "no name", "no such bank", "12 digits", "Thai digits"],
)
def test_what_the_bank_cannot_read_is_refused_by_name(change: dict[str, str], code: str) -> None:
    for write in (pain001, lambda rows, sender: ktb(rows, sender, direct=False)):
        with pytest.raises(Refusals) as caught:
            write([transfer(**change)], SENDER)
        assert [refusal.code for refusal in caught.value.items] == [code]


def test_one_file_never_mixes_the_bank_itself_and_others() -> None:
    both = [transfer(), transfer(bank="กรุงไทย")]
    for direct in (True, False):
        with pytest.raises(Refusal) as caught:
            ktb(both, SENDER, direct=direct)
        assert caught.value.code == "mixed"
    direct_file = ktb(both[1:], SENDER, direct=True)
    assert direct_file.split(b"\r\n")[1][53:55] == b"14"
    with pytest.raises(Refusal):
        ktb([], SENDER, direct=True)


@settings(max_examples=60)
@given(TRANSFERS)
def test_pain001_names_every_account_and_its_sums_agree(transfers: list[Transfer]) -> None:
    root = ET.fromstring(pain001(transfers, SENDER))
    at = {"p": NAMESPACE}

    def all_of(path: str) -> list[str]:
        return [one.text or "" for one in root.findall(path, at)]

    rows = "p:CstmrCdtTrfInitn/p:PmtInf/p:CdtTrfTxInf"
    assert all_of(f"{rows}/p:CdtrAcct/p:Id/p:Othr/p:Id") == [one.number for one in transfers]
    assert all_of(f"{rows}/p:Cdtr/p:Nm") == [one.name for one in transfers]
    amounts = [int(text.replace(".", "")) for text in all_of(f"{rows}/p:Amt/p:InstdAmt")]
    assert amounts == [one.satang for one in transfers]
    (total,) = all_of("p:CstmrCdtTrfInitn/p:GrpHdr/p:CtrlSum")
    assert int(total.replace(".", "")) == sum(amounts)
    assert all_of("p:CstmrCdtTrfInitn/p:GrpHdr/p:NbOfTxs") == [str(len(transfers))]
    order = [child.tag.partition("}")[2] for child in root.find("p:CstmrCdtTrfInitn/p:PmtInf", at)]
    assert order[: -len(transfers)] == [
        "PmtInfId", "PmtMtd", "NbOfTxs", "CtrlSum", "ReqdExctnDt", "Dbtr", "DbtrAcct", "DbtrAgt",
    ]  # fmt: skip
