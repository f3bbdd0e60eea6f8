"""Collect our Thai texts for the English catalogue: `python -m marketplace.web.extract_messages`.

Thai is the source language. Every text marked in Python (`_`, `gettext_lazy`, `ngettext`, …) and in
templates (`{% translate %}`, `{% blocktranslate %}`, `_("…")`) is written to
`locale/en/LC_MESSAGES/django.po`: sorted, without places or dates, so that two branches merge. What
is translated stays, what is used no more goes, what is new comes in empty.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("marketplace", "catalogue", "orders", "cms")
CATALOGUE = Path(__file__).parent / "locale" / "en" / "LC_MESSAGES" / "django.po"

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = """\
# {about}
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals={plurals}\\n"

"""
ABOUT = {
    "en": "English texts of the forward market. Thai msgids are the source; see extract_messages.py.",
    "th": "Thai for texts of Django and Oscar that people here can meet and that have none of their own.",
}
THAI = re.compile("[\u0e01-\u0e3a\u0e40-\u0e5b]")


@dataclass(frozen=True, slots=True, order=True)
class Text:
    """One text to translate: its context ("" for none), the text, its plural ("" for none)."""

    context: str
    singular: str
    plural: str = ""

    @property
    def key(self) -> str | tuple[str, str]:
        """How Babel knows it."""
        return (self.singular, self.plural) if self.plural else self.singular


def sources() -> Iterator[Path]:
    """Our Python files and templates, without migrations and tests."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.suffix in {".py", ".html", ".txt"} and "migrations" not in path.parts:
                yield path


def texts_of(path: Path) -> Iterator[Text]:
    """The Thai texts marked for translation in one file."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        if "templates" not in path.parts:
            return
        source = templatize(source, origin=str(path))
    found = extract(
        "python", BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
    )
    for _line, message, _comments, context in found:
        singular, plural = message if isinstance(message, tuple) else (message, "")
        if singular and THAI.search(singular):
            yield Text(context or "", singular, plural or "")


def all_texts() -> dict[Text, Path]:
    """Every Thai text with the first file it stands in; a plural form covers its singular."""
    found: dict[Text, Path] = {}
    for path in sources():
        for text in texts_of(path):
            found.setdefault(text, path)
    plurals = {(text.context, text.singular) for text in found if text.plural}
    return {
        text: path
        for text, path in sorted(found.items())
        if text.plural or (text.context, text.singular) not in plurals
    }


def read(path: Path = CATALOGUE) -> Catalog:
    """The catalogue as it is; empty where there is none."""
    if not path.exists():
        return Catalog(locale=path.parents[1].name)
    with path.open("rb") as handle:
        return read_po(handle, locale=path.parents[1].name)


def write(catalogue: Catalog, path: Path) -> None:
    """Write a catalogue sorted, without places and dates."""
    body = BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True, sort_output=True)
    language = path.parents[1].name
    plurals = "1; plural=0;" if language == "th" else "2; plural=(n != 1);"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = (
        HEADER.format(about=ABOUT[language], language=language, plurals=plurals)
        + body.getvalue().decode()
    )
    path.write_text(text.rstrip() + "\n", encoding="utf-8")


def merge(path: Path = CATALOGUE) -> list[Text]:
    """Bring the catalogue up to date and return the texts that have no English yet."""
    before, after, missing = read(path), Catalog(locale=path.parents[1].name), []
    for text in all_texts():
        known = before.get(text.key, text.context or None)
        string = known.string if known and bool(known.pluralizable) == bool(text.plural) else ""
        if text.plural and not string:
            string = ("", "")
        after.add(text.key, string, context=text.context or None)
        if not all(string if isinstance(string, tuple) else (string,)) or not string:
            missing.append(text)
    write(after, path)
    return missing


if __name__ == "__main__":
    without = merge()
    sys.stdout.write(f"{len(all_texts())} texts, {len(without)} without English\n")
