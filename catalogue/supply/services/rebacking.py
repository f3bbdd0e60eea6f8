"""Giving reservations other offers when a day was moved or a certificate ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _

from catalogue.supply.matching import Book
from catalogue.supply.models import HarvestOffer, Reservation, Shortage
from catalogue.supply.services.locking import (
    live_scope,
    lock_book,
    read_live,
    terms_of,
    write_back,
)
from catalogue.supply.services.promising import write_quantities
from marketplace.accounts.models import User
from marketplace.audit.services import Act, record_acts
from marketplace.common.transactions import unit_of_work

_BATCH = 500


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
    write_quantities([r for r, _qty in lost], book)
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
