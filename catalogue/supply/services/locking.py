"""Reading offers under lock, and writing a book back.

Every service that changes what is reserved first locks all offers of the products concerned, in
ascending primary key, then reads reservations: a backing only ever moves between offers of one
product, so nobody else can change what was read. On SQLite the write queue does the same work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import TypeVar

from django.db import connection
from django.db.models import Min

from catalogue.supply.matching import Book, Stock, Terms
from catalogue.supply.models import Backing, HarvestOffer, Reservation
from marketplace.common.clock import today
from marketplace.common.exceptions import Busy

_BATCH = 500
RowT = TypeVar("RowT")


def lock_book(product_ids: Collection[int], *, from_day: date | None = None) -> Book:
    """Lock the offers of these products, ascending, that can still matter; return them as a book.

    `from_day`: the earliest delivery day concerned; offers that ended before it and before today
    stay out.
    """
    earliest = min(from_day or today(), today())
    rows = (
        HarvestOffer.objects.select_for_update(no_key=True)
        .filter(product_id__in=sorted(product_ids), last_day__gte=earliest)
        .order_by("pk")
        .values_list(
            "pk",
            "product_id",
            "group_id",
            "grade",
            "standard_codes",
            "first_day",
            "last_day",
            "min_price_satang",
            "state",
            "policy_qty",
            "promisable_qty",
            "reserved_qty",
        )
    )
    return Book(
        Stock(
            pk=pk,
            product_id=product_id,
            group_id=group_id,
            grade=grade,
            standards=frozenset(codes.split()),
            first_day=first_day,
            last_day=last_day,
            min_price_satang=min_price,
            is_open=state == HarvestOffer.State.OPEN,
            policy_qty=policy,
            promisable_qty=promisable,
            reserved_qty=reserved,
        )
        for (
            pk,
            product_id,
            group_id,
            grade,
            codes,
            first_day,
            last_day,
            min_price,
            state,
            policy,
            promisable,
            reserved,
        ) in rows
    )


def read_live(
    book: Book,
    *,
    product_ids: Iterable[int] | None = None,
    holders: Iterable[str] | None = None,
    cycle_ids: Iterable[int] | None = None,
    partial: bool = False,
) -> dict[int, Reservation]:
    """Add live reservations with their backings to a locked book; return them by primary key.

    The filters narrow it down together. The offers of their products must be locked already.
    `partial`: leave out reservations that stand on offers outside the book (days long gone).

    Raises:
        Busy: a backing moved out of the book between the caller's look and its lock.
    """
    found = Reservation.objects.filter(state=Reservation.State.LIVE)
    if product_ids is not None:
        found = found.filter(product_id__in=list(product_ids))
    if holders is not None:
        found = found.filter(holder__in=list(holders))
    if cycle_ids is not None:
        found = found.filter(cycle_id__in=list(cycle_ids))
    reservations = {r.pk: r for r in found.select_related("cycle").order_by("pk")}
    held: dict[int, dict[int, int]] = {pk: {} for pk in reservations}
    for pk, offer_id, qty in Backing.objects.filter(
        reservation_id__in=found.order_by().values("pk")
    ).values_list("reservation_id", "harvest_offer_id", "qty"):
        held[pk][offer_id] = qty
    for pk in [pk for pk, mine in held.items() if not mine.keys() <= book.stocks.keys()]:
        if not partial:
            raise Busy()
        del reservations[pk]
    for pk, reservation in reservations.items():
        book.add(pk, terms_of(reservation), held[pk])
    return reservations


def terms_of(reservation: Reservation) -> Terms:
    """Return what an offer must meet to back a reservation (its cycle is read with it)."""
    return Terms(
        product_id=reservation.product_id,
        day=reservation.cycle.delivery_day,
        min_grade=reservation.min_grade,
        standard_id=reservation.standard_id,
        group_id=reservation.group_id,
        max_price_satang=reservation.max_price_satang,
    )


def live_scope(**narrow: object) -> tuple[set[int], date | None]:
    """Return the products of live reservations, and the earliest last day of what backs them."""
    rows = (
        Reservation.objects.filter(state=Reservation.State.LIVE, **narrow)
        .values_list("product_id")
        .annotate(first=Min("backings__harvest_offer__last_day"))
        .order_by()
    )
    firsts = dict(rows)
    return set(firsts), min((day for day in firsts.values() if day), default=None)


def write_back(book: Book, new: Mapping[str, Reservation]) -> None:
    """Write changed backings and offers; the reservations themselves are the caller's.

    `new`: reservations by the holders under which the book knows them.
    """
    made: list[Backing] = []
    gone: list[tuple[int, int]] = []
    changed: list[tuple[int, int, int]] = []
    for key, offer_id, before, after in book.changes():
        pk = key if isinstance(key, int) else new[str(key)].pk
        if not before:
            made.append(Backing(reservation_id=pk, harvest_offer_id=offer_id, qty=after))
        elif not after:
            gone.append((pk, offer_id))
        else:
            changed.append((pk, offer_id, after))
    if gone:
        _delete_backings(gone)
    if changed:
        _update_backings(changed)
    if made:
        Backing.objects.bulk_create(made, batch_size=_BATCH)
    write_stocks(book.changed_stocks())


def write_stocks(stocks: list[Stock]) -> None:
    """Write reserved, policy and promisable quantities of locked offers."""
    for stock in stocks:
        stock.promisable_qty = max(stock.policy_qty, stock.reserved_qty)
    table = HarvestOffer._meta.db_table
    for batch in _batches(sorted(stocks, key=lambda s: s.pk)):
        rows: list[int] = []
        for s in batch:
            rows += [s.pk, s.policy_qty, s.promisable_qty, s.reserved_qty]
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH news(pk, policy, promisable, reserved) AS "  # noqa: S608
                f"(VALUES {_places(4, len(batch))}) "
                f"UPDATE {table} SET policy_qty = news.policy, "
                f"promisable_qty = news.promisable, reserved_qty = news.reserved "
                f"FROM news WHERE {table}.id = news.pk",
                rows,
            )


def _update_backings(rows: list[tuple[int, int, int]]) -> None:
    table = Backing._meta.db_table
    for batch in _batches(rows):
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH news(reservation, offer, qty) AS "  # noqa: S608
                f"(VALUES {_places(3, len(batch))}) "
                f"UPDATE {table} SET qty = news.qty FROM news "
                f"WHERE {table}.reservation_id = news.reservation "
                f"AND {table}.harvest_offer_id = news.offer",
                [value for row in batch for value in row],
            )


def _delete_backings(rows: list[tuple[int, int]]) -> None:
    table = Backing._meta.db_table
    for batch in _batches(rows):
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH gone(reservation, offer) AS "  # noqa: S608
                f"(VALUES {_places(2, len(batch))}) "
                f"DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM gone "
                f"WHERE {table}.reservation_id = gone.reservation "
                f"AND {table}.harvest_offer_id = gone.offer)",
                [value for row in batch for value in row],
            )


def _places(columns: int, rows: int) -> str:
    return ", ".join(["(" + ", ".join(["%s"] * columns) + ")"] * rows)


def _batches(rows: list[RowT]) -> Iterable[list[RowT]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]
