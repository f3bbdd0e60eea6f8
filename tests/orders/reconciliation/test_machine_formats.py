"""MT940 and camt.053: read whole, checked against their own balances, or refused with a place."""

from __future__ import annotations

import datetime as dt

import pytest

from orders.reconciliation.exceptions import StatementError
from orders.reconciliation.statements import Statement, parse_statement

ACCOUNT = "0123456789"
DAY = dt.date(2027, 1, 11)

MT940 = """:20:270111
:25:0123456789
:28C:11/1
:60F:C270110THB100000,00
:61:2701110111C840,00NTRFNONREF//BK001
:86:BL257000012345 โรงพยาบาลตัวอย่าง
:61:2701110111D40,50NCHGNONREF//BK002
:86:ค่าธรรมเนียม
:61:2701110111RD40,50NCHGNONREF//BK003
:86:คืนค่าธรรมเนียม
:62F:C270111THB100840,00
-
"""

ENTRY = """<Ntry><NtryRef>{ref}</NtryRef><Amt Ccy="THB">{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd>
<Sts>{status}</Sts><BookgDt><Dt>2027-01-11</Dt></BookgDt><ValDt><Dt>2027-01-11</Dt></ValDt>
<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr>{name}</Dbtr>
</RltdPties><RmtInf><Ustrd>BL257000012345</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"""
OLD, NEW = "<Nm>โรงพยาบาลตัวอย่าง</Nm>", "<Pty><Nm>โรงพยาบาลตัวอย่าง</Nm></Pty>"


def camt(
    *entries: str, version: str = "001.02", closing: str = "100840.00", head: str = ""
) -> bytes:
    def balance(kind: str, amount: str) -> str:
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
            f'<Amt Ccy="THB">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
        )

    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.{version}"><BkToCstmrStmt>'
        f"<Stmt><Acct><Id><Othr><Id>{ACCOUNT}</Id></Othr></Id></Acct>"
        f"{balance('OPBD', '100000.00')}{balance('CLBD', closing)}{''.join(entries)}"
        "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(
    amount: str = "840.00",
    way: str = "CRDT",
    status: str = "BOOK",
    name: str = OLD,
    ref: str = "BK001",
) -> str:
    return ENTRY.format(amount=amount, way=way, status=status, name=name, ref=ref)


def read(data: bytes) -> Statement:
    return parse_statement(data, account_number=ACCOUNT)


def refused(data: bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(StatementError) as caught:
        read(data)
    assert all(str(error.message) for error in caught.value.errors)
    return [(e.row_number, str(e.column), str(e.message)) for e in caught.value.errors]


@pytest.mark.parametrize("encoding", ["utf-8", "cp874"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_mt940_gives_rows_with_running_balances(encoding: str, newline: str) -> None:
    found = read(MT940.replace("\n", newline).encode(encoding))
    assert (found.opening_satang, found.closing_satang) == (10_000_000, 10_084_000)
    assert [row.in_satang - row.out_satang for row in found.rows] == [84_000, -4_050, 4_050]
    assert [row.balance_satang for row in found.rows] == [10_084_000, 10_079_950, 10_084_000]
    assert "BL257000012345 โรงพยาบาลตัวอย่าง" in found.rows[0].description
    assert (found.rows[0].reference, found.rows[0].value_date) == ("BK001", DAY)


def test_mt940_messages_follow_each_other_or_are_refused() -> None:
    second = MT940.replace("C270110THB100000,00", "C270111THB100840,00").replace(
        "C270111THB100840,00\n-", "C270112THB101680,00\n-"
    )
    assert read((MT940 + second).encode()).closing_satang == 10_168_000
    apart = MT940.replace("100000,00", "200000,00").replace("100840,00", "200840,00")
    assert ":60F:" in [column for _row, column, _say in refused((MT940 + apart).encode())]


@pytest.mark.parametrize(
    ("old", "new", "row", "column"),
    [
        ("100840,00", "100841,00", 1, "ยอดยกไป"),
        (":61:2701110111D", ":61:2701110000D", 7, ":61:"),
        (":25:0123456789", ":25:9876543210", 1, ":25:"),
        ("THB", "USD", 1, ":60F:"),
        (":60F:C270110THB100000,00\n", "", 1, ""),
    ],
    ids=["does not add up", "broken day", "another account", "another currency", "no balance"],
)
def test_a_damaged_mt940_is_refused_with_its_place(
    old: str, new: str, row: int, column: str
) -> None:
    found = refused(MT940.replace(old, new).encode())
    assert (row, column) in [(at, where) for at, where, _say in found]


@pytest.mark.parametrize(
    ("version", "name"), [("001.02", OLD), ("001.08", NEW), ("001.13", NEW)], ids=str
)
def test_camt_of_any_version_gives_the_same_rows(version: str, name: str) -> None:
    pending = entry("5.00", status="PDNG", ref="BK009")
    out = entry("40.00", way="DBIT", ref="BK002")
    found = read(camt(entry(name=name), pending, out, version=version, closing="100800.00"))
    assert [row.in_satang - row.out_satang for row in found.rows] == [84_000, -4_000]
    assert found.rows[0].description == "โรงพยาบาลตัวอย่าง BL257000012345"
    assert found.rows[1].balance_satang == found.closing_satang == 10_080_000
    assert found.rows[0].reference == "BK001"


def test_two_equal_camt_payments_of_a_day_are_two_rows() -> None:
    found = read(camt(entry(), entry(), closing="101680.00"))
    assert [row.ordinal for row in found.rows] == [1, 2]


def test_status_in_its_newer_place_is_read() -> None:
    assert read(camt(entry(status="<Cd>BOOK</Cd>"))).rows[0].in_satang == 84_000


@pytest.mark.parametrize(
    ("data", "column"),
    [
        (camt(entry(), closing="1.00"), "ยอดยกไป"),
        (camt(entry("8.405")), "Amt"),
        (camt(entry(way="X")), "CdtDbtInd"),
        (camt(entry()).replace(b"THB", b"USD"), "Bal"),
        (camt(entry()).replace(ACCOUNT.encode(), b"9876543210"), "Acct"),
        (camt(entry()).replace(b"2027-01-11", b"2027-13-11"), "ValDt"),
        (camt(entry())[:-20], ""),
        (b"<?xml version='1.0'?><html/>", ""),
    ],
)
def test_a_damaged_camt_is_refused(data: bytes, column: str) -> None:
    assert column in [where for _row, where, _say in refused(data)]


def test_a_camt_with_entities_is_refused_before_anything_expands() -> None:
    head = '<!DOCTYPE Document [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    ((_row, _column, say),) = refused(camt(entry(), head=head))
    assert "DOCTYPE" in say
