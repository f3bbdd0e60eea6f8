"""What happens when an offer falls below what is reserved on it; and the shortages that come of it.

First other valid offers take over, then the newest reservations on the offer are released and
become shortages with an owner and a deadline. All in the transaction of the cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from catalogue.supply import hooks
from catalogue.supply.matching import Book
from catalogue.supply.models import OfferShare, Reservation, Shortage
from catalogue.supply.rules import policy_figure, shortage_deadline
from catalogue.supply.services.locking import lock_book, read_live, write_back, write_stocks
from marketplace.accounts.models import User
from marketplace.audit.services import record_many
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Cooperative

_BATCH = 500


@dataclass(frozen=True, slots=True)
class Cut:
    """An offer whose policy figure is now below what is reserved; the figure stands already."""

    offer_id: int
    product_id: int
    cause: str


@dataclass(frozen=True, slots=True)
class Loss:
    """One reservation that would fall short, in base units."""

    holder: str
    product_id: int
    day: date
    qty: int


@dataclass(frozen=True, slots=True)
class CutForecast:
    """What a cut would do: base units by product that other offers take over, and what nobody
    could keep.
    """

    moved: dict[int, int]
    lost: tuple[Loss, ...]

    def __bool__(self) -> bool:
        return bool(self.moved or self.lost)


def foresee_cut(
    *, wanted: Mapping[int, int], taken: Mapping[int, int] | None = None
) -> CutForecast:
    """Say what setting shares would do to reservations; writes nothing.

    Args:
        wanted: base units by primary key of share.
        taken: base units by share that would be taken more than now (negative: less).
    """
    shares = list(OfferShare.objects.filter(pk__in=wanted).select_related("harvest_offer"))
    if not any(wanted[s.pk] < s.qty for s in shares):
        return CutForecast({}, ())
    products = {s.harvest_offer.product_id for s in shares}
    book = lock_book(products, from_day=min(s.harvest_offer.last_day for s in shares), lock=False)
    offered: dict[int, int] = {}
    for share in shares:
        pk = share.harvest_offer_id
        offered[pk] = offered.get(pk, 0) + wanted[share.pk] - share.qty
    gone: dict[int, int] = {}
    for pk, offer_id in OfferShare.objects.filter(pk__in=taken or ()).values_list(
        "pk", "harvest_offer_id"
    ):
        gone[offer_id] = gone.get(offer_id, 0) + (taken or {})[pk]
    for offer in {s.harvest_offer_id: s.harvest_offer for s in shares}.values():
        book.stocks[offer.pk].policy_qty = policy_figure(
            offer.offered_qty + offered[offer.pk], offer.taken_qty + gone.get(offer.pk, 0)
        )
    live = read_live(book, product_ids=products, partial=True)
    moved, lost = settle(
        book,
        sorted({s.harvest_offer_id for s in shares}),
        newest_first=sorted(live, reverse=True),
    )
    return CutForecast(
        moved,
        tuple(
            Loss(live[key].holder, live[key].product_id, live[key].cycle.delivery_day, qty)
            for key, _offer_id, qty in lost
        ),
    )


@unit_of_work
def reback_then_release(cuts: Sequence[Cut]) -> list[Shortage]:
    """Bring every cut offer down to its policy figure; return the shortages that were made."""
    if not cuts:
        return []
    causes = {cut.offer_id: cut.cause for cut in cuts}
    product_ids = {cut.product_id for cut in cuts}
    book = lock_book(product_ids)
    live = read_live(book, product_ids=product_ids, partial=True)
    _moved, lost = settle(book, sorted(causes), newest_first=sorted(live, reverse=True))
    write_back(book)
    write_stocks([book.stocks[pk] for pk in causes])
    shortages: list[Shortage] = []
    for cause in dict.fromkeys(causes.values()):
        gone = [(live[key], qty) for key, offer_id, qty in lost if causes[offer_id] == cause]
        shorten([reservation for reservation, _qty in gone], book)
        shortages += make_shortages(gone, cause=cause)
    return shortages


def settle(
    book: Book, offer_ids: Iterable[int], *, newest_first: Sequence[int]
) -> tuple[dict[int, int], list[tuple[int, int, int]]]:
    """Move, then release, whatever these offers hold beyond their policy figures, in the book.

    Returns:
        Base units that were moved by product, and (reservation, offer, base units) of what was released.
    """
    moved: dict[int, int] = {}
    lost = []
    for offer_id in offer_ids:
        stock = book.stocks[offer_id]
        for key in reversed(newest_first):  # the oldest is kept safe first
            excess = stock.reserved_qty - stock.policy_qty
            if excess <= 0:
                break
            qty = book.move_off(offer_id, key, excess)
            if qty:
                moved[stock.product_id] = moved.get(stock.product_id, 0) + qty
        for key in newest_first:
            excess = stock.reserved_qty - stock.policy_qty
            if excess <= 0:
                break
            qty = book.drop_from(key, offer_id, excess)
            if qty:
                lost.append((key, offer_id, qty))
    return moved, lost


def shorten(reservations: Iterable[Reservation], book: Book) -> None:
    """Write what is still guaranteed of reservations that lost backing."""
    changed = {r.pk: r for r in reservations}
    for reservation in changed.values():
        backed = book.backed(reservation.pk)
        if backed:
            reservation.qty = backed
        else:
            reservation.state = Reservation.State.RELEASED
            reservation.ended_at = now()
    Reservation.objects.bulk_update(
        list(changed.values()), ["qty", "state", "ended_at"], batch_size=_BATCH
    )


def make_shortages(lost: Sequence[tuple[Reservation, int]], *, cause: str) -> list[Shortage]:
    """Write shortages for (reservation, base units) and tell everybody who registered.

    The cooperative owns them; the deadline is 14:00 of the day before delivery, or now.
    """
    if not lost:
        return []
    together: dict[int, tuple[Reservation, int]] = {}
    for reservation, qty in lost:
        together[reservation.pk] = (reservation, together.get(reservation.pk, (None, 0))[1] + qty)
    return write_shortages(
        [
            Shortage(
                holder=reservation.holder,
                cycle=reservation.cycle,
                product_id=reservation.product_id,
                qty=qty,
                cause=str(cause)[:200],
            )
            for reservation, qty in together.values()
        ]
    )


def write_shortages(rows: Sequence[Shortage]) -> list[Shortage]:
    """Write shortages with their owner and deadline, and tell everybody who registered."""
    if not rows:
        return []
    moment = now()
    cooperative = Cooperative.objects.values_list("pk", flat=True).first()
    for row in rows:
        row.owner = f"party:{cooperative}" if cooperative else "system"
        row.deadline = shortage_deadline(row.cycle.delivery_day, moment)
        row.created_at = moment
    shortages = Shortage.objects.bulk_create(list(rows), batch_size=_BATCH)
    record_many(
        [
            ("supply.shortage.made", s, {"holder": s.holder, "qty": s.qty, "cause": s.cause})
            for s in shortages
        ],
        by=None,
    )
    hooks.tell_of_shortages(shortages)
    return shortages


@unit_of_work
def settle_quantity(*, holder: str, cycle_id: int, qty: int, how: str, by: User | None) -> None:
    """Take a quantity off the open shortages of a holder on a cycle, the oldest first.

    Args:
        holder: whose shortages.
        cycle_id: the day.
        qty: base units that need no other answer any more; more than is short takes all.
        how: for the list.
    """
    rows = list(
        Shortage.objects.select_for_update()
        .filter(holder=holder, cycle_id=cycle_id, settled_at__isnull=True)
        .order_by("pk")
    )
    moment, left, told = now(), qty, []
    for row in rows:
        part = min(left, row.qty)
        if not part:
            break
        left -= part
        if part == row.qty:
            row.settled_at, row.settled_how, row.settled_by = moment, how[:200], by
        else:
            row.qty -= part
        told.append(("supply.shortage.settled", row, {"how": how, "qty": part}))
    Shortage.objects.bulk_update(rows, ["qty", "settled_at", "settled_how", "settled_by"])
    record_many(told, by=by)


@unit_of_work
def settle_shortages(*, by: User | None, shortages: Sequence[Shortage], how: str) -> list[Shortage]:
    """Note how shortages were dealt with; those settled already stay as they are.

    Raises:
        Refusal: `how` is empty.
    """
    how = how.strip()
    if not how:
        raise Refusal(_("กรุณาเขียนว่าจัดการอย่างไร"), code="empty", where="how")
    rows = list(
        Shortage.objects.select_for_update()
        .filter(pk__in=[s.pk for s in shortages], settled_at__isnull=True)
        .order_by("pk")
    )
    moment = now()
    for row in rows:
        row.settled_at, row.settled_how, row.settled_by = moment, how[:200], by
    Shortage.objects.bulk_update(rows, ["settled_at", "settled_how", "settled_by"])
    record_many([("supply.shortage.settled", s, {"how": s.settled_how}) for s in rows], by=by)
    return rows
