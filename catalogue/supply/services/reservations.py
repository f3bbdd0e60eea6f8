"""Reservations: guarantees of quantity to an opaque holder.

A guarantee is only ever lowered by its holder (`resize`, `release`), by the run at cut-off
(`consume`), or with a visible shortage. Which offers hold it up may change at any moment until
then. A service is called once per transaction with everything it has to do: its locks are taken in
ascending primary key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import connection
from django.utils.translation import gettext_lazy as _

from catalogue.grades import Grade
from catalogue.supply import hooks
from catalogue.supply.matching import Book, Key, Terms
from catalogue.supply.models import HarvestOffer, OfferShare, Reservation, Shortage
from catalogue.supply.rules import policy_figure, split
from catalogue.supply.services.locking import (
    live_scope,
    lock_book,
    read_live,
    terms_of,
    write_back,
    write_stocks,
)
from marketplace.accounts.models import User
from marketplace.audit.services import Act, record_acts
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import OrderCycle

_BATCH = 500


@dataclass(frozen=True, slots=True)
class ReserveRequest:
    """What a holder wants guaranteed on a cycle.

    `qty`: base units. `group_id`: a named group's goods only. `max_price_satang`: farm gate, per
    1,000 grams or piece; offers that ask more do not take part.
    """

    holder: str
    cycle_id: int
    product_id: int
    min_grade: str
    qty: int
    standard_id: str | None = None
    group_id: int | None = None
    max_price_satang: int | None = None


@dataclass(frozen=True, slots=True)
class Resize:
    """A holder's new quantity in base units; 0 releases.

    `request`: used when the holder has no live reservation yet (its own `qty` is not read).
    """

    holder: str
    qty: int
    request: ReserveRequest | None = None


@unit_of_work
def reserve(*, requests: Sequence[ReserveRequest]) -> dict[str, int]:
    """Guarantee as much as can be promised to each holder, in the order of the requests.

    Returns:
        Base units guaranteed by holder; 0 and parts are answers, and nothing is kept of a 0.

    Raises:
        Refusal: a quantity below 0, or a holder that has a live reservation already (resize it).
    """
    for request in requests:
        _require_sane(request.qty)
    wanted = [request for request in requests if request.qty > 0]
    promised = dict.fromkeys((request.holder for request in requests), 0)
    if len(promised) != len(requests):
        raise Refusal(_("รายการเดียวกันถูกส่งมาสองครั้ง"), code="holder-twice")
    if not wanted:
        return promised
    days = _days_of({request.cycle_id for request in wanted})
    book = lock_book(
        {request.product_id for request in wanted}, from_day=min(days.values(), default=None)
    )
    terms = {request.holder: _terms(request, days) for request in wanted}
    _promise(book, [(r.holder, terms[r.holder], r.qty) for r in wanted])
    made = [_new(r, qty) for r in wanted if (qty := book.backed(r.holder))]
    if made:
        write_back(book, made)
    return promised | {reservation.holder: reservation.qty for reservation in made}


@unit_of_work
def resize(*, changes: Sequence[Resize]) -> dict[str, int]:
    """Grow and shrink guarantees in one transaction; what is given back can be taken at once.

    Returns:
        Base units guaranteed by holder afterwards. Growing may be partial; it never shrinks what
        a holder has.

    Raises:
        Refusal: a quantity below 0, or a holder without live reservation and without request.
    """
    for change in changes:
        _require_sane(change.qty)
    wanted = {change.holder: change for change in changes}
    if len(wanted) != len(changes):
        raise Refusal(_("รายการเดียวกันถูกส่งมาสองครั้ง"), code="holder-twice")
    if not wanted:
        return {}
    product_ids, first = live_scope(holder__in=list(wanted))
    requests = [change.request for change in changes if change.request]
    product_ids |= {request.product_id for request in requests}
    days = _days_of({request.cycle_id for request in requests})
    book = lock_book(product_ids, from_day=_earliest(first, *days.values()))
    live = {r.holder: r for r in read_live(book, holders=wanted).values()}
    asked: list[tuple[Key, Terms, int]] = []
    new: dict[str, ReserveRequest] = {}
    for holder, change in wanted.items():
        standing = live.get(holder)
        if standing is None:
            if change.request is None:
                if change.qty:
                    raise Refusal(_("ไม่พบผลผลิตที่กันไว้สำหรับรายการนี้"), code="no-reservation")
                continue
            new[holder] = replace(change.request, holder=holder, qty=change.qty)
            if change.qty:
                asked.append((holder, _terms(new[holder], days), change.qty))
        elif change.qty < standing.qty:
            book.drop(standing.pk, standing.qty - change.qty)
        elif change.qty > standing.qty:
            asked.append((standing.pk, terms_of(standing), change.qty - standing.qty))
    _promise(book, asked)
    made = [_new(r, qty) for h, r in new.items() if (qty := book.backed(h))]
    _write_quantities([live[h] for h in wanted if h in live], book)
    write_back(book, made)
    return {h: book.backed(live[h].pk if h in live else h) for h in wanted}


@unit_of_work
def release(*, holders: Iterable[str]) -> int:
    """End the live reservations of these holders; those that have none are left out.

    Returns:
        How many were released; calling it twice releases nothing more.
    """
    wanted = sorted(set(holders))
    product_ids, first = live_scope(holder__in=wanted)
    if not product_ids:
        return 0
    book = lock_book(product_ids, from_day=first)
    live = read_live(book, holders=wanted)
    _free_all(book, live.values())
    return len(live)


@unit_of_work
def consume(
    *,
    cycle_id: int,
    taken: Mapping[int, int] | None = None,
    holders: Iterable[str] | None = None,
) -> int:
    """End the reservations of a cycle because the run at cut-off has allocated it.

    `taken`: base units by primary key of OfferShare that the run allocated, for firm quantity and
    wanted more alike; they leave what their offers can promise on other days. Without it every
    backing counts as allocated, spread over its offer's shares by what is left of them. `holders`:
    only these; without it all of the cycle. Quantity taken beyond what an offer has free (a plan
    replayed late) moves other days' reservations to other offers, or makes shortages.

    Returns:
        How many reservations were consumed; a second call finds none and takes nothing when
        `taken` is left out. With `taken` the caller makes sure to call once (its run is stored).
    """
    share_offers = _offers_of_shares(taken or {})
    product_ids, first = live_scope(cycle_id=cycle_id)
    product_ids |= {product_id for product_id, _last in share_offers.values()}
    if not product_ids:
        return 0
    lasts = [last for _product_id, last in share_offers.values()]
    book = lock_book(product_ids, from_day=_earliest(first, *lasts))
    live = read_live(book, cycle_ids=[cycle_id], holders=holders)
    backed: dict[int, int] = {}
    for pk in live:
        for offer_id, qty in book.backings[pk].items():
            backed[offer_id] = backed.get(offer_id, 0) + qty
    moment = now()
    for reservation in live.values():
        reservation.state = Reservation.State.CONSUMED
        reservation.ended_at = moment
    Reservation.objects.bulk_update(live.values(), ["state", "ended_at"], batch_size=_BATCH)
    for offer_id, qty in backed.items():
        book.stocks[offer_id].reserved_qty -= qty
    deltas = dict(taken) if taken is not None else _spread(backed)
    _take(book, deltas)
    return len(live)


@unit_of_work
def take(*, deltas: Mapping[int, int]) -> None:
    """Change what has been taken of shares, after the run: base units by OfferShare, signed.

    For moving quantity between members and for a day settled again from real lots.
    """
    offers = _offers_of_shares(deltas)
    if offers:
        products = {product_id for product_id, _last in offers.values()}
        first = min(last for _product_id, last in offers.values())
        _take(lock_book(products, from_day=first), deltas)


@unit_of_work
def reback(
    *, cycle_ids: Iterable[int] | None = None, product_ids: Iterable[int] | None = None
) -> dict[str, int]:
    """Give live reservations whose backing is no longer valid (a day was moved) other offers.

    Nothing is reduced: what finds no other offer keeps the old one and is returned.

    Returns:
        Base units without valid backing, by holder; empty when all is well.
    """
    book, _live, rest = _renew(cycle_ids, product_ids)
    write_back(book)
    return rest


@unit_of_work
def recheck(
    *,
    cycle_ids: Iterable[int] | None = None,
    product_ids: Iterable[int] | None = None,
    cause: str = "",
) -> list[Shortage]:
    """As `reback`, but what no valid offer holds up is released and becomes a shortage."""
    from catalogue.supply.services.cuts import make_shortages

    book, live, rest = _renew(cycle_ids, product_ids)
    by_holder = {r.holder: r for r in live.values()}
    lost: list[tuple[Reservation, int]] = []
    for holder, qty in rest.items():
        reservation = by_holder[holder]
        terms = terms_of(reservation)
        for offer_id in list(book.backings[reservation.pk]):
            if not book.stocks[offer_id].fits(terms):
                book.drop_from(reservation.pk, offer_id, qty)
        lost.append((reservation, qty))
    _write_quantities([r for r, _qty in lost], book)
    write_back(book)
    return make_shortages(lost, cause=cause or str(_("วันส่งเปลี่ยน")))


@unit_of_work
def rebook(*, moves: Mapping[str, int], cause: str = "") -> list[Shortage]:
    """Take reservations to other cycles (a buyer's day was moved or joined), by holder.

    What the new day cannot hold up is released and becomes a shortage.
    """
    live = list(
        Reservation.objects.filter(holder__in=moves, state=Reservation.State.LIVE).order_by("pk")
    )
    if not live:
        return []
    products, first = live_scope(holder__in=list(moves))
    lock_book(products, from_day=first)  # taken first, as everywhere
    for reservation in live:
        reservation.cycle_id = moves[reservation.holder]
    Reservation.objects.bulk_update(live, ["cycle"], batch_size=_BATCH)
    # Only the products that moved: others on the new days stand, and their offers are not locked.
    return recheck(cycle_ids=set(moves.values()), product_ids=products, cause=cause)


@unit_of_work
def drop_standards(
    *, by: User | None, offer_ids: Iterable[int], codes: Iterable[str]
) -> list[Shortage]:
    """Take standards off offers because a certificate ended early.

    Lines that need the standard move to other certified offers; what none can hold up becomes a
    shortage.
    """
    gone = set(codes)
    offers = list(HarvestOffer.objects.filter(pk__in=list(offer_ids)).order_by("pk"))
    products = {offer.product_id for offer in offers}
    if not products:
        return []
    lock_book(products, from_day=min(offer.last_day for offer in offers))
    for offer in offers:
        offer.standard_codes = " ".join(c for c in offer.standard_codes.split() if c not in gone)
    HarvestOffer.objects.bulk_update(offers, ["standard_codes"], batch_size=_BATCH)
    HarvestOffer.standards.through._default_manager.filter(
        harvestoffer_id__in=[o.pk for o in offers], standard_id__in=gone
    ).delete()
    record_acts(
        [
            Act(
                "supply.offer.standard_dropped",
                o,
                f"party:{o.group_id}",
                data={"codes": sorted(gone)},
            )
            for o in offers
        ],
        by=by,
    )
    return recheck(product_ids=products, cause=str(_("ใบรับรองสิ้นผลก่อนวันส่ง")))


# how -------------------------------------------------------------------------------------------


def _require_sane(qty: int) -> None:
    if qty < 0:
        raise Refusal(_("จำนวนต้องไม่ติดลบ"), code="negative")


def _days_of(cycle_ids: set[int]) -> dict[int, date]:
    if not cycle_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, delivery_day FROM {OrderCycle._meta.db_table} "  # noqa: S608
            f"WHERE id IN ({', '.join(['%s'] * len(cycle_ids))})",
            sorted(cycle_ids),
        )
        found: dict[int, date] = dict(cursor.fetchall())
    if len(found) != len(cycle_ids):
        raise Refusal(_("ไม่พบรอบส่งนี้"), code="no-cycle")
    return found


def _terms(request: ReserveRequest, days: Mapping[int, date]) -> Terms:
    return Terms(
        product_id=request.product_id,
        day=days[request.cycle_id],
        min_grade=Grade(request.min_grade).value,
        standard_id=request.standard_id,
        group_id=request.group_id,
        max_price_satang=request.max_price_satang,
    )


def _new(request: ReserveRequest, qty: int) -> Reservation:
    return Reservation(
        holder=request.holder,
        cycle_id=request.cycle_id,
        product_id=request.product_id,
        min_grade=request.min_grade,
        standard_id=request.standard_id,
        group_id=request.group_id,
        max_price_satang=request.max_price_satang,
        qty=qty,
    )


def _promise(book: Book, asked: Sequence[tuple[Key, Terms, int]]) -> None:
    """Take what is free, and then, for what is still wanted, move others to make room."""
    short = []
    for key, terms, qty in asked:
        rest = qty - book.take(key, terms, qty)
        if rest:
            short.append((key, terms, rest))
    products = {t.product_id for _k, t, _q in short if book.could_move(t.product_id)}
    if products:
        read_live(book, product_ids=products, partial=True)
        for key, terms, rest in short:
            book.take_by_paths(key, terms, rest)


def _write_quantities(reservations: Iterable[Reservation], book: Book) -> None:
    """Write what the book now backs of standing reservations; nothing left ends them."""
    changed = []
    for reservation in reservations:
        backed = book.backed(reservation.pk)
        if backed == reservation.qty:
            continue
        if backed:
            reservation.qty = backed
        else:
            reservation.state = Reservation.State.RELEASED
            reservation.ended_at = now()
        changed.append(reservation)
    if changed:
        Reservation.objects.bulk_update(changed, ["qty", "state", "ended_at"], batch_size=_BATCH)


def _free_all(book: Book, live: Iterable[Reservation]) -> None:
    for reservation in live:
        book.drop(reservation.pk, reservation.qty)
    _write_quantities(live, book)
    write_back(book)


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _offers_of_shares(shares: Iterable[int]) -> dict[int, tuple[int, date]]:
    """Return (product, last day) of the offers that shares belong to, by share."""
    return {
        pk: (product_id, last)
        for pk, product_id, last in OfferShare.objects.filter(pk__in=list(shares)).values_list(
            "pk", "harvest_offer__product_id", "harvest_offer__last_day"
        )
    }


def _renew(
    cycle_ids: Iterable[int] | None, product_ids: Iterable[int] | None
) -> tuple[Book, dict[int, Reservation], dict[str, int]]:
    narrow: dict[str, object] = {}
    if cycle_ids is not None:
        cycle_ids = list(cycle_ids)
        narrow["cycle_id__in"] = cycle_ids
    if product_ids is not None:
        product_ids = list(product_ids)
        narrow["product_id__in"] = product_ids
    products, first = live_scope(**narrow)
    book = lock_book(products, from_day=first)
    live = read_live(book, product_ids=products, partial=True)
    chosen = {
        pk: r
        for pk, r in live.items()
        if (cycle_ids is None or r.cycle_id in cycle_ids)
        and (product_ids is None or r.product_id in product_ids)
    }
    rest: dict[str, int] = {}
    for pk, reservation in chosen.items():
        terms = terms_of(reservation)
        for offer_id, qty in list(book.backings[pk].items()):
            if book.stocks[offer_id].fits(terms):
                continue
            left = qty - book.move_off(offer_id, pk, qty)
            if left:
                rest[reservation.holder] = rest.get(reservation.holder, 0) + left
    return book, chosen, rest


def _spread(backed: Mapping[int, int]) -> dict[int, int]:
    """Spread what was taken of offers over their shares, by what is left of each."""
    shares: dict[int, list[tuple[int, int]]] = {}
    for pk, offer_id, qty, gone in (
        OfferShare.objects.filter(harvest_offer_id__in=backed)
        .order_by("pk")
        .values_list("pk", "harvest_offer_id", "qty", "taken_qty")
    ):
        shares.setdefault(offer_id, []).append((pk, max(0, qty - gone)))
    return {
        pk: part
        for offer_id, found in shares.items()
        for (pk, _left), part in zip(
            found, split(backed[offer_id], [left for _pk, left in found]), strict=True
        )
        if part
    }


def _take(book: Book, deltas: Mapping[int, int]) -> None:
    """Write what was taken of shares and offers, and deal with what is now promised twice."""
    from catalogue.supply.services.cuts import Cut

    shares = list(OfferShare.objects.filter(pk__in=deltas).order_by("pk"))
    by_offer: dict[int, int] = {}
    for share in shares:
        after = max(0, share.taken_qty + deltas[share.pk])
        by_offer[share.harvest_offer_id] = (
            by_offer.get(share.harvest_offer_id, 0) + after - share.taken_qty
        )
        share.taken_qty = after
    OfferShare.objects.bulk_update(shares, ["taken_qty"], batch_size=_BATCH)
    offers = list(HarvestOffer.objects.filter(pk__in=by_offer).order_by("pk"))
    for offer in offers:
        offer.taken_qty += by_offer[offer.pk]
        book.stocks[offer.pk].policy_qty = policy_figure(offer.offered_qty, offer.taken_qty)
    HarvestOffer.objects.bulk_update(offers, ["taken_qty"], batch_size=_BATCH)
    touched = {s.pk: s for s in book.changed_stocks()} | {o.pk: book.stocks[o.pk] for o in offers}
    write_stocks(list(touched.values()))
    hooks.supply_cut(
        [
            Cut(offer_id=s.pk, product_id=s.product_id, cause=str(_("จัดสรรไปแล้วในรอบก่อน")))
            for s in touched.values()
            if s.reserved_qty > s.policy_qty
        ]
    )
