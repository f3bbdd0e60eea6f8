from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.search.analysis import normalise, skeleton, sound, stem, words


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("เเตงกวา", "แตงกวา"),
        ("ส้้มโอ", "ส้มโอ"),
        ("นํ้าตาล", "น้ำตาล"),
        ("น้ํา", "น้ำ"),
        ("กุ่ง\u200b", "กุ่ง"),
        ("เบอร์ ๒–๓", "เบอร์ 2–3"),
        ("  Kale\tFresh ", "kale fresh"),
        ("ท่ี", "ที่"),
    ],
)
def test_one_spelling_whatever_the_keyboard_made(typed: str, written: str) -> None:
    assert normalise(typed) == written


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("ผักเหลียง", ["ผัก", "เหลียง"]),
        ("ทุเรียนหมอนทอง", ["ทุเรียน", "หมอนทอง"]),
        ("น้ำตาลโตนด", ["น้ำตาล", "โตนด"]),
        ("ส้มโอหอมควนลัง", ["ส้ม", "โอ", "หอม", "ควนลัง"]),
        ("อ.ระโนด", ["อำเภอ", "ระโนด"]),
        ("รพ.สงขลา", ["โรงพยาบาล", "สงขลา"]),
        ("Tomatoes, leaves", ["tomato", "leaf"]),
    ],
)
def test_thai_is_cut_at_local_words_so_a_kind_is_found_in_its_compounds(
    text: str, cut: list[str]
) -> None:
    assert words(text) == cut


def test_slips_of_tone_length_and_look_alikes_leave_the_skeleton() -> None:
    assert skeleton("สัมจุก") == skeleton("สมจุก") == skeleton("ส้มจุก")
    assert skeleton("ฝักทอง") == skeleton("ฟักทอง")
    assert skeleton("ศาลี") == skeleton("สารี่")
    assert skeleton("ส้มโอ") != skeleton("ส้มจุก")


def test_thai_in_latin_letters_sounds_alike_however_it_is_spelt() -> None:
    assert sound("somjuk") == sound("som chuk") == sound("som jook")
    assert sound("pak boong") == sound("phak bung")


def test_short_and_foreign_words_keep_their_s() -> None:
    assert [stem(word) for word in ("gas", "asparagus", "cress", "berries", "dishes")] == [
        "gas",
        "asparagus",
        "cress",
        "berry",
        "dish",
    ]


@given(st.text(alphabet="กขงจชดตทนบปพมยรลวสหอะาิีึืุูเแโใไำ่้๊๋์็ํ aeginy๑2.-", max_size=40))
def test_any_text_is_cut_and_cutting_it_again_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    for word in words(text):
        assert word
        assert not word.isspace()
