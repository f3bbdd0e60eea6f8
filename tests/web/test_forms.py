"""Forms of the kit: what may be typed, what is refused and how it is told."""

import datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from marketplace.web.forms import (
    BahtField,
    BuddhistDateField,
    Chips,
    KitForm,
    QuantityField,
    Stepper,
)


class Order(KitForm):
    day = BuddhistDateField(label="วันส่ง")
    price = BahtField(label="ราคา", min_value=100, help_text="บาทต่อกิโลกรัม")
    weight = QuantityField("gram", label="น้ำหนัก", max_value=50_000, widget=Stepper(step="5"))
    grade = forms.ChoiceField(label="เกรด", choices=[("A", "A"), ("B", "B")], widget=Chips)
    note = forms.CharField(label="ถึงคนส่ง", required=False)


GOOD = {"day": "16/12/2569", "price": "1,042.50", "weight": "18.5", "grade": "A"}


@pytest.fixture(autouse=True)
def thai():
    with translation.override("th"):
        yield


def test_what_was_typed_becomes_days_satang_and_grams():
    form = Order(GOOD)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["day"] == datetime.date(2026, 12, 16)
    assert form.cleaned_data["price"] == 104_250
    assert form.cleaned_data["weight"] == 18_500


def test_both_eras_mean_the_same_day():
    assert Order({**GOOD, "day": "16/12/2026"}).fields["day"].clean("16/12/2026") == datetime.date(
        2026, 12, 16
    )


@pytest.mark.parametrize(
    ("name", "typed"),
    [("day", "31/2/2570"), ("price", "สี่สิบ"), ("price", "0.50"), ("weight", "-5"), ("weight", "51")],
)
def test_what_cannot_be_is_refused_with_words_and_stays_in_the_box(name, typed):
    form = Order({**GOOD, name: typed})
    assert not form.is_valid()
    assert list(form.errors) == [name]
    assert f'value="{typed}"' in str(form[name])


def test_a_stored_value_is_shown_as_people_write_it():
    form = Order(initial={"day": datetime.date(2026, 12, 16), "price": 104_250, "weight": 18_500})
    assert 'value="16/12/2569"' in str(form["day"])
    assert 'value="1,042.50"' in str(form["price"])
    assert 'value="18.5"' in str(form["weight"])


def test_spelling_a_day_otherwise_is_no_change():
    form = Order(
        {**GOOD, "day": "16/12/2026"},
        initial={
            "day": datetime.date(2026, 12, 16),
            "price": 104_250,
            "weight": 18_500,
            "grade": "A",
        },
    )
    assert not form.has_changed()


def test_an_empty_field_says_so_in_our_own_words():
    form = Order({})
    assert form.errors["day"] == ["ยังไม่ได้ใส่ช่องนี้"]
    assert form.errors["grade"] == ["ยังไม่ได้เลือก"]


def test_hint_and_error_are_tied_to_their_control():
    fine = str(Order()["price"])
    assert 'aria-describedby="id_price_helptext"' in fine
    wrong = str(Order({**GOOD, "price": "x"})["price"])
    assert 'aria-describedby="id_price_error"' in wrong
    assert 'aria-invalid="true"' in wrong


def test_a_form_draws_itself_with_the_kit():
    shown = str(Order({**GOOD, "price": "x"}))
    assert 'class="in in--n"' in shown
    assert 'class="chips"' in shown
    assert "data-stepper" in shown
    assert 'id="id_price_error"' in shown
    assert "(ไม่บังคับ)" in shown


def test_any_form_can_be_drawn_field_by_field():
    class Foreign(forms.Form):
        login = forms.CharField(
            label="Login",
            help_text="In English",
            widget=forms.TextInput({"placeholder": "Login", "class": "big"}),
        )

    shown = Template(
        '{% include "parts/field.html" with field=form.login label="อีเมล" bare=True %}'
    ).render(Context({"form": Foreign()}))
    assert "อีเมล" in shown
    assert 'class="big in"' in shown
    assert "Login" not in shown
    assert "English" not in shown
