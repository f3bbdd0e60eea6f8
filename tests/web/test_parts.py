"""The parts of the kit: drawings, statuses, sharing, pages, empty blocks."""

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, RequestContext, Template
from django.test import RequestFactory
from django.utils import translation

from marketplace.web.drawings import ICONS, PRODUCE, PRODUCE_ALIASES, PRODUCE_TONES
from marketplace.web.templatetags.web import message_status, undo_url


def written(source: str, **context: object) -> str:
    return Template("{% load web %}" + source).render(Context(context))


@pytest.fixture(autouse=True)
def thai():
    with translation.override("th"):
        yield


def test_an_icon_beside_a_word_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in written('{% icon "scale" %}')


def test_an_icon_alone_is_named():
    assert 'role="img" aria-label="โทร"' in written('{% icon "phone" label="โทร" %}')


def test_an_unknown_icon_leaves_only_its_word():
    assert written('{% icon "no-such" %}พิมพ์') == "พิมพ์"


def test_every_drawing_has_a_ground_and_every_alias_a_drawing():
    assert set(PRODUCE) == set(PRODUCE_TONES)
    assert set(PRODUCE_ALIASES.values()) <= set(PRODUCE)
    assert not set(PRODUCE_ALIASES) & set(PRODUCE)
    assert len(ICONS) >= 30


def test_produce_without_a_drawing_gets_a_basket():
    assert written('{% produce_drawing "durian" %}') == written('{% produce_drawing "basket" %}')


def test_a_product_is_drawn_by_its_key_on_its_ground():
    class Product:
        drawing = "fish"

    assert 'class="thumb" data-tone="lake"' in written("{% produce p %}", p=Product())


def test_a_status_is_shape_and_word_and_a_wrong_one_is_waiting():
    assert written('{% badge "ok" "ครบ" %}') == '<span class="badge" data-s="ok">ครบ</span>'
    assert 'data-s="wait"' in written('{% badge "purple" "?" %}')


def test_what_people_type_never_becomes_markup():
    shown = written('{% badge "ok" t %}{% share_text t %}', t="<script>alert(1)</script>")
    assert "<script>" not in shown


def test_a_list_to_pass_on_can_be_copied_and_sent_by_line():
    shown = written("{% share_text t %}", t="คะน้า 18 กก.\nเก็บ พฤ. & ส่ง ศ.")
    assert "คัดลอกข้อความ" in shown
    assert "ส่งทาง LINE" in shown
    assert "https://line.me/R/share?text=" in shown
    assert "%0A" in shown
    assert "%26" in shown


def test_two_texts_on_a_page_do_not_share_an_id():
    shown = written('{% share_text "ก" %}{% share_text "ก" %}')
    ids = [piece.split('"')[0] for piece in shown.split('<pre id="')[1:]]
    assert len(set(ids)) == 2


def test_an_empty_heading_leaves_nothing_behind():
    assert written('{% wrap "h1" "h-s" %}  {% endwrap %}') == ""
    assert written('{% wrap "h1" "h-s" %}วันนี้{% endwrap %}') == '<h1 class="h-s">วันนี้</h1>'


def test_wrapping_does_not_escape_twice():
    assert written('{% wrap "p" %}{{ x }}{% endwrap %}', x="<&>") == "<p>&lt;&amp;&gt;</p>"


def test_a_message_tells_its_status_and_how_to_undo_it():
    assert message_status(Message(constants.ERROR, "ผิด")) == "bad"
    assert undo_url(Message(constants.SUCCESS, "ย้ายแล้ว", extra_tags="toast undo:/u/1/")) == "/u/1/"
    assert undo_url(Message(constants.SUCCESS, "บันทึกแล้ว")) == ""


def test_turning_the_page_keeps_the_search():
    request = RequestFactory().get("/", {"q": "คะน้า", "page": "2"})
    page = Paginator(range(100), 10).get_page(2)
    shown = Template('{% include "parts/pager.html" %}').render(
        RequestContext(request, {"page_obj": page})
    )
    assert "page=3" in shown
    assert "q=%E0%B8%84" in shown
    assert '<span aria-current="page">2</span>' in shown


def test_one_page_needs_no_pager():
    page = Paginator(range(3), 10).get_page(1)
    shown = Template('{% include "parts/pager.html" %}').render(Context({"page_obj": page}))
    assert "<nav" not in shown
