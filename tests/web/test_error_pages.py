"""Error pages: a way back even when nothing else works."""

import pytest
from django.template import loader
from django.test import RequestFactory
from django.utils import translation

from marketplace.web.views import busy


@pytest.mark.parametrize("name", ["400.html", "500.html", "403_csrf.html", "busy.html"])
def test_it_needs_neither_request_nor_database(name):
    with translation.override("th"):
        shown = loader.get_template(name).render()
    assert 'href="/"' in shown
    assert "หน้าแรก" in shown


def test_busy_says_that_nothing_was_stored_and_when_to_try_again():
    with translation.override("th"):
        answer = busy(RequestFactory().post("/orders/"), retry_after=7)
    assert answer.status_code == 503
    assert answer["Retry-After"] == "7"
    assert "รอ 7 วินาที" in answer.content.decode()
    assert 'href="/orders/"' in answer.content.decode()


@pytest.mark.django_db
def test_an_address_that_only_takes_forms_says_so_with_a_way_back(client):
    answer = client.get("/i18n/setlang/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "ไม่มีอะไรถูกบันทึก" in answer.content.decode()
    assert 'class="btn" href="/"' in answer.content.decode()
