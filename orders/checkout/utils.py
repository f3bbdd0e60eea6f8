"""Oscar's checkout session data, with what this market keeps between its steps."""

from __future__ import annotations

from typing import cast

from oscar.apps.checkout.utils import CheckoutSessionData as OscarSessionData


class CheckoutSessionData(OscarSessionData):
    """The draft, the purchase order and the note, until the order is placed."""

    def choose_draft(self, pk: int) -> None:
        """Begin with a draft; what another draft had left is forgotten."""
        if self.draft_id() != pk:
            self._flush_namespace("draft")
            self._set("draft", "pk", pk)

    def draft_id(self) -> int | None:
        return cast("int | None", self._get("draft", "pk"))

    def choose_papers(self, *, purchase_order_id: int | None, note: str) -> None:
        """Keep which purchase order covers the order (None: later), and the note to the hub."""
        self._set("draft", "purchase_order", purchase_order_id)
        self._set("draft", "note", note)

    def papers(self) -> tuple[int | None, str] | None:
        """Return the purchase order and the note, None while that step was not taken."""
        if "note" not in self.request.session[self.SESSION_KEY].get("draft", {}):
            return None
        return self._get("draft", "purchase_order"), self._get("draft", "note", "")
