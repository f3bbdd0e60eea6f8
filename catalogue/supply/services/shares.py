"""Shares of members in standing offers: joining, changing, taking a change back.

An offer's quantity is the sum of its shares. Whoever acts for somebody else is found by
`parties.services.acting_for`, which also refuses strangers: such an act is logged and shown, and
can be undone within a day as far as nothing is reserved on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalogue.supply import hooks, rules
from catalogue.supply.models import HarvestOffer, OfferShare, ShareChange, Shortage
from catalogue.supply.services.checking import most_of, read_facts, refusals_of, say, too_much
from catalogue.supply.services.cuts import Cut
from catalogue.supply.services.inputs import NewShare, OfferInput, ShareChangeInput, ShareInput
from catalogue.supply.services.locking import lock_book
from marketplace.accounts.models import User
from marketplace.audit.services import Act, record_acts
from marketplace.common.clock import now, today
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.quantities import (
    BaseUnit,
)
from marketplace.common.transactions import unit_of_work
from marketplace.parties.services import acting_for

_BATCH = 500


@unit_of_work
def add_shares(*, by: User | None, shares: Sequence[NewShare]) -> list[OfferShare]:
    """Let more members join standing offers; a person already in it gets the new quantity.

    Raises:
        Refusals: as `offer_harvests`, `where["offer"]` being the row's index.
    """
    offers = {
        o.pk: o
        for o in HarvestOffer.objects.filter(pk__in={s.offer_id for s in shares})
        .select_related("product")
        .order_by("pk")
    }
    lock_book({o.product_id for o in offers.values()}, from_day=_first_end(offers.values()))
    standing = {
        (s.harvest_offer_id, s.person_id): s
        for s in OfferShare.objects.filter(harvest_offer_id__in=offers)
    }
    asked = [
        OfferInput(
            group_id=offers[s.offer_id].group_id,
            product_id=offers[s.offer_id].product_id,
            grade=offers[s.offer_id].grade,
            first_day=max(offers[s.offer_id].first_day, _first_possible(offers[s.offer_id])),
            last_day=offers[s.offer_id].last_day,
            shares=[ShareInput(s.person_id, s.qty, s.plot_id)],
            standards=offers[s.offer_id].standard_codes.split(),
        )
        for s in shares
    ]
    facts = read_facts(asked)
    Refusals.raise_if_any(
        refusal for index, row in enumerate(asked) for refusal in refusals_of(row, facts, index)
    )
    again = [
        ShareChangeInput(standing[s.offer_id, s.person_id].pk, s.qty)
        for s in shares
        if (s.offer_id, s.person_id) in standing
    ]
    if again:
        change_shares(by=by, changes=again)
    new = [s for s in shares if (s.offer_id, s.person_id) not in standing]
    for_whom = acting_for(by=by, person_ids={s.person_id for s in new})
    made = OfferShare.objects.bulk_create(
        [
            OfferShare(
                harvest_offer_id=s.offer_id, person_id=s.person_id, plot_id=s.plot_id, qty=s.qty
            )
            for s in new
        ],
        batch_size=_BATCH,
    )
    added: dict[int, int] = defaultdict(int)
    for share in made:
        added[share.harvest_offer_id] += share.qty
    _write_offered(added)
    note_changes([(share, 0, share.qty) for share in made], by=by, for_whom=for_whom)
    return list(
        OfferShare.objects.filter(harvest_offer_id__in=offers)
        .filter(person_id__in=[s.person_id for s in shares])
        .order_by("pk")
    )


@unit_of_work
def change_shares(*, by: User | None, changes: Sequence[ShareChangeInput]) -> list[ShareChange]:
    """Set shares to new quantities.

    Where an offer falls below what is reserved on it, other offers take over first; then the newest
    reservations are released and become visible shortages (`hooks.supply_cut`), all in one
    transaction.

    Returns:
        One row of history for each share whose quantity changed.

    Raises:
        Refusal: negative or absurd, below what runs have allocated already, or the window is over.
        NotYours: `by` may not act for one of the persons.
    """
    return _change(by=by, wanted={c.share_id: c.qty for c in changes}, undoes=None)


@unit_of_work
def save_shares(
    *, by: User | None, changes: Sequence[ShareChangeInput], newcomers: Sequence[NewShare]
) -> list[ShareChange]:
    """Change shares and let members join, all or nothing; see `change_shares`, `add_shares`."""
    scope = HarvestOffer.objects.filter(
        Q(shares__in=[c.share_id for c in changes]) | Q(pk__in=[n.offer_id for n in newcomers])
    )
    lock_all(scope)
    made = change_shares(by=by, changes=changes)
    if newcomers:
        add_shares(by=by, shares=newcomers)
    return made


@unit_of_work
def undo_share_change(*, by: User | None, change: ShareChange) -> ShareChange:
    """Take one change back within a day, as far as nothing is reserved on it.

    Returns:
        The new row of history; it may take back a part only, when the rest is reserved.

    Raises:
        Refusal: undone already, older than a day, or all of it is reserved.
    """
    if ShareChange.objects.filter(undoes=change).exists():
        raise Refusal(_("รายการนี้ยกเลิกไปแล้ว"), code="undone")
    if now() - change.at > rules.UNDO_WITHIN:
        raise Refusal(_("ยกเลิกได้ภายใน 1 วัน เลยเวลาแล้ว กรุณาแก้จำนวนใหม่แทน"), code="too-late")
    share = OfferShare.objects.select_related("harvest_offer").get(pk=change.share_id)
    book = lock_book({share.harvest_offer.product_id}, from_day=share.harvest_offer.last_day)
    share.refresh_from_db(fields=["qty", "taken_qty"])
    delta = change.before_qty - change.after_qty
    if delta < 0:
        stock = book.stocks[share.harvest_offer_id]
        spare = max(0, stock.policy_qty - stock.reserved_qty)
        delta = -min(-delta, spare, share.qty - share.taken_qty)
    if delta == 0:
        raise Refusal(
            _("มีคนจองผลผลิตส่วนนี้แล้ว ยกเลิกไม่ได้ ถ้าเก็บไม่ได้จริงกรุณาลดจำนวน"),
            code="reserved",
        )
    return _change(by=by, wanted={share.pk: share.qty + delta}, undoes=change)[0]


def _change(
    *, by: User | None, wanted: Mapping[int, int], undoes: ShareChange | None
) -> list[ShareChange]:
    scope = list(
        OfferShare.objects.filter(pk__in=wanted).values_list(
            "harvest_offer__product_id", "harvest_offer__last_day"
        )
    )
    if not scope:
        return []
    book = lock_book({p for p, _day in scope}, from_day=min(day for _p, day in scope))
    shares = list(
        OfferShare.objects.filter(pk__in=wanted)
        .select_related("harvest_offer__product", "person")
        .order_by("pk")
    )
    for_whom = acting_for(by=by, person_ids={s.person_id for s in shares})
    refusals = []
    for share in shares:
        qty, offer = wanted[share.pk], share.harvest_offer
        where = {"share": share.pk, "field": "quantity"}
        unit = BaseUnit(offer.product.base_unit)
        if qty == share.qty:
            continue
        if qty < 0:
            refusals.append(Refusal(_("จำนวนต้องไม่ติดลบ"), code="negative", where=where))
        elif qty > most_of(unit):
            refusals.append(too_much(unit, where))
        elif qty < share.taken_qty:
            refusals.append(
                Refusal(
                    _("จัดสรรให้ผู้ซื้อไปแล้ว %(taken)s ลดต่ำกว่านี้ไม่ได้")
                    % {"taken": say(offer.product, share.taken_qty)},
                    code="taken",
                    where=where,
                )
            )
        elif offer.last_day < today():
            refusals.append(Refusal(_("เลยวันส่งวันสุดท้ายแล้ว"), code="over", where=where))
    Refusals.raise_if_any(refusals)
    changed = [(s, s.qty, wanted[s.pk]) for s in shares if s.qty != wanted[s.pk]]
    added: dict[int, int] = defaultdict(int)
    for share, before, after in changed:
        share.qty = after
        added[share.harvest_offer_id] += after - before
    OfferShare.objects.bulk_update([s for s, _b, _a in changed], ["qty"], batch_size=_BATCH)
    _write_offered(added)
    rows = note_changes(changed, by=by, for_whom=for_whom, undoes=undoes)
    _cut(book.stocks[pk].pk for pk in added)
    return rows


def _write_offered(added: Mapping[int, int]) -> None:
    """Write offers' new totals; their rows are locked by the caller."""
    offers = list(HarvestOffer.objects.filter(pk__in=added).order_by("pk"))
    for offer in offers:
        offer.offered_qty += added[offer.pk]
        offer.policy_qty = rules.policy_figure(offer.offered_qty, offer.taken_qty)
        offer.promisable_qty = max(offer.policy_qty, offer.reserved_qty)
    HarvestOffer.objects.bulk_update(
        offers, ["offered_qty", "policy_qty", "promisable_qty"], batch_size=_BATCH
    )


def _cut(offer_ids: Iterable[int]) -> list[Shortage]:
    below = HarvestOffer.objects.filter(pk__in=list(offer_ids)).order_by("pk")
    return hooks.supply_cut(
        [
            Cut(
                offer_id=offer.pk,
                product_id=offer.product_id,
                cause=str(_("กลุ่มลดผลผลิตที่เปิดจอง")),
            )
            for offer in below
            if offer.reserved_qty > offer.policy_qty
        ]
    )


def note_changes(
    changed: Sequence[tuple[OfferShare, int, int]],
    *,
    by: User | None,
    for_whom: Mapping[int, str],
    undoes: ShareChange | None = None,
) -> list[ShareChange]:
    moment = now()
    rows = ShareChange.objects.bulk_create(
        [
            ShareChange(
                share=share,
                before_qty=before,
                after_qty=after,
                at=moment,
                acted_by=by,
                on_behalf=bool(for_whom[share.person_id]),
                undoes=undoes,
            )
            for share, before, after in changed
        ],
        batch_size=_BATCH,
    )
    groups = dict(
        HarvestOffer.objects.filter(
            pk__in={s.harvest_offer_id for s, _b, _a in changed}
        ).values_list("pk", "group_id")
    )
    record_acts(
        [
            Act(
                "supply.share.undone" if undoes else "supply.share.changed",
                share,
                f"party:{groups[share.harvest_offer_id]}",
                for_whom[share.person_id],
                {"before_qty": before, "after_qty": after},
            )
            for share, before, after in changed
        ],
        by=by,
    )
    return rows


def lock_all(offers: QuerySet[HarvestOffer]) -> None:
    """Lock the offers of all products of these offers at once, ascending, before any part of them."""
    scope = list(offers.values_list("product_id", "last_day").distinct().order_by())
    lock_book({p for p, _day in scope}, from_day=min((day for _p, day in scope), default=None))


def _first_possible(offer: HarvestOffer) -> date:
    return today() + timedelta(days=offer.product.harvest_lead_days)


def _first_end(offers: Iterable[HarvestOffer]) -> date | None:
    return min((offer.last_day for offer in offers), default=None)
