"""Documents beside bills: the list, what is to be issued, credit and debit notes, VAT status."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.dates import parse_date
from marketplace.common.exceptions import Refusal
from marketplace.common.money import format_baht
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Buyer, RoleName
from orders.invoicing.forms import ChangeForm, VatForm
from orders.invoicing.models import Document, DocumentKind, DocumentState, VatStatus
from orders.invoicing.services import (
    issue_acceptance_reports,
    issue_billing_note,
    issue_credit_note,
    issue_debit_note,
    issue_quotation,
    issue_receipt,
    issue_tax_invoices,
    pdf_of,
    set_vat_status,
)
from orders.invoicing.services.changes import changeable_lines
from orders.invoicing.terms import terms_on
from orders.invoicing.views.common import BUYER, OFFICE, shell_for
from orders.invoicing.waiting import sections, uncarried, unreceived, unreported, untaxed
from orders.models import Order

_OFFICE_KINDS = (DocumentKind.QUOTATION, DocumentKind.ACCEPTANCE)


@requires(*OFFICE, *BUYER)
def papers(request: AccessedRequest) -> HttpResponse:
    """Documents of every kind but bills that the reader may see, newest first."""
    mine = Document.objects.for_access(request.access).exclude(kind=DocumentKind.BILL)
    kind = request.GET.get("kind", "")
    if kind in DocumentKind.values:
        mine = mine.filter(kind=kind)
    kinds = [one for one in DocumentKind if one != DocumentKind.BILL]
    found = Paginator(mine.select_related("buyer").order_by("-day", "-pk"), 50)
    return render(
        request,
        "invoicing/papers.html",
        {
            "shell": shell_for(request),
            "page_obj": found.get_page(request.GET.get("page")),
            "heading": DocumentKind(kind).label
            if kind in DocumentKind.values
            else _("เอกสารทั้งหมด"),
            "kind": kind,
            "choices": [("", _("ทั้งหมด")), *((one.value, one.label) for one in kinds)],
            "today": today(),
        },
    )


@requires(*OFFICE)
def waiting(request: AccessedRequest) -> HttpResponse:
    """Documents that should be issued now, by kind and buyer."""
    found = sections(today())
    return render(
        request,
        "invoicing/waiting.html",
        {"sections": found, "count": sum(len(one.rows) for one in found), "today": today()},
    )


@requires(*OFFICE)
@require_POST
def issue_papers(request: AccessedRequest) -> HttpResponse:
    """Issue what one buyer waits for of one kind; the staff only what carries no money."""
    kind = request.POST.get("kind", "")
    if kind not in _OFFICE_KINDS and not request.access.is_treasurer:
        raise PermissionDenied
    chosen = request.POST.get("buyer", "")
    buyer = get_object_or_404(
        Buyer.objects.for_access(request.access), pk=int(chosen) if chosen.isdigit() else 0
    )
    made = _issued(request, kind, buyer)
    messages.success(
        request,
        ngettext("ออกแล้ว %(n)s ฉบับ %(codes)s", "ออกแล้ว %(n)s ฉบับ ถึง %(codes)s", len(made))
        % {"n": len(made), "codes": made[-1].code},
    )
    if len(made) == 1:
        return redirect("invoicing:bill", made[0].pk)
    return redirect("invoicing:waiting")


def _issued(request: AccessedRequest, kind: str, buyer: Buyer) -> list[Document]:
    by, day = request.user, today()
    if kind == DocumentKind.QUOTATION:
        order = get_object_or_404(
            Order.objects.filter(buyer=buyer), pk=request.POST.get("order") or 0
        )
        until = parse_date(request.POST.get("valid_until", ""))
        return [issue_quotation(by=by, order=order, valid_until=until)]
    if kind == DocumentKind.ACCEPTANCE:
        sales = unreported(day, terms_on([buyer], day))
        return issue_acceptance_reports(by=by, deliveries=[one.delivery for one in sales])
    if kind == DocumentKind.TAX_INVOICE:
        taxed = [one.delivery for one in untaxed(day) if one.buyer_id == buyer.pk]
        return issue_tax_invoices(by=by, deliveries=taxed)
    if kind == DocumentKind.BILLING_NOTE:
        bills = [bill for bill in uncarried() if bill.buyer_id == buyer.pk]
        return [issue_billing_note(by=by, buyer=buyer, bills=bills)]
    if kind == DocumentKind.RECEIPT:
        paid = [bill for bill in unreceived() if bill.buyer_id == buyer.pk]
        return [issue_receipt(by=by, buyer=buyer, bills=paid)]
    raise Http404


@requires(RoleName.TREASURER)
def change(request: AccessedRequest, pk: int) -> HttpResponse:
    """Issue a credit or debit note against a bill, line by line."""
    bill = get_object_or_404(
        Document.objects.for_access(request.access).billed().standing().select_related("buyer"),
        pk=pk,
    )
    form = ChangeForm(request.POST or None, lines=changeable_lines(bill))
    if request.method == "POST" and form.is_valid():
        issue = issue_debit_note if form.cleaned_data["kind"] == "debit" else issue_credit_note
        try:
            note = issue(
                by=request.user, bill=bill, values=form.values(), reason=form.cleaned_data["reason"]
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request,
                _("ออก %(code)s ยอด %(total)s บาท")
                % {"code": note.code, "total": format_baht(note.total_satang)},
            )
            return redirect("invoicing:bill", note.pk)
    return render(request, "invoicing/change.html", {"bill": bill, "form": form})


@requires(*OFFICE, *BUYER)
def pdf(request: AccessedRequest, pk: int) -> HttpResponse:
    """The PDF of a document as it was first made; a void one is looked at on its page only."""
    found = get_object_or_404(Document.objects.for_access(request.access), pk=pk)
    if found.state == DocumentState.VOID:
        messages.error(request, _("เอกสารนี้ยกเลิกแล้ว ดูได้ที่หน้านี้เท่านั้น"))
        return redirect("invoicing:bill", pk)
    try:
        made = pdf_of(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("invoicing:bill", pk)
    return HttpResponse(
        bytes(made.content),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{found.code}.pdf"'},
    )


@requires(RoleName.TREASURER)
def vat(request: AccessedRequest) -> HttpResponse:
    """From which day the cooperative charges VAT, and at which rate."""
    form = VatForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            set_vat_status(by=request.user, **form.status())
        except Refusal as refusal:
            form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))
        else:
            messages.success(request, _("บันทึกแล้ว"))
            return redirect("invoicing:vat")
    present = VatStatus.objects.filter(valid_from__lte=today()).first()
    return render(
        request,
        "invoicing/vat.html",
        {
            "form": form,
            "statuses": VatStatus.objects.all(),
            "now_registered": bool(present and present.registered),
        },
    )
