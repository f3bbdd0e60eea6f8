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
from catalogue.supply.matching import Book, Key, Terms
from catalogue.supply.models import Reservation
from catalogue.supply.services.locking import (
    live_scope,
    lock_book,
    read_live,
    terms_of,
    write_back,
)
from catalogue.supply.services.promising import earliest, promise, write_quantities
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.cycles.models import OrderCycle


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
    # All that can be made ready is ready before the offers are locked: others wait from then on.
    days = _days_of({request.cycle_id for request in wanted})
    terms = {request.holder: _terms(request, days) for request in wanted}
    rows = {request.holder: _new(request, request.qty) for request in wanted}
    book = lock_book({request.product_id for request in wanted}, from_day=min(days.values()))
    promise(book, [(r.holder, terms[r.holder], r.qty) for r in wanted])
    made = []
    for holder, row in rows.items():
        row.qty = book.backed(holder)
        if row.qty:
            made.append(row)
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
    book = lock_book(product_ids, from_day=earliest(first, *days.values()))
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
    promise(book, asked)
    made = [_new(r, qty) for h, r in new.items() if (qty := book.backed(h))]
    write_quantities([live[h] for h in wanted if h in live], book)
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


def _free_all(book: Book, live: Iterable[Reservation]) -> None:
    for reservation in live:
        book.drop(reservation.pk, reservation.qty)
    write_quantities(live, book)
    write_back(book)
