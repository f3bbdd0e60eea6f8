"""What the run at cut-off takes of offers and shares: reservations end, quantities are allocated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext_lazy as _

from catalogue.supply import hooks
from catalogue.supply.matching import Book
from catalogue.supply.models import HarvestOffer, OfferShare, Reservation
from catalogue.supply.rules import policy_figure, split
from catalogue.supply.services.locking import (
    live_scope,
    lock_book,
    read_live,
    write_stocks,
)
from catalogue.supply.services.promising import earliest
from marketplace.common.clock import now
from marketplace.common.transactions import unit_of_work

_BATCH = 500


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
    book = lock_book(product_ids, from_day=earliest(first, *lasts))
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


def lock_supply(*, products: Iterable[int], shares: Iterable[int]) -> None:
    """Lock all offers of these products, and of the products of these shares, ascending.

    For a service that decides on several of this room's writes together; call it inside its unit
    of work, after it locked its cycles and before it reads.
    """
    found = _offers_of_shares(shares)
    keys = {*products, *(product for product, _last in found.values())}
    lock_book(keys, from_day=earliest(*(last for _product, last in found.values())))


def _offers_of_shares(shares: Iterable[int]) -> dict[int, tuple[int, date]]:
    """Return (product, last day) of the offers that shares belong to, by share."""
    return {
        pk: (product_id, last)
        for pk, product_id, last in OfferShare.objects.filter(pk__in=list(shares)).values_list(
            "pk", "harvest_offer__product_id", "harvest_offer__last_day"
        )
    }


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
