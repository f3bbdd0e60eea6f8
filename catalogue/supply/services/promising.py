"""Moves between a book and the reservations that stand on it, for the services of this room."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from catalogue.supply.matching import Book, Key, Terms
from catalogue.supply.models import Reservation
from catalogue.supply.services.locking import (
    read_live,
)
from marketplace.common.clock import now

_BATCH = 500


def promise(book: Book, asked: Sequence[tuple[Key, Terms, int]]) -> None:
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


def write_quantities(reservations: Iterable[Reservation], book: Book) -> None:
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


def earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)
