"""Oscar's checkout session, forked: what is checked out is a draft, not a cart."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from oscar.apps.checkout import exceptions
from oscar.apps.checkout.session import CheckoutSessionMixin as OscarSessionMixin

from orders.access import draft_to_change
from orders.checkout.utils import CheckoutSessionData
from orders.days import delivery_days
from orders.models import OrderDraft


class CheckoutSessionMixin(OscarSessionMixin):
    """What the steps share: the draft in the session, and the conditions under which a step opens.

    Oscar's mechanism of pre-conditions and skip conditions stays; the conditions are ours.
    """

    checkout_session: CheckoutSessionData
    draft: OrderDraft

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Ask the pre-conditions, which find the draft, and then the skip conditions."""
        self.checkout_session = CheckoutSessionData(request)
        try:
            self.check_pre_conditions(request)
            self.check_skip_conditions(request)
        except exceptions.FailedPreCondition as failed:
            for message in failed.messages:
                messages.warning(request, message)
            return redirect(failed.url)
        except exceptions.PassedSkipCondition as passed:
            return redirect(passed.url)
        return super(OscarSessionMixin, self).dispatch(request, *args, **kwargs)

    def check_draft_is_chosen(self, request: Any) -> None:
        """Find the draft; without one, or with a placed one, this is not the place to be."""
        key = CheckoutSessionData(request).draft_id()
        if request.method == "POST" and request.POST.get("draft", "").isdigit():
            key = int(request.POST["draft"])
        if key is None:
            raise exceptions.FailedPreCondition(
                url=reverse("orders:drafts"), message=_("เลือกร่างที่จะส่งก่อน")
            )
        self.draft = draft_to_change(request.access, key)
        if self.draft.order_id is not None:
            request.session["checkout_order_id"] = self.draft.order_id
            raise exceptions.FailedPreCondition(url=reverse("checkout:thank-you"), messages=[])
        if self.draft.state != OrderDraft.State.OPEN:
            raise exceptions.FailedPreCondition(
                url=reverse("orders:draft", args=[self.draft.pk]), message=_("ร่างนี้ทิ้งไปแล้ว")
            )

    def check_draft_can_be_placed(self, request: Any) -> None:
        """Lead back to the grid when it is empty or holds days that have closed."""
        grid = reverse("orders:draft", args=[self.draft.pk])
        cycles = set(self.draft.cells.values_list("cycle_id", flat=True))
        if not cycles:
            raise exceptions.FailedPreCondition(url=grid, message=_("ร่างนี้ยังไม่มีรายการ ใส่จำนวนก่อนส่ง"))
        days = delivery_days(buyer_class_id=self.draft.buyer.buyer_class_id, cycle_ids=cycles)
        if not all(day.is_open for day in days.values()):
            raise exceptions.FailedPreCondition(
                url=grid, message=_("บางวันปิดรับไปแล้ว เอาช่องเหล่านั้นออกก่อนจึงส่งได้")
            )

    def skip_with_one_site(self, request: Any) -> None:
        """Skip choosing where to deliver when there is nothing to choose."""
        if self._sites().count() < 2:
            raise exceptions.PassedSkipCondition(url=reverse("checkout:payment-details"))

    def _sites(self) -> Any:
        return self.draft.buyer.sites.filter(archived_at__isnull=True)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the page's context without Oscar's submission of a cart."""
        return super(OscarSessionMixin, self).get_context_data(**kwargs) | {"draft": self.draft}
