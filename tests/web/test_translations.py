"""English is complete: every Thai text has one, with the same figures in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Message

from marketplace.web.extract_messages import CATALOGUE, THAI, Text, all_texts, read

PLACES = re.compile(r"%\(\w+\)[sd]|%%|</?[a-z]+")
THAI_IN_ENGLISH = re.compile(r"สช 68100252|4 ม\.ค\. 2570")
"""Thai that an English reader is meant to see: how a registration or a date looks on paper."""


@pytest.fixture(scope="module")
def texts() -> dict[Text, object]:
    return dict(all_texts())


def translated(message: Message) -> Iterator[str]:
    yield from message.string if isinstance(message.string, tuple) else (message.string,)


def test_no_text_waits_for_english(texts: dict[Text, object]) -> None:
    catalogue, waiting = read(), []
    for text, path in texts.items():
        found = catalogue.get(text.key, text.context or None)
        if found is None or not all(translated(found)):
            waiting.append(f"{path}: {text.singular}")
    assert waiting == [], (
        "run `python -m marketplace.web.extract_messages` and translate what is empty"
    )


def test_english_carries_the_same_figures() -> None:
    wrong = []
    for message in read():
        if not message.id:
            continue
        source = message.id[0] if isinstance(message.id, tuple) else message.id
        for text in translated(message):
            if set(PLACES.findall(text)) != set(PLACES.findall(source)):
                wrong.append((source, text))
    assert wrong == []


def test_english_is_english() -> None:
    wrong = [
        text
        for message in read()
        if message.id
        for text in translated(message)
        if THAI.search(THAI_IN_ENGLISH.sub("", text))
    ]
    assert wrong == []


def test_the_catalogue_holds_no_places_or_dates() -> None:
    text = CATALOGUE.read_text(encoding="utf-8")
    assert "\n#: " not in text
    assert "Date:" not in text
    assert "\n#~ " not in text
