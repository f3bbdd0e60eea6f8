"""Harvest offers and the shares of their members.

An offer's quantity is the sum of its shares. Whoever acts for somebody else is found by
`parties.services.acting_for`, which also refuses strangers: such an act is logged and shown, and
can be undone within a day as far as nothing is reserved on it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalogue.grades import Grade
from catalogue.models import Product
from catalogue.standards.models import Certificate, Standard
from catalogue.standards.rules import Span, first_gap
from catalogue.supply import hooks, rules
from catalogue.supply.models import HarvestOffer, OfferShare, Plot, ShareChange, Shortage
from catalogue.supply.services.cuts import Cut
from catalogue.supply.services.locking import lock_book
from catalogue.supply.services.reservations import drop_standards
from marketplace.accounts.models import User
from marketplace.audit.services import Act, record_acts
from marketplace.common.clock import now, today
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.quantities import (
    MAX_GRAMS,
    MAX_PIECES,
    BaseUnit,
    format_quantity,
)
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import FarmerGroup, Membership, Person, Stage
from marketplace.parties.services import acting_for

_BATCH = 500
MAX_SATANG = 10_000_000
"""A minimum price above 100,000 baht for a kilogram or a piece is a slip of the finger."""


@dataclass(frozen=True, slots=True)
class ShareInput:
    """What one person will pick, base units over the whole window."""

    person_id: int
    qty: int
    plot_id: int | None = None


@dataclass(frozen=True, slots=True)
class OfferInput:
    """One offer: `first_day` and `last_day` are delivery days, both included.

    `min_price_satang`: farm gate, per 1,000 grams or piece; only decides whether it takes part.
    `key`: of the form that asks; the same key twice makes one offer.
    """

    group_id: int
    product_id: int
    grade: str
    first_day: date
    last_day: date
    shares: Sequence[ShareInput]
    standards: Sequence[str] = ()
    min_price_satang: int = 0
    key: str | None = None


@dataclass(frozen=True, slots=True)
class NewShare:
    """One more person in a standing offer."""

    offer_id: int
    person_id: int
    qty: int
    plot_id: int | None = None


@dataclass(frozen=True, slots=True)
class ShareChangeInput:
    """A share's new quantity, base units over the whole window; 0 takes the person out."""

    share_id: int
    qty: int


@dataclass(frozen=True, slots=True)
class PlotInput:
    """A piece of land of a member; `area_sqm`: square metres (1 rai is 1,600)."""

    person_id: int
    group_id: int
    name: str
    district_id: str
    tambon: str = ""
    area_sqm: int | None = None


@dataclass(slots=True)
class _Facts:
    """What offers are checked against, read once for all of them."""

    products: dict[int, Product] = field(default_factory=dict)
    groups: dict[int, FarmerGroup] = field(default_factory=dict)
    persons: dict[int, Person] = field(default_factory=dict)
    members: set[tuple[int, int]] = field(default_factory=set)
    plots: dict[int, Plot] = field(default_factory=dict)
    standards: dict[str, Standard] = field(default_factory=dict)
    spans: dict[tuple[str, int, int | None, int | None], list[Span]] = field(default_factory=dict)


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
    facts = _read_facts([offer for _i, offer in fresh])
    Refusals.raise_if_any(
        refusal for index, offer in fresh for refusal in _refusals(offer, facts, index)
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
    _note_changes([(share, 0, share.qty) for share in shares], by=by, for_whom=for_whom)
    by_index = {index: row for (index, _o), row in zip(fresh, made, strict=True)}
    return [
        by_index[index] if index in by_index else known[offer.key]
        for index, offer in enumerate(offers)
    ]


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
    facts = _read_facts(asked)
    Refusals.raise_if_any(
        refusal for index, row in enumerate(asked) for refusal in _refusals(row, facts, index)
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
    _note_changes([(share, 0, share.qty) for share in made], by=by, for_whom=for_whom)
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
    _lock_all(scope)
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


@unit_of_work
def add_plots(*, by: User | None, plots: Sequence[PlotInput]) -> list[Plot]:
    """Write down plots of members.

    Raises:
        Refusals: a plot without a name, or of a person who is not in the group.
    """
    members = _members({p.group_id for p in plots}, {p.person_id for p in plots})
    refusals = []
    for index, plot in enumerate(plots):
        if not plot.name.strip():
            refusals.append(_refusal(_("กรุณาใส่ชื่อแปลง"), "empty", index, "plot"))
        if (plot.group_id, plot.person_id) not in members:
            refusals.append(_refusal(_("คนนี้ไม่ได้เป็นสมาชิกกลุ่ม"), "not-a-member", index, "member"))
    Refusals.raise_if_any(refusals)
    for_whom = acting_for(by=by, person_ids={p.person_id for p in plots})
    made = Plot.objects.bulk_create(
        [
            Plot(
                person_id=p.person_id,
                group_id=p.group_id,
                name=p.name.strip()[:120],
                district_id=p.district_id,
                tambon=p.tambon.strip()[:80],
                area_sqm=p.area_sqm,
            )
            for p in plots
        ],
        batch_size=_BATCH,
    )
    record_acts(
        [Act("supply.plot.added", p, f"party:{p.group_id}", for_whom[p.person_id]) for p in made],
        by=by,
    )
    return made


@unit_of_work
def archive_plots(*, by: User | None, plots: Iterable[Plot]) -> list[Plot]:
    """Take plots out of use; their history stays."""
    rows = list(
        Plot.objects.select_for_update()
        .filter(pk__in=[p.pk for p in plots], archived_at__isnull=True)
        .order_by("pk")
    )
    for_whom = acting_for(by=by, person_ids={p.person_id for p in rows})
    for row in rows:
        row.archived_at = now()
    Plot.objects.bulk_update(rows, ["archived_at"], batch_size=_BATCH)
    record_acts(
        [
            Act("supply.plot.archived", p, f"party:{p.group_id}", for_whom[p.person_id])
            for p in rows
        ],
        by=by,
    )
    return rows


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
    facts = _read_facts(asked)
    lacking: dict[str, list[int]] = defaultdict(list)
    for offer, row in zip(offers, asked, strict=True):
        for code in {r.where["standard"] for r in _standard_refusals(row, facts, 0)}:
            lacking[code].append(offer.pk)
    # One standard after the other would lock a later product before an earlier one.
    _lock_all(HarvestOffer.objects.filter(pk__in={pk for pks in lacking.values() for pk in pks}))
    for code, offer_ids in sorted(lacking.items()):
        drop_standards(by=None, offer_ids=offer_ids, codes=[code])


# changing --------------------------------------------------------------------------------------


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
        elif qty > _most(unit):
            refusals.append(_too_much(unit, where))
        elif qty < share.taken_qty:
            refusals.append(
                Refusal(
                    _("จัดสรรให้ผู้ซื้อไปแล้ว %(taken)s ลดต่ำกว่านี้ไม่ได้")
                    % {"taken": _say(offer.product, share.taken_qty)},
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
    rows = _note_changes(changed, by=by, for_whom=for_whom, undoes=undoes)
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


def _note_changes(
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


# checking --------------------------------------------------------------------------------------


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


def _read_facts(offers: Sequence[OfferInput]) -> _Facts:
    if not offers:
        return _Facts()
    persons = {s.person_id for o in offers for s in o.shares}
    groups = {o.group_id for o in offers}
    claimed = {code for o in offers for code in o.standards}
    return _Facts(
        products=Product.objects.in_bulk({o.product_id for o in offers}),
        groups=FarmerGroup.objects.in_bulk(groups),
        persons=Person.objects.in_bulk(persons),
        members=_members(groups, persons),
        plots=Plot.objects.in_bulk({s.plot_id for o in offers for s in o.shares if s.plot_id}),
        standards=Standard.objects.in_bulk(claimed) if claimed else {},
        spans=spans_of_standards(
            products={o.product_id for o in offers},
            groups=groups,
            persons=persons,
            claimed=claimed,
            first=min(o.first_day for o in offers),
            last=max(o.last_day for o in offers),
        )
        if claimed
        else {},
    )


def _members(groups: set[int], persons: set[int]) -> set[tuple[int, int]]:
    return set(
        Membership.objects.filter(
            group_id__in=groups, person_id__in=persons, until__isnull=True
        ).values_list("group_id", "person_id")
    )


def spans_of_standards(
    *,
    products: set[int],
    groups: set[int],
    persons: set[int],
    claimed: set[str],
    first: date,
    last: date,
) -> dict[tuple[str, int, int | None, int | None], list[Span]]:
    """Read when certificates are in force: by standard, product, group and person; two queries."""
    certificates = (
        Certificate.objects.filter(
            Q(group_id__in=groups) | Q(person_id__in=persons),
            standard_id__in=claimed,
            revoked_at__isnull=True,
            valid_from__lte=last,
            valid_until__gte=first,
        )
        .prefetch_related("products")
        .order_by("pk")
    )
    spans: dict[tuple[str, int, int | None, int | None], list[Span]] = defaultdict(list)
    for c in certificates:
        for product_id in {p.pk for p in c.products.all()} or products:
            spans[c.standard_id, product_id, c.group_id, c.person_id].append(
                (c.valid_from, c.valid_until)
            )
    return spans


def _refusal(message: object, code: str, index: int, name: str, **more: object) -> Refusal:
    return Refusal(str(message), code=code, where={"offer": index, "field": name, **more})


def _refusals(offer: OfferInput, facts: _Facts, index: int) -> list[Refusal]:
    """Collect everything that is wrong with one offer."""
    product, group = facts.products.get(offer.product_id), facts.groups.get(offer.group_id)
    if product is None or product.archived_at:
        return [_refusal(_("ไม่มีสินค้านี้ในตลาดแล้ว"), "no-product", index, "product")]
    if group is None or group.stage != Stage.ACTIVE:
        return [_refusal(_("กลุ่มนี้ยังเปิดจองไม่ได้ กรุณาติดต่อศูนย์"), "no-group", index, "group")]
    found = _window_refusals(offer, product, index)
    if offer.grade not in Grade.values:
        found.append(_refusal(_("กรุณาเลือกเกรด A, B หรือ C"), "grade", index, "grade"))
    if not 0 <= offer.min_price_satang <= MAX_SATANG:
        found.append(_refusal(_("ราคาขั้นต่ำต้องอยู่ระหว่าง 0 ถึง 100,000 บาท"), "price", index, "price"))
    found += _share_refusals(offer, product, facts, index)
    if not found:
        found += _standard_refusals(offer, facts, index)
    return found


def _lock_all(offers: QuerySet[HarvestOffer]) -> None:
    """Lock the offers of all products of these offers at once, ascending, before any part of them."""
    scope = list(offers.values_list("product_id", "last_day").distinct().order_by())
    lock_book({p for p, _day in scope}, from_day=min((day for _p, day in scope), default=None))


def _first_possible(offer: HarvestOffer) -> date:
    return today() + timedelta(days=offer.product.harvest_lead_days)


def _first_end(offers: Iterable[HarvestOffer]) -> date | None:
    return min((offer.last_day for offer in offers), default=None)


def _window_refusals(offer: OfferInput, product: Product, index: int) -> list[Refusal]:
    if offer.last_day < offer.first_day:
        return [_refusal(_("วันสุดท้ายต้องไม่อยู่ก่อนวันแรก"), "window-reversed", index, "window")]
    if product.harvest_lead_days > product.shelf_life_days:
        return [
            _refusal(
                _("%(product)s เก็บได้ %(keeps)s วัน แต่ต้องเก็บก่อนส่ง %(lead)s วัน กรุณาติดต่อศูนย์")
                % {
                    "product": product.name,
                    "keeps": product.shelf_life_days,
                    "lead": product.harvest_lead_days,
                },
                "shelf-life",
                index,
                "window",
            )
        ]
    first_possible = today() + timedelta(days=product.harvest_lead_days)
    if offer.first_day < first_possible:
        return [
            _refusal(
                _("เก็บไม่ทันวันส่งนี้แล้ว ส่งได้เร็วที่สุด %(day)s")
                % {"day": format_date(first_possible, "day")},
                "past",
                index,
                "window",
            )
        ]
    if offer.last_day > today() + rules.LONGEST_WINDOW:
        return [_refusal(_("เปิดจองล่วงหน้าได้ไม่เกิน 1 ปี กรุณาตรวจปีอีกครั้ง"), "too-far", index, "window")]
    return []


def _share_refusals(
    offer: OfferInput, product: Product, facts: _Facts, index: int
) -> list[Refusal]:
    if not offer.shares:
        return [_refusal(_("กรุณาใส่อย่างน้อยหนึ่งคน"), "no-shares", index, "quantity")]
    found, unit = [], BaseUnit(product.base_unit)
    if len({s.person_id for s in offer.shares}) != len(offer.shares):
        found.append(_refusal(_("ใส่ชื่อคนเดียวกันสองครั้ง"), "twice", index, "member"))
    for share in offer.shares:
        person = facts.persons.get(share.person_id)
        if person is None or (offer.group_id, share.person_id) not in facts.members:
            found.append(
                _refusal(
                    _("%(person)s ไม่ได้เป็นสมาชิกกลุ่มนี้แล้ว") % {"person": person or "?"},
                    "not-a-member",
                    index,
                    "member",
                    person=share.person_id,
                )
            )
            continue
        if share.qty <= 0:
            found.append(
                _refusal(
                    _("จำนวนของ%(person)sต้องมากกว่า 0") % {"person": person},
                    "not-positive",
                    index,
                    "quantity",
                    person=share.person_id,
                )
            )
        elif share.qty > _most(unit):
            found.append(
                _too_much(unit, {"offer": index, "field": "quantity", "person": share.person_id})
            )
        if share.plot_id is not None:
            plot = facts.plots.get(share.plot_id)
            if (
                plot is None
                or plot.archived_at
                or (plot.person_id, plot.group_id) != (share.person_id, offer.group_id)
            ):
                found.append(
                    _refusal(
                        _("แปลงนี้ไม่ใช่แปลงของ%(person)s") % {"person": person},
                        "plot",
                        index,
                        "plot",
                        person=share.person_id,
                    )
                )
    return found


def _standard_refusals(offer: OfferInput, facts: _Facts, index: int) -> list[Refusal]:
    found = []
    for code in sorted(set(offer.standards)):
        standard = facts.standards.get(code)
        if standard is None:
            found.append(_refusal(_("ไม่รู้จักมาตรฐานนี้"), "no-standard", index, "standard"))
            continue
        whole = facts.spans.get((code, offer.product_id, offer.group_id, None), [])
        for share in offer.shares:
            own = facts.spans.get((code, offer.product_id, None, share.person_id), [])
            gap = first_gap([*whole, *own], offer.first_day, offer.last_day)
            if gap is not None:
                found.append(
                    _refusal(
                        _(
                            "ใบรับรอง %(standard)s ของ%(person)sไม่ครอบคลุมวันที่ %(day)s ย่นวันส่ง หรือต่อใบรับรองก่อน"
                        )
                        % {
                            "standard": standard,
                            "person": facts.persons[share.person_id],
                            "day": format_date(gap),
                        },
                        "certificate",
                        index,
                        "standard",
                        person=share.person_id,
                        standard=code,
                    )
                )
    return found


def _most(unit: BaseUnit) -> int:
    return MAX_GRAMS if unit is BaseUnit.GRAM else MAX_PIECES


def _say(product: Product, qty: int) -> str:
    unit = BaseUnit(product.base_unit)
    return format_quantity(
        qty, unit, unit_label=None if unit is BaseUnit.GRAM else product.unit_label
    )


def _too_much(unit: BaseUnit, where: object) -> Refusal:
    return Refusal(
        _("จำนวนมากเกินไป ใส่ได้ไม่เกิน %(most)s") % {"most": format_quantity(_most(unit), unit)},
        code="too-much",
        where=where,
    )
