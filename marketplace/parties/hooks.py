"""What upper rooms add to the pages of parties and persons; filled in their `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from marketplace.parties.models import FarmerGroup, Person

if TYPE_CHECKING:
    from marketplace.accounts.models import User

payee_pages: list[Callable[[Person | FarmerGroup], str]] = []
"""Address of the page where a treasurer says where a person's or a group's money goes."""

person_blanked: list[Callable[[Person, User | None], None]] = []
"""Told inside the transaction that takes a person's data out: upper rooms blank what they keep of
her, as far as no other law asks for it."""


def payee_url(payee: Person | FarmerGroup) -> str:
    """The page where a treasurer says where this payee's money goes; empty when there is none."""
    return payee_pages[0](payee) if payee_pages else ""
