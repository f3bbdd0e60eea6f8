"""Harvest offers: opening, closing, and standing by their certificates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import IntegrityError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalogue.standards.models import Certificate
from catalogue.supply import rules
from catalogue.supply.models import HarvestOffer, OfferShare
from catalogue.supply.services.checking import read_facts, refusals_of, standard_refusals
from catalogue.supply.services.inputs import OfferInput, ShareInput
from catalogue.supply.services.rebacking import drop_standards
from catalogue.supply.services.shares import lock_all, note_changes
from marketplace.accounts.models import User
from marketplace.audit.services import Act, record_acts
from marketplace.common.clock import now, today
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work
from marketplace.parties.services import acting_for

_BATCH = 500


@unit_of_work
def offer_harvests(*, by: User | None, offers: Sequence[OfferInput]) -> list[HarvestOffer]:
    """Open offers for booking, each with its members' shares.

    Returns:
        The offers in the order given; for a key that is known already, the offer it made.

    Raises:
        Refusals: one for each thing that is wrong, with `where["offer"]` the row's index and
            `where["field"]`: window, quantity, member, plot, standard, price, product, group.
        NotYours: `by` may not act for one of the persons.
    """
    keys = [offer.key for offer in offers if offer.key]
    known = {o.request_key: o for o in HarvestOffer.objects.filter(request_key__in=keys)}
    fresh = [(i, o) for i, o in enumerate(offers) if not (o.key and o.key in known)]
    facts = read_facts([offer for _i, offer in fresh])
    Refusals.raise_if_any(
        refusal for index, offer in fresh for refusal in refusals_of(offer, facts, index)
    )
    for_whom = acting_for(by=by, person_ids={s.person_id for _i, o in fresh for s in o.shares})
    moment = now()
    try:
        made = HarvestOffer.objects.bulk_create(
            [_row(offer, by=by, moment=moment) for _i, offer in fresh], batch_size=_BATCH
        )
    except IntegrityError as error:  # the same form in the same moment, from two tabs
        raise Refusal(_("แบบฟอร์มนี้ส่งไปแล้ว ดูในหน้าผลผลิตที่เปิดจอง"), code="posted-twice") from error
    through = HarvestOffer.standards.through
    through._default_manager.bulk_create(
        [
            through(harvestoffer_id=row.pk, standard_id=code)
            for row, (_i, offer) in zip(made, fresh, strict=True)
            for code in sorted(set(offer.standards))
        ],
        batch_size=_BATCH,
    )
    shares = OfferShare.objects.bulk_create(
        [
            OfferShare(harvest_offer=row, person_id=s.person_id, plot_id=s.plot_id, qty=s.qty)
            for row, (_i, offer) in zip(made, fresh, strict=True)
            for s in offer.shares
        ],
        batch_size=_BATCH,
    )
    note_changes([(share, 0, share.qty) for share in shares], by=by, for_whom=for_whom)
    by_index = {index: row for (index, _o), row in zip(fresh, made, strict=True)}
    return [
        by_index[index] if index in by_index else known[offer.key]
        for index, offer in enumerate(offers)
    ]


@unit_of_work
def close_offers(*, by: User | None, offers: Iterable[HarvestOffer]) -> list[HarvestOffer]:
    """Take offers out of booking; what is reserved on them stands and will be picked."""
    return _set_state(by, offers, HarvestOffer.State.CLOSED, "supply.offer.closed")


@unit_of_work
def reopen_offers(*, by: User | None, offers: Iterable[HarvestOffer]) -> list[HarvestOffer]:
    """Open closed offers for booking again, as long as their windows last.

    Raises:
        Refusal: a window is over.
    """
    offers = list(offers)
    if any(offer.last_day < today() for offer in offers):
        raise Refusal(_("เลยวันส่งวันสุดท้ายแล้ว กรุณาเปิดจองใหม่"), code="over")
    return _set_state(by, offers, HarvestOffer.State.OPEN, "supply.offer.reopened")


def stand_by_certificates(certificates: Sequence[Certificate]) -> None:
    """Look again at offers whose standard stood on certificates that ended; in their transaction.

    An offer keeps the standard when others still cover what is left of its window; else lines that
    need it move to other offers or become shortages.
    """
    groups = {c.group_id for c in certificates if c.group_id}
    persons = {c.person_id for c in certificates if c.person_id}
    codes = {c.standard_id for c in certificates}
    offers = list(
        HarvestOffer.objects.filter(
            Q(group_id__in=groups) | Q(shares__person_id__in=persons),
            standards__in=codes,
            last_day__gte=today(),
        )
        .distinct()
        .order_by("pk")
    )
    shares: dict[int, list[ShareInput]] = defaultdict(list)
    for share in OfferShare.objects.filter(harvest_offer__in=offers, qty__gt=0).order_by("pk"):
        shares[share.harvest_offer_id].append(ShareInput(share.person_id, share.qty))
    asked = [
        OfferInput(
            group_id=o.group_id,
            product_id=o.product_id,
            grade=o.grade,
            first_day=max(o.first_day, today()),
            last_day=o.last_day,
            shares=shares[o.pk],
            standards=sorted(codes & set(o.standard_codes.split())),
        )
        for o in offers
    ]
    facts = read_facts(asked)
    lacking: dict[str, list[int]] = defaultdict(list)
    for offer, row in zip(offers, asked, strict=True):
        for code in {r.where["standard"] for r in standard_refusals(row, facts, 0)}:
            lacking[code].append(offer.pk)
    # One standard after the other would lock a later product before an earlier one.
    lock_all(HarvestOffer.objects.filter(pk__in={pk for pks in lacking.values() for pk in pks}))
    for code, offer_ids in sorted(lacking.items()):
        drop_standards(by=None, offer_ids=offer_ids, codes=[code])


def _set_state(
    by: User | None, offers: Iterable[HarvestOffer], state: str, action: str
) -> list[HarvestOffer]:
    rows = list(
        HarvestOffer.objects.select_for_update(no_key=True)
        .filter(pk__in=[o.pk for o in offers])
        .exclude(state=state)
        .order_by("pk")
    )
    HarvestOffer.objects.filter(pk__in=[o.pk for o in rows]).update(state=state)
    for row in rows:
        row.state = state
    record_acts([Act(action, row, f"party:{row.group_id}") for row in rows], by=by)
    return rows


def _row(offer: OfferInput, *, by: User | None, moment: datetime) -> HarvestOffer:
    total = sum(share.qty for share in offer.shares)
    return HarvestOffer(
        group_id=offer.group_id,
        product_id=offer.product_id,
        grade=offer.grade,
        standard_codes=" ".join(sorted(set(offer.standards))),
        first_day=offer.first_day,
        last_day=offer.last_day,
        min_price_satang=offer.min_price_satang,
        offered_qty=total,
        policy_qty=rules.policy_figure(total, 0),
        promisable_qty=rules.policy_figure(total, 0),
        request_key=offer.key or None,
        created_at=moment,
        created_by=by,
    )
