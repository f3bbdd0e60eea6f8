"""Import profiles: the list, and the editor with a file to try them on."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.exceptions import Refusal
from marketplace.parties.access import AccessedRequest, requires
from orders.reconciliation.exceptions import StatementError
from orders.reconciliation.models import BankAccount, ImportProfile
from orders.reconciliation.profile_form import ProfileForm
from orders.reconciliation.profiles import layout_of
from orders.reconciliation.services import preview_statement, require_complete, save_profile
from orders.reconciliation.views.common import TREASURER

SHOWN = 10
"""Rows of a tried file that the page shows."""


@requires(TREASURER)
def profiles(request: AccessedRequest) -> HttpResponse:
    """Every profile, and which accounts read by it."""
    listed = [
        {
            "profile": one,
            "accounts": list(BankAccount.objects.filter(profile=one)),
        }
        for one in ImportProfile.objects.all()
    ]
    return render(request, "reconciliation/profiles.html", {"rows": listed})


@requires(TREASURER)
def profile(request: AccessedRequest, pk: int | None = None) -> HttpResponse:
    """Set down a profile; try it on a file first, which saves nothing."""
    found = get_object_or_404(ImportProfile, pk=pk) if pk else None
    form = ProfileForm(
        request.POST or None, request.FILES or None, initial=ProfileForm.initial_of(found)
    )
    context: dict[str, Any] = {"form": form, "profile": found}
    if request.method == "POST" and form.is_valid():
        try:
            if "try" in request.POST:
                context |= _tried(form)
            else:
                kept = save_profile(by=request.user, profile=found, values=form.values())
                messages.success(request, _("บันทึกรูปแบบไฟล์ %(name)s แล้ว") % {"name": kept})
                return redirect("reconciliation:profiles")
        except StatementError as refusal:
            context["errors"] = refusal.errors
        except Refusal as refusal:
            column = (refusal.where or {}).get("column", "")
            place = {"not-a-code": "code", "profile-known": "code", "no-name": "name"}
            form.add_error(
                f"column_{column}" if column else place.get(refusal.code), str(refusal.message)
            )
    return render(request, "reconciliation/profile.html", context)


def _tried(form: ProfileForm) -> dict[str, Any]:
    """The first rows of the file as this profile reads them."""
    values, file = form.values(), form.cleaned_data["file"]
    require_complete(values)
    account = form.cleaned_data["account"] or BankAccount.objects.first()
    if file is None or account is None:
        form.add_error("file", _("เลือกไฟล์ที่จะลองอ่าน"))
        return {}
    layout = layout_of(
        code=values.code,
        kind=values.kind,
        columns={key: list(names) for key, names in values.columns.items()},
        skip_rows=values.skip_rows,
        encoding=values.encoding,
        era=values.era,
        amounts=values.amounts,
        names_account=values.names_account,
    )
    preview = preview_statement(account=account, file_bytes=file.read(), profile=layout)
    return {"preview": preview, "shown": preview.statement.rows[:SHOWN]}
