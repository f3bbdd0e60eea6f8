import pytest
from django.utils import translation

from catalogue.season import months_from_text, season_words, spans
from marketplace.common.exceptions import Refusal


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("all", "111111111111"),
        ("all (best 11–3)", "222111111122"),
        ("11–3, scarce 5–10", "111000000011"),
        ("bought-in; local 12–3", "111000000001"),
        ("12–4 (fresh all)", "222211111112"),
        ("5–8 (off 11–1)", "100022220011"),
        ("2–5 (Chana, Singhanakhon), 7–9", "011110111000"),
        ("3–4, 9–10 (some all)", "112211112211"),
        ("6–8 (พื้นบ้าน 6–9)", "000002221000"),
        ("6–9 cheap; 2–5 dear", "111112222111"),
        ("harvest 1–2; sold all", "221111111111"),
    ],
)
def test_a_season_is_read_as_people_write_it(text: str, months: str) -> None:
    assert months_from_text(text) == months


def test_what_keeps_half_a_year_is_sold_all_year_after_its_harvest() -> None:
    assert months_from_text("harvest 1–3", shelf_life_days=240) == "222111111111"
    assert months_from_text("harvest 1–3", shelf_life_days=7) == "222000000000"


@pytest.mark.parametrize("text", ["", "soon", "13–14", "0–3"])
def test_a_season_that_names_no_month_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        months_from_text(text)
    assert refused.value.code == "season"


def test_a_run_over_the_new_year_is_one_run() -> None:
    assert spans("111000000011") == [(11, 3)]
    assert spans("1" * 12) == [(1, 12)]
    assert spans("0" * 12) == []


def test_a_season_is_said_in_the_readers_words() -> None:
    assert season_words("222111111122") == "ทั้งปี ดีที่สุด พ.ย.–มี.ค."
    assert season_words("000000011110") == "ส.ค.–พ.ย."
    with translation.override("en"):
        assert "Nov" in season_words("000000000010") or "nov" in season_words("000000000010")
