"""Who is paid where: every payee's account, a relative's with consent, or cash."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.exceptions import Refusal, Refusals
from marketplace.parties.access import AccessedRequest, requires
from marketplace.parties.models import (
    FarmerGroup,
    Membership,
    PayoutAccount,
    Person,
    RoleName,
)
from marketplace.parties.services import PayoutAccountInput
from orders.settlement.forms import PayeeForm
from orders.settlement.services import ConsentInput, set_payee
from orders.settlement.services.accounts import consents_of


def payee_page(payee: Person | FarmerGroup) -> str:
    """Address of the page where a payee's account is set."""
    name = "person" if isinstance(payee, Person) else "group"
    return reverse(f"settlement:{name}-payee", args=[payee.pk])


@requires(RoleName.TREASURER)
def payees(request: AccessedRequest) -> HttpResponse:
    """Every group and its members with the way each is paid; who has none stands first."""
    groups = FarmerGroup.objects.for_access(request.access).filter(stage="active")
    accounts = list(
        PayoutAccount.objects.for_access(request.access)
        .filter(ended_at__isnull=True)
        .select_related("person", "group")
    )
    consents = consents_of(accounts)
    of_person = {one.person_id: one for one in accounts if one.person_id}
    of_group = {one.group_id: one for one in accounts if one.group_id}
    members: dict[int, list[dict[str, Any]]] = {}
    for membership in (
        Membership.objects.present()
        .filter(group__in=groups)
        .select_related("person")
        .order_by("person__name", "pk")
    ):
        account = of_person.get(membership.person_id)
        members.setdefault(membership.group_id, []).append(
            {
                "payee": membership.person,
                "url": reverse("settlement:person-payee", args=[membership.person_id]),
                "account": account,
                "consent": consents.get(account.pk) if account else None,
            }
        )
    rows = []
    for group in groups.order_by("name_th"):
        listed = sorted(members.get(group.pk, ()), key=lambda row: row["account"] is not None)
        rows.append(
            {
                "group": group,
                "account": of_group.get(group.pk),
                "members": listed,
                "missing": sum(1 for row in listed if row["account"] is None)
                if group.paid_to_members
                else int(group.pk not in of_group),
            }
        )
    return render(
        request,
        "settlement/payees.html",
        {"rows": rows, "missing": sum(row["missing"] for row in rows)},
    )


@requires(RoleName.TREASURER)
def person_payee(request: AccessedRequest, pk: int) -> HttpResponse:
    """Say where a person's money goes from now on."""
    found = get_object_or_404(Person.objects.for_access(request.access).present(), pk=pk)
    return _set(request, person=found, name=found.name)


@requires(RoleName.TREASURER)
def group_payee(request: AccessedRequest, pk: int) -> HttpResponse:
    """Say where a group's money goes from now on."""
    found = get_object_or_404(FarmerGroup.objects.for_access(request.access), pk=pk)
    return _set(request, group=found, name=found.name)


def _set(
    request: AccessedRequest,
    *,
    name: str,
    person: Person | None = None,
    group: FarmerGroup | None = None,
) -> HttpResponse:
    history = list(
        PayoutAccount.objects.for_access(request.access)
        .filter(person=person, group=group)
        .order_by("-since")
    )
    form = PayeeForm(request.POST or None, for_group=group is not None)
    if request.method == "POST" and form.is_valid():
        wanted: dict[str, Any] = form.cleaned_data
        relative = wanted.get("whose") == PayeeForm.RELATIVE
        try:
            set_payee(
                by=request.user,
                account=PayoutAccountInput(
                    method=wanted["method"],
                    person=person,
                    group=group,
                    bank=wanted["bank"],
                    number=wanted["number"],
                    holder_name=wanted["holder_name"],
                ),
                consent=ConsentInput(wanted["relation"], wanted["paper"], wanted["signed_on"])
                if relative
                else None,
            )
        except Refusals as refusals:
            for refusal in refusals.items:
                form.add_error(refusal.code if refusal.code in form.fields else None, str(refusal))
        except Refusal as refusal:
            form.add_error(refusal.where if refusal.where in form.fields else None, str(refusal))
        else:
            messages.success(request, _("ตั้งบัญชีรับเงินใหม่แล้ว บัญชีเดิมเก็บไว้ในประวัติ"))
            return redirect("settlement:payees")
    consents = consents_of(history)
    return render(
        request,
        "settlement/payee.html",
        {
            "form": form,
            "name": name,
            "group": group,
            "history": [
                {"account": account, "consent": consents.get(account.pk)} for account in history
            ],
        },
        status=422 if form.is_bound and form.errors else 200,
    )
