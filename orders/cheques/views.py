"""Pages of cheques: the list, receiving, depositing, what the bank said."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, F, Q, Sum
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from marketplace.common.clock import today
from marketplace.common.exceptions import Refusal
from marketplace.common.money import baht_in_words
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import Buyer, RoleName
from orders.cheques.forms import (
    CertificateForm,
    DepositForm,
    GiveBackForm,
    ReceiveForm,
    ReturnForm,
)
from orders.cheques.models import Cheque, ChequeState, DepositSlip
from orders.cheques.services import (
    deposit_cheques,
    give_back_cheque,
    note_cheque_certificate,
    receive_cheque,
    return_cheque,
    set_booked_each,
)
from orders.invoicing.hooks import waiting_on
from orders.invoicing.models import Document
from orders.invoicing.views.common import shell_for

TREASURER = RoleName.TREASURER
BUYER = (RoleName.FINANCE, RoleName.APPROVER, RoleName.REQUESTER)


def _refused(form: Form, refusal: Refusal) -> None:
    where = refusal.where if isinstance(refusal.where, str) else None
    form.add_error(where if where in form.fields else None, str(refusal))


@requires(RoleName.STAFF, TREASURER, *BUYER)
def cheques(request: AccessedRequest) -> HttpResponse:
    """Cheques by where they are; a buyer sees its own."""
    own = Cheque.objects.for_access(request.access)
    shows = ["waiting", *ChequeState.values, "all"]
    show = request.GET.get("show", "waiting")
    show = show if show in shows else "waiting"
    shown = own
    if show == "waiting":
        shown = own.waiting()
    elif show != "all":
        shown = own.filter(state=show)
    day = today()
    sums = own.aggregate(
        ready=Count("pk", filter=Q(state="held", dated__lte=day)),
        ready_satang=Sum("satang", filter=Q(state="held", dated__lte=day)),
        waiting_satang=Sum("satang", filter=Q(state__in=["held", "deposited"])),
    )
    listed = shown.select_related("buyer", "slip").prefetch_related("parts__document")
    if show not in ("waiting", "held"):
        listed = listed.order_by("-dated", "-pk")
    return render(
        request,
        "cheques/list.html",
        {
            "shell": shell_for(request),
            "page_obj": Paginator(listed, 50).get_page(request.GET.get("page")),
            "show": show,
            "choices": [
                ("waiting", _("ยังไม่ได้เงิน")),
                *((state.value, state.label) for state in ChequeState),
                ("all", _("ทั้งหมด")),
            ],
            "ready": sums["ready"],
            "ready_satang": sums["ready_satang"] or 0,
            "waiting_satang": sums["waiting_satang"] or 0,
            "today": day,
        },
    )


@requires(TREASURER)
def receive(request: AccessedRequest) -> HttpResponse:
    """Take in a cheque: first whose, then what stands on it and which bills it pays."""
    chosen = request.GET.get("buyer", "")
    if not chosen.isdigit():
        return render(
            request,
            "cheques/choose.html",
            {
                "buyers": Buyer.objects.annotate(
                    count=Count("documents", filter=_asks()),
                    owed=Sum(
                        F("documents__total_satang") - F("documents__settled_satang"),
                        filter=_asks(),
                    ),
                ).order_by("-count", "name_th")
            },
        )
    buyer = get_object_or_404(Buyer, pk=int(chosen))
    bills = list(Document.objects.open().filter(buyer=buyer).order_by("due_day", "pk"))
    form = ReceiveForm(
        request.POST or None, bills=bills, waiting=waiting_on([one.pk for one in bills])
    )
    if request.method == "POST" and form.is_valid():
        facts = {one.name: form.cleaned_data[one.name] for one in form.head}
        try:
            made = receive_cheque(by=request.user, buyer=buyer, parts=form.parts(), **facts)
        except Refusal as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("รับเช็ค %(cheque)s แล้ว") % {"cheque": made})
            return redirect("cheques:cheque", made.pk)
    return render(request, "cheques/receive.html", {"buyer": buyer, "form": form})


def _asks() -> Q:
    return Q(
        documents__kind__in=["bill", "debit_note"],
        documents__state="issued",
        documents__settled_satang__lt=F("documents__total_satang"),
    )


@requires(TREASURER)
def deposit(request: AccessedRequest) -> HttpResponse:
    """Take the cheques whose day has come to the bank, on one slip."""
    ready = Cheque.objects.for_access(request.access).to_deposit(today())
    form = DepositForm(request.POST or None, ready=ready)
    if request.method == "POST" and form.is_valid():
        try:
            made = deposit_cheques(
                by=request.user,
                cheques=list(form.cleaned_data["cheques"]),
                account=form.cleaned_data["account"],
                day=form.cleaned_data["day"],
                each=form.cleaned_data["each"] == "each",
            )
        except Refusal as refusal:
            _refused(form, refusal)
        else:
            messages.success(request, _("ออกใบนำฝากแล้ว พิมพ์ไปธนาคารได้เลย"))
            return redirect("cheques:slip", made.pk)
    return render(
        request,
        "cheques/deposit.html",
        {
            "form": form,
            "ready": ready.select_related("buyer"),
            "ticked": {int(pk) for pk in request.POST.getlist("cheques") if pk.isdigit()},
            "later": Cheque.objects.for_access(request.access)
            .filter(state=ChequeState.HELD, dated__gt=today())
            .select_related("buyer"),
        },
    )


@requires(RoleName.STAFF, TREASURER, *BUYER)
def cheque(request: AccessedRequest, pk: int) -> HttpResponse:
    """One cheque: what is on it, what it pays, where it is."""
    found = get_object_or_404(
        Cheque.objects.for_access(request.access).select_related("buyer", "slip__account"), pk=pk
    )
    parts = list(found.parts.select_related("document"))
    return render(
        request,
        "cheques/cheque.html",
        {
            "shell": shell_for(request),
            "cheque": found,
            "parts": parts,
            "rest_satang": found.satang - sum(part.satang for part in parts),
            "today": today(),
            **(_doings(found, parts) if request.access.is_treasurer else {}),
        },
    )


def _doings(found: Cheque, parts: list[Any]) -> dict[str, Any]:
    """The forms that fit where the cheque is."""
    if found.state == ChequeState.HELD:
        return {"give_back": GiveBackForm()}
    awaited = any(part.paid_withheld_satang and not part.certificate for part in parts)
    if found.state in (ChequeState.DEPOSITED, ChequeState.CLEARED):
        return {
            "return_form": ReturnForm(),
            "certificate": CertificateForm() if awaited else None,
        }
    return {}


@requires(TREASURER)
@require_POST
def returned(request: AccessedRequest, pk: int) -> HttpResponse:
    """The bank returned a cheque."""
    found = get_object_or_404(Cheque.objects.for_access(request.access), pk=pk)
    form = ReturnForm(request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            return_cheque(
                by=request.user,
                cheque=found,
                reason=data["reason"],
                day=data["day"],
                fee_satang=data["fee_satang"] or 0,
            )
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("บันทึกเช็คคืนแล้ว บิลกลับมาค้าง และแจ้งผู้ซื้อแล้ว"))
    else:
        messages.error(request, _("กรุณาใส่เหตุผลและวันที่ของเช็คคืน"))
    return redirect("cheques:cheque", pk)


@requires(TREASURER)
@require_POST
def give_back(request: AccessedRequest, pk: int) -> HttpResponse:
    """Give a cheque back before it went to the bank."""
    found = get_object_or_404(Cheque.objects.for_access(request.access), pk=pk)
    form = GiveBackForm(request.POST)
    if form.is_valid():
        try:
            give_back_cheque(by=request.user, cheque=found, reason=form.cleaned_data["reason"])
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("คืนเช็คให้ผู้ซื้อแล้ว"))
    else:
        messages.error(request, _("กรุณาบอกเหตุผลที่คืนเช็ค"))
    return redirect("cheques:cheque", pk)


@requires(TREASURER)
@require_POST
def certificate(request: AccessedRequest, pk: int) -> HttpResponse:
    """The certificate of the tax withheld has come."""
    found = get_object_or_404(Cheque.objects.for_access(request.access), pk=pk)
    form = CertificateForm(request.POST)
    if form.is_valid():
        try:
            note_cheque_certificate(by=request.user, cheque=found, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("บันทึกหนังสือรับรองแล้ว"))
    else:
        messages.error(request, _("กรุณาใส่เลขที่และวันที่ของหนังสือรับรอง"))
    return redirect("cheques:cheque", pk)


@requires(TREASURER)
def slip(request: AccessedRequest, pk: int) -> HttpResponse:
    """A deposit slip to print; here it is also said how the bank booked it."""
    found = get_object_or_404(
        DepositSlip.objects.for_access(request.access).select_related("account", "made_by"), pk=pk
    )
    if request.method == "POST":
        try:
            set_booked_each(by=request.user, slip=found, each=request.POST.get("each") == "1")
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("บันทึกแล้ว ไปตัดแถวธนาคารได้เลย"))
        return redirect("cheques:slip", pk)
    listed = list(found.cheques.select_related("buyer").order_by("pk"))
    total = sum(one.satang for one in listed)
    return render(
        request,
        "cheques/slip.html",
        {
            "slip": found,
            "cheques": listed,
            "total": total,
            "words": baht_in_words(total),
            "back_url": reverse("cheques:list"),
            "back_label": _("เช็ครับ"),
        },
    )
