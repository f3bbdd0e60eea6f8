"""Reading offers under lock, and writing a book back.

Every service that changes what is reserved first locks all offers of the products concerned, in
ascending primary key, then reads reservations: a backing only ever moves between offers of one
product, so nobody else can change what was read. On SQLite the write queue does the same work.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any, TypeVar

from django.db import IntegrityError, connection
from django.db.models import Min
from django.utils.translation import gettext_lazy as _

from catalogue.supply.matching import Book, Key, Stock, Terms
from catalogue.supply.models import Backing, HarvestOffer, Reservation
from marketplace.common.clock import today
from marketplace.common.exceptions import Busy, Refusal

_BATCH = 500
RowT = TypeVar("RowT")

# Written out, because the offers stay locked while these statements run: the query compiler takes
# as long for them as the database does.
_OFFERS = HarvestOffer._meta.db_table
_RESERVATIONS = Reservation._meta.db_table
_BACKINGS = Backing._meta.db_table
_COLUMNS = (
    "id",
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


def lock_book(
    product_ids: Collection[int], *, from_day: date | None = None, lock: bool = True
) -> Book:
    """Lock the offers of these products, ascending, that can still matter; return them as a book.

    `from_day`: the earliest delivery day concerned; offers that ended before it and before today
    stay out. `lock`: without it only a look is taken, for forecasts that write nothing.
    """
    if not product_ids:
        return Book([])
    earliest = min(from_day or today(), today())
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM {_OFFERS} "  # noqa: S608
            f"WHERE product_id IN ({', '.join(['%s'] * len(product_ids))}) AND last_day >= %s "
            f"ORDER BY id {'FOR NO KEY UPDATE' if lock and _has_row_locks() else ''}",
            [*sorted(product_ids), earliest],
        )
        rows = cursor.fetchall()
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
            is_open=state == "open",
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


def write_back(book: Book, new: Sequence[Reservation] = ()) -> None:
    """Write new reservations, changed backings and offers; standing reservations are the caller's.

    `new`: unsaved reservations that the book knows under their holders.

    Raises:
        Refusal: a holder has a live reservation already.
    """
    changes = book.changes()
    stocks = book.changed_stocks()
    try:
        if new and _has_row_locks() and not any(isinstance(change[0], int) for change in changes):
            _insert_at_once(new, changes, stocks)
            return
        made = {r.holder: r for r in Reservation.objects.bulk_create(new, batch_size=_BATCH)}
    except IntegrityError as error:
        raise Refusal(_("รายการนี้กันผลผลิตไว้แล้ว ไม่ได้กันซ้ำ"), code="already-reserved") from error
    added: list[Backing] = []
    gone: list[tuple[int, int]] = []
    changed: list[tuple[int, int, int]] = []
    for key, offer_id, before, after in changes:
        pk = key if isinstance(key, int) else made[str(key)].pk
        if not before:
            added.append(Backing(reservation_id=pk, harvest_offer_id=offer_id, qty=after))
        elif not after:
            gone.append((pk, offer_id))
        else:
            changed.append((pk, offer_id, after))
    if gone:
        _delete_backings(gone)
    if changed:
        _update_backings(changed)
    if added:
        Backing.objects.bulk_create(added, batch_size=_BATCH)
    write_stocks(stocks)


def _insert_at_once(
    new: Sequence[Reservation],
    changes: Sequence[tuple[Key, int, int, int]],
    stocks: Sequence[Stock],
) -> None:
    """Write new reservations with their backings and offers in one statement (PostgreSQL)."""
    values: list[Any] = []
    for r in new:
        values += [r.holder, r.cycle_id, r.product_id, r.min_grade, r.standard_id, r.group_id]
        values += [r.max_price_satang, r.qty, r.state, r.created_at]
    for key, offer_id, _before, after in changes:
        values += [key, offer_id, after]
    for s in stocks:
        s.promisable_qty = max(s.policy_qty, s.reserved_qty)
        values += [s.pk, s.policy_qty, s.promisable_qty, s.reserved_qty]
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH made AS (INSERT INTO {_RESERVATIONS} (holder, cycle_id, product_id, "  # noqa: S608
            f"min_grade, standard_id, group_id, max_price_satang, qty, state, created_at) "
            f"VALUES {_places(10, len(new))} RETURNING id, holder), "
            f"held(holder, offer, qty) AS (VALUES {_places(3, len(changes))}), "
            f"backed AS (INSERT INTO {_BACKINGS} (reservation_id, harvest_offer_id, qty) "
            f"SELECT made.id, held.offer, held.qty FROM made JOIN held USING (holder)), "
            f"news(pk, policy, promisable, reserved) AS (VALUES {_places(4, len(stocks))}) "
            f"UPDATE {_OFFERS} SET policy_qty = news.policy, promisable_qty = news.promisable, "
            f"reserved_qty = news.reserved FROM news WHERE {_OFFERS}.id = news.pk",
            values,
        )


def write_stocks(stocks: list[Stock]) -> None:
    """Write reserved, policy and promisable quantities of locked offers."""
    for stock in stocks:
        stock.promisable_qty = max(stock.policy_qty, stock.reserved_qty)
    for batch in _batches(sorted(stocks, key=lambda s: s.pk)):
        rows: list[int] = []
        for s in batch:
            rows += [s.pk, s.policy_qty, s.promisable_qty, s.reserved_qty]
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH news(pk, policy, promisable, reserved) AS "  # noqa: S608
                f"(VALUES {_places(4, len(batch))}) "
                f"UPDATE {_OFFERS} SET policy_qty = news.policy, "
                f"promisable_qty = news.promisable, reserved_qty = news.reserved "
                f"FROM news WHERE {_OFFERS}.id = news.pk",
                rows,
            )


def _update_backings(rows: list[tuple[int, int, int]]) -> None:
    for batch in _batches(rows):
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH news(reservation, offer, qty) AS "  # noqa: S608
                f"(VALUES {_places(3, len(batch))}) "
                f"UPDATE {_BACKINGS} SET qty = news.qty FROM news "
                f"WHERE {_BACKINGS}.reservation_id = news.reservation "
                f"AND {_BACKINGS}.harvest_offer_id = news.offer",
                [value for row in batch for value in row],
            )


def _delete_backings(rows: list[tuple[int, int]]) -> None:
    for batch in _batches(rows):
        with connection.cursor() as cursor:
            cursor.execute(
                f"WITH gone(reservation, offer) AS "  # noqa: S608
                f"(VALUES {_places(2, len(batch))}) "
                f"DELETE FROM {_BACKINGS} WHERE EXISTS (SELECT 1 FROM gone "
                f"WHERE {_BACKINGS}.reservation_id = gone.reservation "
                f"AND {_BACKINGS}.harvest_offer_id = gone.offer)",
                [value for row in batch for value in row],
            )


def _has_row_locks() -> bool:
    return connection.vendor == "postgresql"


def _places(columns: int, rows: int) -> str:
    return ", ".join(["(" + ", ".join(["%s"] * columns) + ")"] * rows)


def _batches(rows: list[RowT]) -> Iterable[list[RowT]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]
