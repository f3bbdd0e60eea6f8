"""Adding and revoking certificates, and asking which standards hold."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.core.files.base import File
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from catalogue.models import Product
from catalogue.standards import hooks
from catalogue.standards.models import Certificate, Standard
from catalogue.standards.rules import Span, first_gap
from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common import clock
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import FarmerGroup, Person

LONGEST_DAYS = 3660
"""No standard here is given for more than ten years; beyond it a year was mistyped."""


@dataclass(frozen=True, slots=True)
class CertificateInput:
    """A certificate to put on file: of a group or of a person, never both."""

    standard: Standard
    number: str
    valid_from: date
    valid_until: date
    group: FarmerGroup | None = None
    person: Person | None = None
    products: Sequence[Product] = ()
    issuer: str = ""
    file: File[Any] | None = None


@dataclass(frozen=True, slots=True)
class Lacking:
    """Somebody whose goods may not be sold under a standard, and from which day."""

    standard_id: str
    person_id: int | None
    first_day: date


_Key = tuple[str, int | None, int | None, str, date]


@dataclass(slots=True)
class _Held:
    """Spans by standard of one holder."""

    spans: dict[str, list[Span]] = field(default_factory=dict)

    def add(self, standard_id: str, span: Span) -> None:
        self.spans.setdefault(standard_id, []).append(span)


@unit_of_work
def add_certificates(*, by: User | None, certificates: list[CertificateInput]) -> list[Certificate]:
    """Put certificates on file.

    Args:
        by: who acts; None for the system.
        certificates: what is added; `where` of a refusal is the position in this list.

    Raises:
        Refusals: no single holder, no number, ends before it starts, longer than ten years, or the
            same number of the same standard and holder is on file already.
    """
    bad = [
        refusal for place, given in enumerate(certificates) for refusal in _problems(given, place)
    ]
    Refusals.raise_if_any(bad)
    known: set[_Key] = set(
        Certificate.objects.filter(
            number__in=[given.number.strip() for given in certificates], revoked_at__isnull=True
        ).values_list("standard_id", "group_id", "person_id", "number", "valid_from")
    )
    for place, given in enumerate(certificates):
        key = _key(given)
        if key in known:
            bad.append(
                Refusal(
                    _("มีใบรับรองเลขที่ %(number)s ของผู้ถือรายนี้ที่เริ่มวันเดียวกันอยู่แล้ว")
                    % {"number": given.number},
                    code="known",
                    where=place,
                )
            )
        known.add(key)
    Refusals.raise_if_any(bad)

    made = [
        Certificate(
            standard=given.standard,
            group=given.group,
            person=given.person,
            number=given.number.strip(),
            issuer=given.issuer.strip(),
            valid_from=given.valid_from,
            valid_until=given.valid_until,
            created_at=clock.now(),
            created_by=by,
        )
        for given in certificates
    ]
    for certificate, given in zip(made, certificates, strict=True):
        if given.file is not None:
            certificate.file.save(given.file.name or "certificate", given.file, save=False)
    Certificate.objects.bulk_create(made)
    Certificate.products.through.objects.bulk_create(
        [
            Certificate.products.through(certificate_id=certificate.pk, product_id=product.pk)
            for certificate, given in zip(made, certificates, strict=True)
            for product in {product.pk: product for product in given.products}.values()
        ]
    )
    record_many(
        [
            (
                "standards.certificate.added",
                certificate,
                {
                    "standard": certificate.standard_id,
                    "number": certificate.number,
                    "until": certificate.valid_until.isoformat(),
                },
            )
            for certificate in made
        ],
        by=by,
    )
    return made


@unit_of_work
def revoke_certificates(
    *, by: User | None, certificates: Iterable[Certificate], reason: str
) -> list[Certificate]:
    """Take certificates out of force from now on; they stay on file.

    One that is revoked already is left as it is, so the same request twice changes nothing.

    Returns:
        The certificates that this call revoked.

    Raises:
        Refusal: no reason was given (code "reason").
    """
    if not reason.strip():
        raise Refusal(_("กรุณาบอกเหตุผลที่ยกเลิกใบรับรอง"), code="reason", where="reason")
    found = list(
        Certificate.objects.select_for_update()
        .filter(pk__in=[certificate.pk for certificate in certificates], revoked_at__isnull=True)
        .order_by("pk")
    )
    for certificate in found:
        certificate.revoked_at = clock.now()
        certificate.revoked_reason = reason.strip()[:200]
    Certificate.objects.bulk_update(found, ["revoked_at", "revoked_reason"])
    record_many(
        [
            ("standards.certificate.revoked", certificate, {"reason": certificate.revoked_reason})
            for certificate in found
        ],
        by=by,
    )
    hooks.certificates_ended(found)
    return found


def valid_standards(
    *, group_id: int, person_ids: Iterable[int], product_id: int, first: date, last: date
) -> set[str]:
    """Codes of the standards under which goods of a group and some of its members may be sold.

    A standard holds when, for every person named, the group's certificates and the person's own
    together cover every delivery day from first to last for this product. Two queries.

    Args:
        group_id: the farmer group that offers.
        person_ids: whose shares stand in the offer; none: the group's own certificates decide.
        product_id: the product offered.
        first: first delivery day.
        last: last delivery day, included.
    """
    group, persons = _held([group_id], list(person_ids), product_id, first, last)
    whole = group.get(group_id, _Held())
    ids = list(person_ids)
    candidates = set(whole.spans).union(*(persons[pk].spans for pk in ids if pk in persons))
    return {
        code
        for code in candidates
        if all(
            first_gap(spans, first, last) is None
            for spans in _spans_of_everybody(code, whole, persons, ids)
        )
    }


def holders_lacking(
    *,
    group_id: int,
    person_ids: Iterable[int],
    product_id: int,
    standard_ids: Iterable[str],
    first: date,
    last: date,
) -> list[Lacking]:
    """Who lacks which of the wanted standards somewhere in a window, and the first day without.

    `person_id` is None when nobody was named and the group itself lacks it. Two queries.
    """
    ids = list(person_ids)
    group, persons = _held([group_id], ids, product_id, first, last)
    whole = group.get(group_id, _Held())
    found = []
    for code in standard_ids:
        everybody = _spans_of_everybody(code, whole, persons, ids)
        holders: list[int | None] = [*ids] or [None]
        for holder, spans in zip(holders, everybody, strict=True):
            gap = first_gap(spans, first, last)
            if gap is not None:
                found.append(Lacking(code, holder, gap))
    return found


def expiring(*, within_days: int = 60) -> Any:
    """Certificates in force today that end within some days and that no renewal follows yet."""
    today = clock.today()
    renewal = (
        Certificate.objects.filter(
            Q(group_id=OuterRef("group_id")) | Q(person_id=OuterRef("person_id")),
            standard_id=OuterRef("standard_id"),
            revoked_at__isnull=True,
            valid_until__gt=OuterRef("valid_until"),
        )
        .exclude(pk=OuterRef("pk"))
        .order_by()
    )
    return (
        Certificate.objects.filter(
            revoked_at__isnull=True,
            valid_from__lte=today,
            valid_until__gte=today,
            valid_until__lte=today + timedelta(days=within_days),
        )
        .annotate(renewed=Exists(renewal))
        .filter(renewed=False)
        .order_by(F("valid_until"), "pk")
    )


def _spans_of_everybody(
    code: str, group: _Held, persons: dict[int, _Held], ids: list[int]
) -> list[list[Span]]:
    """For each person (or the group alone, when none is named) the spans that count."""
    of_group = group.spans.get(code, [])
    if not ids:
        return [of_group]
    return [of_group + persons.get(pk, _Held()).spans.get(code, []) for pk in ids]


def _held(
    group_ids: list[int], person_ids: list[int], product_id: int, first: date, last: date
) -> tuple[dict[int, _Held], dict[int, _Held]]:
    groups: dict[int, _Held] = {}
    persons: dict[int, _Held] = {}
    rows = (
        Certificate.objects.filter(
            Q(group_id__in=group_ids) | Q(person_id__in=person_ids),
            valid_from__lte=last,
            valid_until__gte=first,
            revoked_at__isnull=True,
        )
        .for_product(product_id)
        .order_by()
        .values_list("standard_id", "group_id", "person_id", "valid_from", "valid_until")
    )
    for standard_id, group_id, person_id, start, end in rows:
        holder = (
            groups.setdefault(group_id, _Held())
            if group_id is not None
            else persons.setdefault(person_id, _Held())
        )
        holder.add(standard_id, (start, end))
    return groups, persons


def _key(given: CertificateInput) -> _Key:
    return (
        given.standard.pk,
        given.group.pk if given.group else None,
        given.person.pk if given.person else None,
        given.number.strip(),
        given.valid_from,
    )


def _problems(given: CertificateInput, place: int) -> list[Refusal]:
    found = []

    def bad(message: str, code: str) -> None:
        found.append(Refusal(message, code=code, where=place))

    if (given.group is None) == (given.person is None):
        bad(_("ใบรับรองต้องเป็นของกลุ่มหรือของบุคคลอย่างใดอย่างหนึ่ง"), "holder")
    if not given.number.strip():
        bad(_("กรุณาใส่เลขที่ใบรับรอง"), "number")
    if given.valid_until < given.valid_from:
        bad(
            _("ใบรับรองหมดอายุ %(until)s ก่อนวันเริ่ม %(start)s กรุณาตรวจปี")
            % {"until": format_date(given.valid_until), "start": format_date(given.valid_from)},
            "window",
        )
    elif (given.valid_until - given.valid_from).days > LONGEST_DAYS:
        bad(
            _("ใบรับรองยาวเกิน 10 ปี (%(start)s ถึง %(until)s) กรุณาตรวจปี")
            % {"until": format_date(given.valid_until), "start": format_date(given.valid_from)},
            "too-long",
        )
    return found
