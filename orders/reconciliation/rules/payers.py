"""Whom the words of a bank name."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import Final

from orders.reconciliation.rules.documents import words_of
from orders.reconciliation.statements import StatementRow, normalised_text

SHORTEST_NAME: Final = 4

_ON_EVERY_TRANSFER: Final = frozenset(
    normalised
    for normalised in (
        "โอน", "โอนเงิน", "รับโอน", "รับโอนจาก", "โอนจาก", "โอนรวม",
        "เงินโอนจาก", "รับโอนเงิน", "เงินโอน", "ฝาก", "ฝากเงิน", "จาก", "เข้า", "ชำระ",
        "ชำระเงิน", "ชำระบิล", "ค่าสินค้า", "บัญชี", "พร้อมเพย์", "transfer", "deposit", "from", "to",
        "bill", "payment", "billpayment", "promptpay", "mb", "ib", "online", "ref", "no", "thb",
        "internet", "banking", "อินเทอร์เน็ต",
    )
)  # fmt: skip
"""Squeezed words that name nobody."""


def payers_named(row: StatementRow, buyer_names: Mapping[str, Collection[str]]) -> set[str]:
    """Return the buyers whose name stands in the row, without names that are only part of a
    longer name found there.
    """
    text = squeezed(words_of(row))
    hits = {
        (name, buyer)
        for buyer, names in buyer_names.items()
        for name in map(squeezed, names)
        if len(name) >= SHORTEST_NAME and name in text
    }
    return {
        buyer
        for name, buyer in hits
        if not any(name != other and name in other for other, _ in hits)
    }


def payer_words(text: str) -> str:
    """Return the part of a bank's words that may name the payer: without numbers, references and
    what banks write on every transfer.
    """
    kept = [
        word
        for word in text.split()
        if not any(letter.isdigit() for letter in word) and squeezed(word) not in _ON_EVERY_TRANSFER
    ]
    return " ".join(kept)[:120]


def payer_key(words: str) -> str:
    """Return payer's words in the one spelling they are compared in; empty when they say too
    little.
    """
    key = squeezed(payer_words(words))[:120]
    return key if len(key) >= SHORTEST_NAME else ""


@lru_cache(maxsize=16_384)
def squeezed(text: str) -> str:
    return "".join(
        letter for letter in normalised_text(text) if unicodedata.category(letter)[0] in "LMN"
    )
