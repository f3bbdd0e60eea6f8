"""What people read: figures, days and shares as the templates write them."""

import datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation


def written(source: str, **context: object) -> str:
    return Template("{% load web %}" + source).render(Context(context))


@pytest.fixture(autouse=True)
def thai():
    with translation.override("th"):
        yield


def test_a_price_tag_has_the_sign_and_no_needless_decimals():
    assert written("{{ x|baht_short }}", x=130_200) == "฿1,302"


def test_a_ledger_leaves_the_sign_out_and_keeps_two_decimals():
    assert written('{{ x|baht:"plain" }}', x=8_196_000) == "81,960.00"


def test_what_is_owed_the_other_way_has_a_true_minus():
    assert written('{{ x|baht:"plain" }}', x=-79_305) == "−793.05"


def test_grams_are_shown_as_kilograms():
    assert written("{{ x|kg }}", x=18_500) == "18.5 กก."


def test_a_column_whose_head_names_the_unit_holds_bare_figures():
    assert written('{{ x|number:"gram" }}', x=1_250_000) == "1,250"


@pytest.mark.parametrize(
    "name", ["baht", "baht_short", "kg", "qty", "number", "thai_day", "percent"]
)
def test_nothing_is_written_for_nothing_so_that_a_default_can_follow(name):
    assert written("{{ x|" + name + '|default:"–" }}', x=None) == "–"


def test_zero_is_a_figure_and_is_written():
    assert written("{{ x|baht_short }} {{ x|kg }}", x=0) == "฿0 0 กก."


def test_a_day_has_its_weekday_first():
    assert written("{{ d|thai_day }}", d=datetime.date(2026, 12, 16)) == "พ. 16 ธ.ค."


def test_the_full_day_carries_the_buddhist_year():
    assert written("{{ d|thai_date }}", d=datetime.date(2026, 12, 9)) == "พุธ 9 ธันวาคม 2569"


def test_an_english_reader_gets_the_gregorian_year():
    with translation.override("en"):
        assert "2026" in written('{{ d|be:"long" }}', d=datetime.date(2026, 12, 9))


def test_a_moment_after_midnight_in_bangkok_is_the_next_day():
    moment = datetime.datetime(2026, 12, 15, 18, 5, tzinfo=datetime.UTC)
    assert written("{{ d|thai_day }} {{ d|clock_time }}", d=moment) == "พ. 16 ธ.ค. 01.05 น."


def test_a_grower_sees_both_days():
    shown = written("{% both_days d 1 %}", d=datetime.date(2026, 12, 16))
    assert shown == "เก็บ อ. 15 ธ.ค. · ส่ง พ. 16 ธ.ค."


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (978, 1000, "97.8%"),
        (1, 1, "100%"),
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 2000, "0.1%"),
        (-1, 4, "−25%"),
        (5, 0, ""),
    ],
)
def test_a_share_has_at_most_one_decimal(part, whole, shown):
    assert written("{{ part|percent:whole }}", part=part, whole=whole) == shown


def test_a_ratio_is_a_share_of_one():
    assert written("{{ x|percent }}", x=Decimal("0.972")) == "97.2%"
