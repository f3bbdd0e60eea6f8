"""What visitors and hosts see of enquiries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.signing import Signer
from django.test import Client

from cms.enquiries.models import Enquiry
from cms.enquiries.services import move_enquiries
from cms.hosting.services import add_hosts
from marketplace.common import clock
from tests.support.people import user
from tests.support.public import a_community, read

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 23, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with clock.at(START):
        yield


def form_of(client: Client, prefix: str = "") -> tuple[str, dict[str, str]]:
    url = f"{prefix}/ask/{a_community().pk}/"
    stamp = re.search(r'name="stamp" value="([^"]+)"', read(client, url))
    assert stamp
    return url, {
        "stamp": stamp[1],
        "wanted_day": "12/12/2569",
        "group_size": "8",
        "halal": "certified",
        "name": "Siti Contoh",
        "reach": "whatsapp",
        "contact": "+60 12-345 6789",
        "consent": "on",
        "website": "",
    }


def send(client: Client, prefix: str = "", **values: str) -> Any:
    url, data = form_of(client, prefix)
    with clock.at(START + 20 * SECOND):
        return client.post(url, {**data, **values})


def test_a_visitor_asks_and_sees_what_became_of_it_without_signing_in(client: Client) -> None:
    answer = send(client, "/en")
    assert answer.status_code == 302
    link = answer.headers["Location"]
    assert link.startswith("/en/ask/")
    made = Enquiry.objects.get()
    assert (made.contact, made.wanted_day.isoformat()) == ("+60123456789", "2026-12-12")
    assert (made.language, made.halal) == ("en", "certified")
    html = read(client, link)
    assert "Siti" not in html
    assert "+6012" not in html
    move_enquiries(by=None, enquiries=[made], to="agreed", reply="เจอกันแปดโมง")
    assert "เจอกันแปดโมง" in read(client, link)


def test_either_calendar_is_understood(client: Client) -> None:
    send(client, wanted_day="12/12/2026")
    assert Enquiry.objects.get().wanted_day.isoformat() == "2026-12-12"


def test_spam_gets_the_very_same_answer(client: Client) -> None:
    genuine = send(client)
    url, data = form_of(client)
    forged = Signer(salt="other").sign("abc.1.1")
    answers = [client.post(url, data)]  # at once
    with clock.at(START + 20 * SECOND):
        answers.append(client.post(url, {**data, "website": "http://casino.example"}))
        answers.append(client.post(url, {**data, "stamp": forged}))
    assert Enquiry.objects.count() == 1
    token = re.compile(r"/ask/[^/\"]+/|share-1-\w+|line\.me[^\"]+|CSRFToken[^>]+|csrf[^>]+")

    def without_link(location: str) -> str:
        page = re.sub(r"<pre.*?</pre>", "", read(client, location), flags=re.S)
        return token.sub("", page)

    expected = without_link(genuine.headers["Location"])
    for answer in answers:
        assert answer.status_code == genuine.status_code
        assert without_link(answer.headers["Location"]) == expected


def test_a_form_left_open_overnight_is_sent_again_with_everything_still_in_it(
    client: Client,
) -> None:
    url, data = form_of(client)
    with clock.at(START + timedelta(hours=25)):
        answer = client.post(url, data)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "Siti Contoh" in html
        again = re.search(r'name="stamp" value="([^"]+)"', html)
        assert again
    with clock.at(START + timedelta(hours=25) + 5 * SECOND):
        assert client.post(url, {**data, "stamp": again[1]}).status_code == 302
    assert Enquiry.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"consent": ""}, "ถ้าไม่ให้เก็บข้อมูล"),
        ({"reach": "email", "contact": "siti"}, "อีเมลไม่ครบ"),
        ({"contact": "12"}, "เบอร์ไม่ครบ"),
        ({"wanted_day": "12/12/2560"}, "วันนั้นผ่านไปแล้ว"),
    ],
)
def test_what_is_missing_is_said_in_words(
    client: Client, values: dict[str, str], said: str
) -> None:
    answer = send(client, **values)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Enquiry.objects.exists()


def test_after_three_days_the_visitor_is_told_to_ring_before_any_job_ran(client: Client) -> None:
    link = send(client).headers["Location"]
    with clock.at(START + timedelta(days=3, minutes=1)):
        html = read(client, link)
    assert "ชุมชนยังไม่ได้ตอบ" in html
    assert "074 000 000" in html


def test_a_link_that_is_not_ours_leads_nowhere(client: Client) -> None:
    assert client.get("/ask/abc.1.1:nothing/").status_code == 404


def test_a_proxys_word_counts_and_the_senders_does_not(client: Client, settings: Any) -> None:
    settings.TRUSTED_PROXIES = 1
    url = form_of(client)[0]
    for number in range(6):
        _url, data = form_of(client)
        with clock.at(START + 20 * SECOND):
            client.post(
                url,
                {**data, "contact": f"081000000{number}"},
                headers={"x-forwarded-for": f"203.0.113.{number}, 198.51.100.7"},
            )
    assert Enquiry.objects.count() == 5


def test_a_host_answers_and_a_stale_page_is_refused_in_words(client: Client) -> None:
    host = user("host")
    add_hosts(by=None, community=a_community(), users=[host])
    send(client)
    made = Enquiry.objects.get()
    client.force_login(host)
    assert "Siti Contoh" in read(client, "/enquiries/")
    url = f"/enquiries/{made.pk}/"
    html = read(client, url)
    assert "https://wa.me/60123456789" in html
    assert "ส่งทาง LINE" in html
    client.post(url, {"to": "declined", "reply": "วันนั้นมีงานบุญ"})
    answer = client.post(url, {"to": "agreed", "reply": ""}, follow=True)
    assert any("รับไม่ได้" in str(one) for one in answer.context["messages"])
    made.refresh_from_db()
    assert made.state == "declined"


def test_somebody_elses_community_is_not_there(client: Client) -> None:
    send(client)
    other = user("other")
    add_hosts(by=None, community=a_community("ban-uen", "บ้านอื่นตัวอย่าง"), users=[other])
    client.force_login(other)
    made = Enquiry.objects.get()
    assert client.get(f"/enquiries/{made.pk}/").status_code == 404
    assert client.post(f"/enquiries/{made.pk}/", {"to": "agreed"}).status_code == 404
    assert "Siti" not in read(client, "/enquiries/")


def test_a_host_without_another_role_lands_among_the_enquiries(client: Client) -> None:
    host = user("host")
    add_hosts(by=None, community=a_community(), users=[host])
    client.force_login(host)
    assert client.get("/start/").headers["Location"] == "/enquiries/"
