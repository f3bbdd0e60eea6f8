"""Pages of hosts and editors: what was last checked when."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cms.facts import Price, period, price_state
from cms.hosting.facts import confirm_facts, confirm_prices, has_prices, pages_for
from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.web.shells import shell_for


@requires()
def facts(request: AccessedRequest) -> HttpResponse:
    """The pages a reader answers for; one tap says that a page's facts still hold."""
    if request.method == "POST":
        chosen = request.POST.get("page", "")
        try:
            # Two questions, two answers: whoever knows the way to the pier may not know the price.
            confirm = confirm_prices if request.POST.get("what") == "prices" else confirm_facts
            changed = confirm(
                by=request.user,
                access=request.access,
                pages=[int(chosen)] if chosen.isdecimal() else [],
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("บันทึกแล้วว่ายังถูกต้อง") if changed else _("วันนี้ยืนยันไว้แล้ว"))
        return redirect("hosting:facts")
    rows = [
        {
            "page": page,
            "due": period(page.checked_on, today()) > 0,
            "priced": has_prices(page),
            "price_old": has_prices(page)
            and price_state(page.price_checked_on, today()) != Price.SHOWN,
        }
        for page in pages_for(request.access)
    ]
    return render(
        request,
        "hosting/facts.html",
        {
            "shell": shell_for(request.access),
            "rows": rows,
            "due": sum(1 for row in rows if row["due"]),
            "today": today(),
        },
    )
