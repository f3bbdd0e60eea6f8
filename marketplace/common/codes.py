"""Short codes that people read aloud and type, and payment references that banks carry.

**Short codes** (lots, packs, documents) use 31 symbols: the digits 2 to 9 and the letters without
I, O and U, so nothing can be read as 0 or 1, or as V. The last symbol is a check: with values 0 to
30, the weighted sum of all symbols (weight 1 for the last, 2 before it, and so on: the scheme of
ISBN-10, on modulus 31) is congruent to the length. As 31 is prime and the weights of up to 30
places differ, every single wrong symbol and every swap of two symbols, neighbours or not, is found.
The length takes part so that a lost or added leading "2" (value 0) is found too.

**Payment references** are letters and twelve digits, the last two by ISO 7064 MOD 97-10 (as in
IBAN), within the 20 characters A–Z 0–9 of a Thai bill payment's Ref 1. The number of digits is
always the same, so a reference ends by itself in a bank's text.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Final, Protocol

from django.utils.translation import gettext_lazy as _

from marketplace.common.exceptions import Refusal

ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
MODULUS: Final = len(ALPHABET)
MIN_LENGTH: Final = 2
MAX_LENGTH: Final = MODULUS - 1

_VALUE: Final = {symbol: value for value, symbol in enumerate(ALPHABET)}
_THAI_DIGITS: Final = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_SEPARATORS: Final = re.compile(r"[\s\-\u2010-\u2015\u2212_.]+")


class Chooser(Protocol):
    """What `new_code` draws with: the `secrets` module, or a seeded `random.Random` in a demo."""

    def choice(self, seq: Sequence[str], /) -> str:
        """One of the symbols."""


def new_code(length: int = 7, *, random: Chooser = secrets) -> str:
    """A new short code; unique only as far as chance goes, so keep a unique constraint.

    Args:
        length: symbols in all, the check included: 7 leave 31⁶ = 887 million codes.
        random: where symbols are drawn from.

    Raises:
        ValueError: `length` is not 2 to 30.
    """
    if not MIN_LENGTH <= length <= MAX_LENGTH:
        raise ValueError(f"a code has {MIN_LENGTH} to {MAX_LENGTH} symbols")
    return with_check("".join(random.choice(ALPHABET) for _place in range(length - 1)))


def with_check(body: str) -> str:
    """A body of symbols with its check symbol after it.

    Raises:
        ValueError: `body` holds anything but symbols of `ALPHABET`, or is not 1 to 29 long.
    """
    if not MIN_LENGTH - 1 <= len(body) <= MAX_LENGTH - 1 or not _VALUE.keys() >= set(body):
        raise ValueError(f"not a body of a code: {body!r}")
    return body + ALPHABET[-_sum(body + ALPHABET[0]) % MODULUS]


def is_valid(code: str) -> bool:
    """Whether a code as we write it (capitals, no spaces) is made of our symbols and checks out."""
    return (
        MIN_LENGTH <= len(code) <= MAX_LENGTH
        and _VALUE.keys() >= set(code)
        and _sum(code) % MODULUS == 0
    )


def normalise(text: str) -> str:
    """A typed code as we write it: capitals, without spaces, dashes and dots; not yet checked.

    Symbols that no code has (0, 1, I, O, U) are refused and never guessed: a guess could be another
    lot's code.

    Raises:
        Refusal: empty (code "empty"), or a symbol that no code has (code "bad-symbol", with
            `where["symbol"]`).
    """
    code = _SEPARATORS.sub("", str(text).translate(_THAI_DIGITS)).upper()
    if not code:
        raise Refusal(_("กรุณาใส่รหัส"), code="empty")
    for symbol in code:
        if symbol not in _VALUE:
            raise Refusal(
                _("ในรหัสไม่มีตัว “%(symbol)s” กรุณาดูรหัสบนป้ายอีกครั้ง (ไม่ใช้ 0 1 I O U)")
                % {"symbol": symbol},
                code="bad-symbol",
                where={"symbol": symbol},
            )
    return code


def read_code(text: str) -> str:
    """A typed code, normalised and checked.

    Raises:
        Refusal: as `normalise`, or the check does not fit (code "bad-check").
    """
    code = normalise(text)
    if not is_valid(code):
        raise Refusal(_("รหัสไม่ถูกต้อง อาจพิมพ์ผิดหรือสลับตัว กรุณาดูรหัสบนป้ายอีกครั้ง"), code="bad-check")
    return code


def _sum(code: str) -> int:
    weighted = sum(weight * _VALUE[symbol] for weight, symbol in enumerate(reversed(code), start=1))
    return weighted - len(code)


REFERENCE_DIGITS: Final = 12
"""Digits in every payment reference: year and number, or number alone (10), and the check (2)."""

_SERIES: Final = re.compile(r"(?P<letters>[A-Z]{1,4})(?P<year>[0-9]{4})?")
_RUN: Final = re.compile(r"[A-Z0-9]+")
_JOINT: Final = re.compile(r"[\s\-\u2010-\u2015\u2212]*")
_REFERENCE: Final = re.compile(rf"[A-Z]{{1,4}}[0-9]{{{REFERENCE_DIGITS}}}")


def payment_reference(series: str, number: int) -> str:
    """The reference of a document for a bill payment or a transfer: 13 to 16 of A–Z 0–9.

    `payment_reference("BL2570", 123)` is "BL2570000123" and two check digits. Every single wrong
    character and every swap of neighbours within letters or digits is found (ISO 7064 MOD 97-10).

    Args:
        series: one to four letters, with or without a year of four digits; case, spaces and dashes
            do not matter ("BL-2570").
        number: above zero; at most 999,999 in a year, at most 9,999,999,999 without year.

    Raises:
        ValueError: `series` or `number` is not so.
    """
    match = _SERIES.fullmatch(_SEPARATORS.sub("", series).upper())
    if match is None:
        raise ValueError(f"not a series of payment references: {series!r}")
    width = REFERENCE_DIGITS - 2 - len(match["year"] or "")
    if not 0 < number < 10**width:
        raise ValueError(f"a number of series {series!r} is 1 to {10**width - 1}")
    body = f"{match[0]}{number:0{width}d}"
    return f"{body}{98 - _mod97(body + '00'):02d}"


def is_payment_reference(text: str) -> bool:
    """Whether a text is exactly a reference as `payment_reference` writes it."""
    if _REFERENCE.fullmatch(text) is None:
        return False
    return f"{98 - _mod97(text[:-2] + '00'):02d}" == text[-2:]


def read_payment_reference(text: str) -> list[str]:
    """Every valid payment reference inside a bank's text, in order, each once.

    Case, spaces and dashes do not matter ("bl 2570-000123 45"); a line break counts as a space. A
    reference starts and ends with a run of letters and digits, so a longer number never yields one
    by its middle. A wrong check digit is never returned, and nothing is ever corrected.

    Args:
        text: remarks, reference and payer fields of a bank row.
    """
    # Not str.upper(): it may lengthen other scripts, and makes "SS" of "ß".
    folded = re.sub("[a-z]+", lambda part: part[0].upper(), text.translate(_THAI_DIGITS))
    runs = list(_RUN.finditer(folded))
    found: dict[str, None] = {}
    for start, first in enumerate(runs):
        if not first[0][0].isalpha():
            continue
        candidate, end = "", first.start()
        for run in runs[start:]:
            joined = candidate == "" or _JOINT.fullmatch(folded, end, run.start())
            if not joined or (candidate and not run[0].isdigit()):
                break
            candidate, end = candidate + run[0], run.end()
            if len(candidate) > 4 + REFERENCE_DIGITS:
                break
            if is_payment_reference(candidate):
                found[candidate] = None
    return list(found)


def _mod97(text: str) -> int:
    return int("".join(str(int(character, 36)) for character in text)) % 97
