"""Oscar's checkout, forked: site, papers and terms, review, placed.

Each step is Oscar's by name and address; what is placed is a draft of the grid. Nothing is promised
before the last step, and what it will cost is shown before it.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.views import generic
from oscar.apps.checkout import signals

from marketplace.common.exceptions import Refusal
from orders import hooks, services
from orders.access import WRITERS, draft_to_change
from orders.checkout.forms import PapersForm, SiteForm
from orders.checkout.session import CheckoutSessionMixin
from orders.checkout.utils import CheckoutSessionData
from orders.grid import Cell, Grid, Row, build_grid, refusals_by_cell, sheet_of_draft
from orders.models import Order, PurchaseOrder
from orders.reading import days_of, text_of
from orders.services import CellInput
from orders.views.common import zones_of
from orders.views.papers import figures_of, used_of

PLACING = ["check_draft_is_chosen", "check_draft_can_be_placed"]


class Step(CheckoutSessionMixin):
    """A step of the checkout: our session, our shell, who may order."""

    access_roles = frozenset(WRITERS)
    pre_conditions = PLACING
    step = ""

    @property
    def kept(self) -> CheckoutSessionData:
        return CheckoutSessionData(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the shell of the reader and where in the checkout this is."""
        access = self.request.access  # type: ignore[attr-defined]
        acting = access.acting
        office = access.is_cooperative and (acting is None or acting.name in ("staff", "treasurer"))
        steps = [
            ("shipping-address", _("ส่งที่ไหน")),
            ("payment-details", _("ใบสั่งซื้อและเงื่อนไข")),
            ("preview", _("ตรวจทานและส่ง")),
        ]
        if self._sites().count() < 2:
            steps = steps[1:]
        names = [name for name, _word in steps]
        here = names.index(self.step) if self.step in names else 0
        return super().get_context_data(**kwargs) | {
            "shell": "shells/office.html" if office else "shells/buyer.html",
            "office": office,
            "steps": [
                {
                    "word": word,
                    "url": reverse(f"checkout:{name}"),
                    "current": index == here,
                    "done": index < here,
                }
                for index, (name, word) in enumerate(steps)
            ],
        }


class IndexView(generic.View):
    """Begin with the draft named in the address."""

    access_roles = frozenset(WRITERS)

    def get(self, request: Any) -> HttpResponse:
        """Keep the draft in the session and go to the first step."""
        chosen = request.GET.get("draft", "")
        kept = CheckoutSessionData(request)
        if chosen.isdigit():
            kept.choose_draft(draft_to_change(request.access, int(chosen)).pk)
        if kept.draft_id() is None:
            return redirect("orders:drafts")
        signals.start_checkout.send_robust(sender=self, request=request)
        return redirect("checkout:shipping-address")


class ShippingAddressView(Step, generic.FormView):
    """Where to deliver; left out when the buyer has one site."""

    template_name = "checkout/site.html"
    form_class = SiteForm
    success_url = reverse_lazy("checkout:payment-details")
    skip_conditions = ["skip_with_one_site"]
    step = "shipping-address"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the buyer's sites."""
        return super().get_form_kwargs() | {
            "sites": self._sites(),
            "initial": {"site": self.draft.site_id},
        }

    def form_valid(self, form: SiteForm) -> HttpResponse:
        """Keep the choice with the draft."""
        services.change_site(
            by=self.request.user,  # type: ignore[arg-type]
            draft=self.draft,
            site=form.cleaned_data["site"],
        )
        return super().form_valid(form)


class PaymentDetailsView(Step, generic.FormView):
    """The buyer's purchase order, the terms, and what a small drop costs."""

    template_name = "checkout/papers.html"
    form_class = PapersForm
    success_url = reverse_lazy("checkout:preview")
    step = "payment-details"

    def _known(self) -> list[dict[str, Any]]:
        rows = used_of(PurchaseOrder.objects.filter(buyer=self.draft.buyer)).order_by(
            "-dated", "-pk"
        )[:20]
        return [figures_of(row) for row in rows]

    def get_form_kwargs(self) -> dict[str, Any]:
        """Offer the known purchase orders; what was chosen before is chosen again."""
        known = self._known()
        papers = self.kept.papers()
        initial: dict[str, Any] = {"which": PapersForm.KNOWN if known else PapersForm.LATER}
        if papers is not None:
            initial = {
                "which": PapersForm.KNOWN if papers[0] else PapersForm.LATER,
                "known": papers[0],
                "note": papers[1],
            }
        elif known:
            initial["known"] = known[0]["row"].pk
        return super().get_form_kwargs() | {
            "known": known,
            "must": self.draft.buyer.requires_po,
            "initial": initial,
        }

    def form_valid(self, form: PapersForm) -> HttpResponse:
        """Record a new document; keep the choice for the last step."""
        data = form.cleaned_data
        row: PurchaseOrder | None = None
        try:
            if data["which"] == PapersForm.KNOWN:
                row = data["known"]
            elif data["which"] == PapersForm.NEW:
                row = services.record_purchase_order(
                    by=self.request.user,  # type: ignore[arg-type]
                    buyer=self.draft.buyer,
                    number=data["number"],
                    dated=data["dated"],
                    ceiling_satang=data["ceiling"],
                )
        except Refusal as refusal:
            form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))
            return self.form_invalid(form)
        self.kept.choose_papers(
            purchase_order_id=row.pk if row else None, note=data["note"].strip()
        )
        return super().form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Show terms and fees beside the form."""
        drawn = build_grid(sheet_of_draft(self.draft))
        return super().get_context_data(**kwargs) | {
            "grid": drawn,
            "below_minimum": [day for day in drawn.days if day.is_small],
            "zones": zones_of(drawn),
            "buyer": self.draft.buyer,
            "rule": self.draft.buyer.buyer_class,
            "total": drawn.worth + drawn.fee,
        }


class PreviewView(Step, generic.TemplateView):
    """Review by delivery day with what is sure and what is wanted more; then place."""

    template_name = "checkout/preview.html"
    step = "preview"

    def _grid(self) -> Grid:
        return build_grid(sheet_of_draft(self.draft))

    def _purchase_order(self) -> PurchaseOrder | None:
        papers = self.kept.papers()
        if papers is None or papers[0] is None:
            return None
        return PurchaseOrder.objects.filter(buyer=self.draft.buyer, pk=papers[0]).first()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return days with their cells."""
        drawn = kwargs.pop("grid", None) or self._grid()
        purchase_order = self._purchase_order()
        figures = (
            figures_of(used_of(PurchaseOrder.objects.filter(pk=purchase_order.pk)).get())
            if purchase_order
            else None
        )
        total = drawn.worth + drawn.fee
        return super().get_context_data(**kwargs) | {
            "grid": drawn,
            "days": _by_day(drawn),
            "total": total,
            "purchase_order": purchase_order,
            "figures": figures,
            "over_ceiling": bool(
                figures and figures["left"] is not None and total > figures["left"]
            ),
            "note": (self.kept.papers() or (None, ""))[1],
            "below_minimum": [day for day in drawn.days if day.is_small],
            "zones": zones_of(drawn),
            "rule": self.draft.buyer.buyer_class,
            "buyer": self.draft.buyer,
            "panels": [
                panel
                for ask in hooks.placing_panels
                if (panel := ask(self.draft.buyer, total)) is not None
            ],
        }

    def post(self, request: Any) -> HttpResponse:
        """Place the draft, or first take off what is not sure."""
        if request.POST.get("then") == "trim":
            return self._trim(request)
        papers = self.kept.papers() or (None, "")
        try:
            order = services.place_draft(
                by=request.user,
                draft=self.draft,
                purchase_order=self._purchase_order(),
                note=papers[1],
            )
        except Refusal as refusal:
            wrong = refusals_by_cell(refusal)
            for text in [*wrong.values()][:5] or [str(refusal)]:
                messages.error(request, text)
            return redirect("orders:draft", self.draft.pk)
        self.kept.flush()
        request.session["checkout_order_id"] = order.pk
        answer = redirect("checkout:thank-you")
        signals.post_checkout.send(
            sender=self, order=order, user=request.user, request=request, response=answer
        )
        return answer

    def _trim(self, request: Any) -> HttpResponse:
        """Lower every cell to what could be promised now."""
        cells = [
            CellInput(cell.listing_id, cell.cycle_id, cell.firm)
            for cell in self._grid().cells()
            if cell.qty > cell.firm
        ]
        services.save_cells(by=request.user, draft=self.draft, cells=cells)
        messages.success(request, _("ตัดส่วนขอเพิ่มออก %(count)s ช่อง") % {"count": len(cells)})
        return redirect("checkout:preview")


def _by_day(drawn: Grid) -> list[dict[str, Any]]:
    """Return the days that hold something, each with its rows and cells."""
    found = []
    for day in drawn.days:
        lines: list[tuple[Row, Cell]] = [
            (row, row.cells[day.index]) for row in drawn.rows if row.cells[day.index].qty
        ]
        if lines:
            found.append({"day": day, "lines": [_line(row, cell) for row, cell in lines]})
    return found


def _line(row: Row, cell: Cell) -> dict[str, Any]:
    from marketplace.common.money import format_baht, value_of
    from marketplace.common.quantities import BaseUnit, format_number

    unit = BaseUnit(row.listing.product.base_unit)
    return {
        "row": row,
        "firm": format_number(cell.firm, unit),
        "want": cell.want,
        "price": format_baht(cell.price_satang),
        "worth": value_of(cell.qty, cell.price_satang, per=row.per),
    }


class ThankYouView(generic.TemplateView):
    """The order as it was placed, and what can be done next."""

    access_roles = frozenset(WRITERS)
    template_name = "checkout/thank_you.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the order placed last in this session."""
        if "checkout_order_id" not in request.session:
            return redirect("orders:list")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the order, and its parts where a budget year ended in between."""
        access = self.request.access  # type: ignore[attr-defined]
        orders: QuerySet[Order] = Order.objects.for_access(access).select_related(
            "site", "buyer__buyer_class"
        )
        order = get_object_or_404(orders, pk=self.request.session["checkout_order_id"])
        placed = [order, *order.parts.select_related("site", "buyer__buyer_class")]
        acting = access.acting
        office = access.is_cooperative and (acting is None or acting.name in ("staff", "treasurer"))
        days = days_of(order.deliveries.select_related("cycle"))
        return super().get_context_data(**kwargs) | {
            "shell": "shells/office.html" if office else "shells/buyer.html",
            "office": office,
            "order": order,
            "orders": placed,
            "days": days,
            "until": min((day.until for day in days if day.until), default=None),
            "grams": sum(day.grams for day in days),
            "firm_grams": sum(day.firm_grams for day in days),
            "wanted_grams": sum(day.wanted_grams for day in days),
            "text": text_of(order, days),
        }
