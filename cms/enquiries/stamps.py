"""Signed stamps: on the form (when it was shown, for which page), and in the visitor's secret link."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from marketplace.common.clock import now

_FORM = Signer(salt="cms.enquiries.form")
_LINK = Signer(salt="cms.enquiries.link")


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a stamp says: its nonce, the page's primary key, the moment it was made (UTC)."""

    nonce: str
    page: int
    at: datetime


def _sign(signer: Signer, stamp: Stamp) -> str:
    return signer.sign(f"{stamp.nonce}.{stamp.page}.{int(stamp.at.timestamp())}")


def _read(signer: Signer, text: str) -> Stamp | None:
    try:
        nonce, page, at = signer.unsign(text).split(".")
        return Stamp(nonce, int(page), datetime.fromtimestamp(int(at), tz=UTC))
    except (BadSignature, ValueError, OverflowError):
        return None


def form_stamp(page: int) -> str:
    """A fresh stamp for a form about a page (primary key)."""
    return _sign(_FORM, Stamp(secrets.token_hex(12), page, now()))


def read_form_stamp(text: str) -> Stamp | None:
    """What a form's stamp says; None when it is not ours."""
    return _read(_FORM, text)


def link_stamp(nonce: str, page: int, at: datetime) -> str:
    """The secret part of the visitor's link; `at`: when the enquiry was sent (UTC)."""
    return _sign(_LINK, Stamp(nonce, page, at))


def read_link_stamp(text: str) -> Stamp | None:
    """What a visitor's link says; None when it is not ours."""
    return _read(_LINK, text)


def keyed(kind: str, value: str) -> str:
    """A keyed hash that tells two addresses apart and gives none away."""
    return salted_hmac(f"cms.enquiries.{kind}", value, algorithm="sha256").hexdigest()
