"""Parties come in, are approved or refused, change their terms, are suspended or archived."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now
from marketplace.common.codes import new_code
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.notifications.services import Telling, tell
from marketplace.parties.exceptions import AlreadyRegistered, NotInThisStage
from marketplace.parties.models import Agency, Buyer, FarmerGroup, Party, PartyKind, Stage

MODEL_OF_KIND: dict[str, type[FarmerGroup] | type[Buyer] | type[Agency]] = {
    PartyKind.GROUP: FarmerGroup,
    PartyKind.BUYER: Buyer,
    PartyKind.AGENCY: Agency,
}
TERMS_OF_KIND: dict[str, frozenset[str]] = {
    PartyKind.GROUP: frozenset(
        {
            "legally_registered",
            "weight_basis",
            "release_rule",
            "release_days",
            "paid_to_members",
        }
    ),
    PartyKind.BUYER: frozenset(
        {
            "buyer_class",
            "is_government",
            "requires_po",
            "payment_days",
            "withholding_bp",
            "over_tolerance_bp",
            "outside_goods",
            "billing_plan",
            "contract_tier",
        }
    ),
    PartyKind.AGENCY: frozenset(),
}
_PREFIX = {PartyKind.GROUP: "G", PartyKind.BUYER: "B", PartyKind.AGENCY: "A"}


@unit_of_work
def register_party(
    *,
    by: User | None,
    kind: str,
    name_th: str,
    district_code: str,
    name_en: str = "",
    code: str = "",
    address: str = "",
    tax_id: str = "",
    branch: str = "สำนักงานใหญ่",
    contact_name: str = "",
    phone: str = "",
    email: str = "",
    terms: Mapping[str, Any] | None = None,
) -> FarmerGroup | Buyer | Agency:
    """Take an application of a group, a buyer or an agency; it waits for approval.

    Args:
        by: who registers it; None for somebody without a sign-in.
        kind: a PartyKind other than the cooperative.
        district_code: official four-digit code.
        code: short code in upper case; drawn when left out.
        terms: fields of the kind's model (a buyer needs `buyer_class`: a BuyerClass).

    Raises:
        AlreadyRegistered: a party of this kind and name, or of this tax number and branch, is here.
        Refusal: a field is not valid; `where` maps field names to messages.
    """
    model = MODEL_OF_KIND.get(kind)
    if model is None:
        raise Refusal(_("สมัครได้เป็นกลุ่ม ผู้ซื้อ หรือหน่วยงานเท่านั้น"), code="kind", where="kind")
    values = dict(terms or {})
    _known_terms(kind, values)
    name_th = " ".join(name_th.split())
    same = Q(name_th__iexact=name_th)
    if tax_id:
        same |= Q(tax_id=tax_id, branch=branch)
    if Party.objects.filter(same, kind=kind).exclude(stage=Stage.ARCHIVED).exists():
        raise AlreadyRegistered(name_th)
    party = model(
        kind=kind,
        code=code or _new_party_code(kind),
        name_th=name_th,
        name_en=name_en.strip(),
        stage=Stage.APPLIED,
        district_id=district_code,
        address=address.strip(),
        tax_id=tax_id,
        branch=branch.strip(),
        contact_name=contact_name.strip(),
        phone=phone.strip(),
        email=email.strip(),
        registered_at=now(),
        **values,
    )
    _validate(party)
    party.save()
    record(by=by, action="parties.party.registered", subject=party, party=party)
    return party


@unit_of_work
def approve_parties(*, by: User | None, parties: Iterable[Party]) -> list[Party]:
    """Let applicants trade; those active already stay as they are.

    Raises:
        NotInThisStage: one of them is suspended or archived.
    """
    return _to_stage(by, parties, Stage.ACTIVE, from_stages=(Stage.APPLIED,), act="approved")


@unit_of_work
def refuse_parties(*, by: User | None, parties: Iterable[Party], reason: str) -> list[Party]:
    """Refuse applications with a reason that the applicant is told.

    Raises:
        NotInThisStage: one of them is no longer waiting.
        Refusal: no reason given.
    """
    _reason(reason)
    return _to_stage(
        by, parties, Stage.ARCHIVED, from_stages=(Stage.APPLIED,), act="refused", reason=reason
    )


@unit_of_work
def suspend_parties(*, by: User | None, parties: Iterable[Party], reason: str) -> list[Party]:
    """Stop parties from trading for a while; what is placed already goes on.

    Raises:
        NotInThisStage: one of them is not active.
        Refusal: no reason given.
    """
    _reason(reason)
    return _to_stage(
        by, parties, Stage.SUSPENDED, from_stages=(Stage.ACTIVE,), act="suspended", reason=reason
    )


@unit_of_work
def archive_parties(*, by: User | None, parties: Iterable[Party], reason: str) -> list[Party]:
    """Take parties out of use; their history stays.

    Raises:
        NotInThisStage: one of them is still waiting for an answer, or is the cooperative.
        Refusal: no reason given.
    """
    _reason(reason)
    return _to_stage(
        by,
        parties,
        Stage.ARCHIVED,
        from_stages=(Stage.ACTIVE, Stage.SUSPENDED),
        act="archived",
        reason=reason,
    )


@unit_of_work
def restore_parties(*, by: User | None, parties: Iterable[Party]) -> list[Party]:
    """Put suspended or archived parties back to work."""
    return _to_stage(
        by, parties, Stage.ACTIVE, from_stages=(Stage.SUSPENDED, Stage.ARCHIVED), act="restored"
    )


DETAILS = ("name_th", "name_en", "address", "tax_id", "branch", "contact_name", "phone", "email")


@unit_of_work
def change_details(
    *, by: User | None, party: Party, district_code: str, details: Mapping[str, str]
) -> Party:
    """Change name, address and contact of a party; what changed is in the trail by field name.

    Args:
        details: any of `DETAILS`.

    Raises:
        AlreadyRegistered: another party of this kind has the name, or tax number and branch.
        Refusal: a field is not valid; `where` maps field names to messages.
    """
    locked = Party.objects.select_for_update().get(pk=party.pk)
    changed = _apply(locked, {k: " ".join(v.split()) for k, v in details.items()}, DETAILS)
    if locked.district_id != district_code:
        locked.district_id = district_code
        changed.append("district")
    if not changed:
        return locked
    same = Q(name_th__iexact=locked.name_th)
    if locked.tax_id:
        same |= Q(tax_id=locked.tax_id, branch=locked.branch)
    others = Party.objects.filter(same, kind=locked.kind).exclude(pk=locked.pk)
    if others.exclude(stage=Stage.ARCHIVED).exists():
        raise AlreadyRegistered(locked.name_th)
    _validate(locked)
    locked.save()
    record(
        by=by,
        action="parties.party.changed",
        subject=locked,
        party=locked,
        data={"fields": changed},
    )
    return locked


@unit_of_work
def change_terms(
    *, by: User | None, party: FarmerGroup | Buyer, terms: Mapping[str, Any]
) -> FarmerGroup | Buyer:
    """Change the terms a group is paid on or a buyer buys on; before and after are in the trail.

    They hold for what is placed and weighed in from now on.

    Raises:
        Refusal: a term is not valid; `where` maps field names to messages.
    """
    _known_terms(party.kind, terms)
    model = MODEL_OF_KIND[party.kind]
    locked = model.objects.select_for_update().get(pk=party.pk)
    before = {name: _plain(getattr(locked, name)) for name in terms}
    changed = _apply(locked, terms, tuple(terms))
    if changed:
        _validate(locked)
        locked.save()
        record(
            by=by,
            action="parties.terms.changed",
            subject=locked,
            party=locked,
            data={name: [before[name], _plain(getattr(locked, name))] for name in changed},
        )
    return locked  # type: ignore[return-value]


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | str) else str(getattr(value, "pk", value))


def _apply(party: Party, values: Mapping[str, Any], allowed: tuple[str, ...]) -> list[str]:
    changed = []
    for name, value in values.items():
        if name not in allowed:
            raise TypeError(f"{name} is not changed here")
        if getattr(party, name) != value:
            setattr(party, name, value)
            changed.append(name)
    return changed


def _to_stage(
    by: User | None,
    parties: Iterable[Party],
    stage: Stage,
    *,
    from_stages: tuple[Stage, ...],
    act: str,
    reason: str = "",
) -> list[Party]:
    wanted = [party.pk for party in parties]
    locked = list(Party.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    changing = [party for party in locked if party.stage != stage]
    for party in changing:
        if party.kind == PartyKind.COOPERATIVE or party.stage not in from_stages:
            raise NotInThisStage(
                _("%(name)s อยู่ในสถานะ “%(stage)s” จึงทำขั้นนี้ไม่ได้ เปิดหน้ารายละเอียดเพื่อดูว่าทำอะไรได้")
                % {"name": party.name, "stage": party.get_stage_display()},
                code="stage",
                where=party.pk,
            )
        party.stage = stage
        party.stage_note = reason.strip()
        if act == "approved":
            party.approved_at, party.approved_by = now(), by
    Party.objects.bulk_update(changing, ["stage", "stage_note", "approved_at", "approved_by"])
    record_many([(f"parties.party.{act}", party, {"reason": reason}) for party in changing], by=by)
    if act in _TOLD:
        title, body = _TOLD[act]
        moment = now().isoformat()
        tell(
            tellings=[
                Telling(
                    key=f"party-{act}:{party.pk}:{moment}",
                    recipient=f"party:{party.pk}",
                    kind=f"parties.{act}",
                    title=str(title) % {"name": party.name_th},
                    body=str(body) % {"reason": reason.strip()},
                    email=party.email,
                )
                for party in changing
            ]
        )
    return locked


_TOLD = {
    "approved": (
        _("%(name)s เข้าร่วมตลาดล่วงหน้าแล้ว"),
        _("สหกรณ์อนุมัติแล้ว ลิงก์ตั้งรหัสผ่านจะส่งถึงผู้ใช้แต่ละคน"),
    ),
    "refused": (_("คำขอของ %(name)s ยังไม่ผ่าน"), _("เหตุผลจากสหกรณ์: %(reason)s")),
    "suspended": (_("%(name)s พักการซื้อขายไว้ชั่วคราว"), _("เหตุผลจากสหกรณ์: %(reason)s")),
}


def _reason(reason: str) -> None:
    if not reason.strip():
        raise Refusal(_("เขียนเหตุผลสั้น ๆ ก่อน อีกฝ่ายจะได้รู้ว่าเพราะอะไร"), code="reason", where="reason")


def _known_terms(kind: str, values: Mapping[str, Any]) -> None:
    unknown = set(values) - TERMS_OF_KIND[kind]
    if unknown:
        raise TypeError(f"a {kind} has no terms {sorted(unknown)}")


def _new_party_code(kind: str) -> str:
    while True:
        code = f"{_PREFIX[PartyKind(kind)]}-{new_code(5)}"
        if not Party.objects.filter(code=code).exists():
            return code


def _validate(party: Party) -> None:
    try:
        party.full_clean(exclude=["party_ptr"])
    except ValidationError as error:
        where = {name: " ".join(map(str, lines)) for name, lines in error.message_dict.items()}
        raise Refusal(" ".join(where.values()), code="fields", where=where) from error
