"""What the domain says when it refuses.

Every refusal that a person may meet is a `Refusal` with a translated message that says what to do
next. Views turn them into messages and lose nothing of what was typed; anything else that is raised
is a defect. All of them can be pickled, so that they cross process borders.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """The base of every domain refusal.

    Args:
        message: translated text for the person; may be lazy.
        code: short stable name for programs and tests.
        where: what the refusal is about: a row number, a column, a form field, or a dict of these.
    """

    message: str | Promise
    code: str
    where: Any

    def __init__(self, message: str | Promise, *, code: str = "refused", where: Any = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.where = where

    def __str__(self) -> str:
        """The message, in the language that is active now when it is lazy."""
        return str(self.message)


class Refusals(Refusal):
    """Several refusals, collected first and raised once.

    Nested `Refusals` are flattened. The message joins theirs with " · ".

    Args:
        items: at least one refusal.

    Raises:
        ValueError: when there is nothing to refuse.
    """

    items: list[Refusal]

    def __init__(self, items: Iterable[Refusal]) -> None:
        flat: list[Refusal] = []
        for item in items:
            flat.extend(item.items if isinstance(item, Refusals) else [item])
        if not flat:
            raise ValueError("Refusals needs at least one refusal")
        super().__init__(" · ".join(str(item) for item in flat), code="several")
        self.items = flat
        self.args = (flat,)  # what pickle calls the constructor with

    @classmethod
    def raise_if_any(cls, items: Iterable[Refusal]) -> None:
        """Raise all the collected refusals at once, or return when there are none.

        Raises:
            Refusals: when `items` is not empty.
        """
        collected = list(items)
        if collected:
            raise cls(collected)


class Busy(Refusal):
    """The database had no turn for this write in time; nothing was saved and it may be repeated."""

    def __init__(self, message: str | Promise | None = None, *, where: Any = None) -> None:
        super().__init__(
            message or _("ระบบกำลังทำงานหนัก ยังไม่ได้บันทึกอะไร กรุณากดอีกครั้ง"),
            code="busy",
            where=where,
        )
