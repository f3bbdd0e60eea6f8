from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalogue.standards.models import Certificate, Standard
from catalogue.standards.services import CertificateInput, add_certificates
from marketplace.common.dates import BANGKOK
from tests.support.goods import Goods, make_goods, make_user, product

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(stop_clock: Any, settings: Any, tmp_path: Any) -> None:
    stop_clock(datetime(2026, 12, 9, 9, tzinfo=BANGKOK))
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def goods() -> Goods:
    return make_goods()


@pytest.fixture
def staff(goods: Goods, client: Client) -> Client:
    client.force_login(make_user("staff", goods.cooperative, "staff"))
    return client


def typed(goods: Goods, **changed: Any) -> dict[str, Any]:
    return {
        "standard": "GAP",
        "holder": f"group-{goods.group.pk}",
        "number": "กษ 03-9001-0001",
        "issuer": "กรมวิชาการเกษตร",
        "valid_from": "1/1/2569",
        "valid_until": "31 ธ.ค. 2570",
        "products": [product().pk],
        **changed,
    }


def put_on_file(goods: Goods, number: str, until: date, **facts: Any) -> Certificate:
    (made,) = add_certificates(
        by=None,
        certificates=[
            CertificateInput(
                Standard.objects.get(pk="GAP"),
                number,
                date(2026, 1, 1),
                until,
                **(facts or {"group": goods.group}),
            )
        ],
    )
    return made


def test_staff_puts_a_paper_on_file_with_buddhist_years(goods: Goods, staff: Client) -> None:
    paper = SimpleUploadedFile("gap.pdf", b"%PDF-1.4 example", "application/pdf")
    answer = staff.post("/standards/add/", typed(goods, file=paper))
    assert answer.status_code == 302
    made = Certificate.objects.get()
    assert (made.valid_from, made.valid_until) == (date(2026, 1, 1), date(2027, 12, 31))
    assert [p.title for p in made.products.all()] == ["คะน้า"]
    page = staff.get(answer["Location"]).content.decode()
    assert "31 ธันวาคม 2570" in page
    got = staff.get(f"/standards/{made.pk}/file/")
    assert got.content == b"%PDF-1.4 example"
    assert got["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"valid_until": "31/12/2568"}, "ก่อนวันเริ่ม"),
        ({"valid_until": "31/12/70"}, "ปีให้ครบ 4 หลัก"),
        ({"number": ""}, "err is-on"),
        ({"holder": "group-999999"}, "err is-on"),
    ],
)
def test_a_paper_that_cannot_be_right_is_told_and_nothing_typed_is_lost(
    goods: Goods, staff: Client, changed: dict[str, Any], words: str
) -> None:
    answer = staff.post("/standards/add/", typed(goods, **changed))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page
    assert 'value="กรมวิชาการเกษตร"' in page
    assert not Certificate.objects.exists()


def test_a_file_that_only_calls_itself_pdf_is_refused(goods: Goods, staff: Client) -> None:
    fake = SimpleUploadedFile("gap.pdf", b"<script>", "application/pdf")
    answer = staff.post("/standards/add/", typed(goods, file=fake))
    assert answer.status_code == 422
    assert "ไม่ใช่ PDF หรือรูป" in answer.content.decode()


def test_what_ends_within_sixty_days_leads_the_page(goods: Goods, staff: Client) -> None:
    put_on_file(goods, "SOON-1", date(2027, 1, 20))
    put_on_file(goods, "LATE-1", date(2028, 1, 20), person=goods.daeng)
    put_on_file(goods, "GONE-1", date(2026, 11, 20), person=goods.somjai)
    page = staff.get("/standards/?state=soon").content.decode()
    assert "1 ใบจะหมดอายุใน 60 วัน" in page
    assert "เหลือ 42 วัน" in page
    assert "LATE-1" not in page
    assert "GONE-1" in staff.get("/standards/?state=ended").content.decode()
    assert "LATE-1" in staff.get("/standards/?q=แดง").content.decode()
    assert "SOON-1" not in staff.get("/standards/?standard=PGS").content.decode()


def test_revoking_needs_a_reason_and_keeps_the_paper(goods: Goods, staff: Client) -> None:
    made = put_on_file(goods, "GAP-1", date(2028, 1, 20))
    address = f"/standards/{made.pk}/revoke/"
    assert staff.post(address, {"reason": ""}).status_code == 422
    assert staff.post(address, {"reason": "ถูกถอน"}).status_code == 302
    made.refresh_from_db()
    assert made.revoked_reason == "ถูกถอน"
    assert "ยกเลิกแล้ว" in staff.get(f"/standards/{made.pk}/").content.decode()


def test_a_coordinator_reads_her_groups_papers_and_no_others(goods: Goods, client: Client) -> None:
    own = put_on_file(goods, "OWN-1", date(2028, 1, 20), person=goods.daeng)
    other = put_on_file(goods, "OTHER-1", date(2028, 1, 20), group=goods.other_group)
    client.force_login(make_user("coordinator", goods.group, "coordinator"))
    page = client.get("/standards/?state=all").content.decode()
    assert "OWN-1" in page
    assert "OTHER-1" not in page
    assert client.get(f"/standards/{own.pk}/").status_code == 200
    assert client.get(f"/standards/{other.pk}/").status_code == 404
    assert client.get(f"/standards/{other.pk}/file/").status_code == 404
    assert client.post(f"/standards/{own.pk}/revoke/", {"reason": "x"}).status_code == 403
    assert client.get("/standards/add/").status_code == 403


def test_the_list_takes_the_same_queries_with_ten_and_a_thousand_papers(
    goods: Goods, staff: Client
) -> None:
    def count(numbers: range) -> int:
        add_certificates(
            by=None,
            certificates=[
                CertificateInput(
                    Standard.objects.get(pk="GAP"),
                    f"N-{number}",
                    date(2026, 1, 1),
                    date(2028, 1, 1),
                    group=goods.group,
                )
                for number in numbers
            ],
        )
        staff.get("/standards/")
        with CaptureQueriesContext(connection) as caught:
            assert staff.get("/standards/").status_code == 200
        return len(caught)

    assert count(range(10)) == count(range(10, 1_000))
