"""Certificates: which hold, which end soon, and the papers behind them."""

from __future__ import annotations

from datetime import timedelta
from mimetypes import guess_type
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from catalogue import asked
from catalogue.standards.forms import CertificateForm, RevokeForm
from catalogue.standards.models import Certificate, Standard
from catalogue.standards.services import add_certificates, expiring, revoke_certificates
from marketplace.common import clock
from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import RoleName

READERS = (RoleName.STAFF, RoleName.TREASURER, RoleName.COORDINATOR, RoleName.AGENCY)
SOON_DAYS = 60
PER_PAGE = 50

STATES = {
    "": gettext_lazy("ใช้ได้วันนี้"),
    "soon": gettext_lazy("หมดใน 60 วัน"),
    "ended": gettext_lazy("หมดอายุแล้ว"),
    "revoked": gettext_lazy("ยกเลิกแล้ว"),
    "all": gettext_lazy("ทั้งหมด"),
}


@requires(*READERS)
def certificates(request: AccessedRequest) -> HttpResponse:
    """The certificates a reader may see; those that end soon are counted in the heading."""
    today = clock.today()
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    standard = asked.code(request.GET, "standard")
    query = asked.words(request.GET)
    mine = Certificate.objects.for_access(request.access)
    soon = expiring(within_days=SOON_DAYS).for_access(request.access)
    found = soon if state == "soon" else mine
    if state == "":
        found = found.filter(revoked_at__isnull=True, valid_from__lte=today, valid_until__gte=today)
    elif state == "ended":
        found = found.filter(revoked_at__isnull=True, valid_until__lt=today)
    elif state == "revoked":
        found = found.filter(revoked_at__isnull=False)
    if standard:
        found = found.filter(standard_id=standard)
    if query:
        found = found.filter(
            Q(number__icontains=query)
            | Q(group__name_th__icontains=query)
            | Q(person__name__icontains=query)
        )
    page = Paginator(
        found.select_related("standard", "group", "person").order_by("valid_until", "pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    return render(
        request,
        "standards/certificates.html",
        {
            "page_obj": page,
            "rows": [(one, *status_of(one, today)) for one in page],
            "soon_count": soon.count(),
            "state": state,
            "states": STATES,
            "standard": standard,
            "standards": list(Standard.objects.all()),
            "query": query,
            "may_write": request.access.is_superuser or request.access.has(RoleName.STAFF),
        },
    )


def status_of(certificate: Certificate, today: Any) -> tuple[str, str]:
    """The badge of a certificate: its status and its words."""
    if certificate.revoked_at is not None:
        return "bad", _("ยกเลิกแล้ว")
    if certificate.valid_until < today:
        return "bad", _("หมดอายุแล้ว")
    if certificate.valid_from > today:
        return "wait", _("ยังไม่เริ่ม")
    if certificate.valid_until <= today + timedelta(days=SOON_DAYS):
        left = (certificate.valid_until - today).days
        return "warn", _("เหลือ %(days)d วัน") % {"days": left}
    return "ok", _("ใช้ได้")


@requires(RoleName.STAFF)
def add(request: AccessedRequest) -> HttpResponse:
    """Put a certificate on file."""
    form = CertificateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            (made,) = add_certificates(by=request.user, certificates=[form.certificate()])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("บันทึกใบรับรอง %(number)s แล้ว") % {"number": made.number})
            return redirect("standards:certificate", pk=made.pk)
    return render(request, "standards/add.html", {"form": form}, status=422 if form.errors else 200)


def _own(request: AccessedRequest, pk: int) -> Certificate:
    found: Certificate = get_object_or_404(
        Certificate.objects.for_access(request.access).select_related(
            "standard", "group", "person", "created_by"
        ),
        pk=pk,
    )
    return found


@requires(*READERS)
def certificate(request: AccessedRequest, pk: int) -> HttpResponse:
    """One certificate, its products and its paper."""
    return _page(request, _own(request, pk), RevokeForm())


def _page(request: AccessedRequest, one: Certificate, form: RevokeForm) -> HttpResponse:
    status, words = status_of(one, clock.today())
    return render(
        request,
        "standards/certificate.html",
        {
            "certificate": one,
            "status": status,
            "status_words": words,
            "products": list(one.products.order_by("title")),
            "form": form,
            "may_write": request.access.is_superuser or request.access.has(RoleName.STAFF),
        },
        status=422 if form.errors else 200,
    )


@requires(RoleName.STAFF)
@require_POST
def revoke(request: AccessedRequest, pk: int) -> HttpResponse:
    """Take a certificate out of force, with a reason."""
    one = _own(request, pk)
    form = RevokeForm(request.POST)
    if not form.is_valid():
        return _page(request, one, form)
    try:
        revoke_certificates(by=request.user, certificates=[one], reason=form.cleaned_data["reason"])
    except Refusal as refusal:
        form.add_error("reason", str(refusal))
        return _page(request, one, form)
    messages.success(request, _("ยกเลิกใบรับรองแล้ว ใบยังอยู่ในแฟ้ม"))
    return redirect("standards:certificate", pk=pk)


@requires(*READERS)
def file(request: AccessedRequest, pk: int) -> HttpResponse:
    """The paper itself, only to those who may see the certificate."""
    one = _own(request, pk)
    name = one.file.name or ""
    if not name or not one.file.storage.exists(name):
        raise Http404
    with one.file.open("rb") as handle:  # at most ten megabytes
        content = handle.read()
    response = HttpResponse(content, content_type=guess_type(name)[0] or "application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, Path(name).name) or ""
    return response
