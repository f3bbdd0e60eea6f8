"""What growers tell on a phone and coordinators in a grid, put into offers of the group.

Members who tell the same produce, grade, standards and days stand in one offer of their group.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from catalogue.standards.models import Standard
from catalogue.standards.rules import first_gap
from catalogue.supply.models import HarvestOffer, OfferShare, SentForm, ShareChange
from catalogue.supply.services.checking import spans_of_standards
from catalogue.supply.services.cuts import CutForecast, foresee_cut
from catalogue.supply.services.inputs import NewShare, OfferInput, ShareChangeInput, ShareInput
from catalogue.supply.services.locking import lock_book
from catalogue.supply.services.offers import offer_harvests
from catalogue.supply.services.shares import add_shares, change_shares
from marketplace.accounts.models import User
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.transactions import unit_of_work

Cell = tuple[int, int]
"""Primary keys of person and product."""


@unit_of_work
def tell_harvests(*, by: User | None, key: str, offers: Sequence[OfferInput]) -> list[HarvestOffer]:
    """Add what members tell to their group's offers, or open new ones.

    Where the group has the same offer open already, the shares join it; a person who is in it gets
    the quantity on top.

    Args:
        by: who types.
        key: of the form; the same key again returns what it made and changes nothing.
        offers: what is told; `key` of each is not read.

    Raises:
        Refusals, NotYours: as `offer_harvests`.
    """
    sent = SentForm.objects.filter(key=key).first()
    if sent is not None:
        made = HarvestOffer.objects.in_bulk(sent.offer_ids)
        return [made[pk] for pk in sent.offer_ids]
    try:
        with transaction.atomic():
            sent = SentForm.objects.create(key=key)
    except IntegrityError as error:
        raise Refusal(_("แบบฟอร์มนี้ส่งไปแล้ว ดูในหน้าผลผลิตที่เปิดจอง"), code="posted-twice") from error
    lock_book(
        {o.product_id for o in offers}, from_day=min((o.last_day for o in offers), default=None)
    )
    standing = {
        _likeness(o): o
        for o in HarvestOffer.objects.open()
        .filter(
            group_id__in={o.group_id for o in offers},
            product_id__in={o.product_id for o in offers},
            last_day__in={o.last_day for o in offers},
        )
        .order_by("-pk")
    }
    joined: list[tuple[int, HarvestOffer]] = []
    fresh: list[tuple[int, OfferInput]] = []
    for index, offer in enumerate(offers):
        found = standing.get(_likeness(offer))
        if found is not None:
            joined.append((index, found))
        else:
            fresh.append((index, replace(offer, key=None)))
    result: dict[int, HarvestOffer] = dict(joined)
    _join(by, [(offers[index], found) for index, found in joined])
    for (index, _o), row in zip(
        fresh, offer_harvests(by=by, offers=[o for _i, o in fresh]), strict=True
    ):
        result[index] = row
    sent.offer_ids = [result[index].pk for index in range(len(offers))]
    sent.save(update_fields=["offer_ids"])
    return [result[index] for index in range(len(offers))]


def _likeness(offer: HarvestOffer | OfferInput) -> tuple[object, ...]:
    codes = (
        offer.standard_codes
        if isinstance(offer, HarvestOffer)
        else " ".join(sorted(set(offer.standards)))
    )
    return (
        offer.group_id,
        offer.product_id,
        offer.grade,
        codes,
        offer.first_day,
        offer.last_day,
        offer.min_price_satang,
    )


def _join(by: User | None, pairs: Sequence[tuple[OfferInput, HarvestOffer]]) -> None:
    has = {
        (s.harvest_offer_id, s.person_id): s
        for s in OfferShare.objects.filter(harvest_offer__in=[row for _o, row in pairs])
    }
    shares = []
    for offer, row in pairs:
        for share in offer.shares:
            before = has.get((row.pk, share.person_id))
            if share.qty <= 0:
                raise Refusal(
                    _("จำนวนต้องมากกว่า 0"), code="not-positive", where={"field": "quantity"}
                )
            shares.append(
                NewShare(
                    row.pk,
                    share.person_id,
                    share.qty + (before.qty if before else 0),
                    share.plot_id,
                )
            )
    if shares:
        add_shares(by=by, shares=shares)


def day_shares(*, group_id: int, day: date, grade: str) -> dict[Cell, OfferShare]:
    """Read what the grid of one delivery day and grade shows: one share a person and product."""
    found: dict[Cell, OfferShare] = {}
    for share in (
        OfferShare.objects.filter(
            harvest_offer__group_id=group_id,
            harvest_offer__first_day=day,
            harvest_offer__last_day=day,
            harvest_offer__grade=grade,
        )
        .select_related("harvest_offer")
        .order_by("harvest_offer__state", "pk")
    ):
        # "closed" sorts before "open": an open offer's share is the one that is shown.
        found[share.person_id, share.harvest_offer.product_id] = share
    return found


def foresee_day(*, group_id: int, day: date, grade: str, cells: Mapping[Cell, int]) -> CutForecast:
    """Say what `set_day_shares` would do to reservations; writes nothing."""
    shown = day_shares(group_id=group_id, day=day, grade=grade)
    return foresee_cut(wanted={shown[cell].pk: qty for cell, qty in cells.items() if cell in shown})


@unit_of_work
def set_day_shares(
    *, by: User | None, group_id: int, day: date, grade: str, cells: Mapping[Cell, int]
) -> list[ShareChange]:
    """Set what members pick for one delivery day and grade; absolute, so repeating changes nothing.

    New offers carry the standards that the group's own certificates cover on that day.

    Args:
        by: who types; acting for others is logged.
        group_id: the farmer group.
        day: delivery day.
        grade: A, B or C.
        cells: base units by person and product; 0 takes out.

    Returns:
        The changes that were made, new shares included.

    Raises:
        Refusals: `where["person"]` and `where["product"]` say which cell.
        NotYours: `by` may not act for one of the persons.
    """
    if not cells:
        return []
    lock_book({product for _person, product in cells}, from_day=day)
    last = ShareChange.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    shown = day_shares(group_id=group_id, day=day, grade=grade)
    changes = {shown[cell].pk: cell for cell in cells if cell in shown}
    new = {cell: qty for cell, qty in cells.items() if cell not in shown and qty}
    with _by_cell(lambda where: [changes[where["share"]]]):
        change_shares(by=by, changes=[ShareChangeInput(pk, cells[changes[pk]]) for pk in changes])
    codes = _own_standards(group_id, {product for _person, product in new}, day)
    standing = {
        (o.product_id, o.standard_codes): o
        for o in HarvestOffer.objects.open()
        .filter(group_id=group_id, first_day=day, last_day=day, grade=grade, min_price_satang=0)
        .order_by("-pk")
    }
    by_product: dict[int, list[ShareInput]] = defaultdict(list)
    for (person, product), qty in sorted(new.items()):
        by_product[product].append(ShareInput(person, qty))
    offers = [
        OfferInput(
            group_id=group_id,
            product_id=product,
            grade=grade,
            first_day=day,
            last_day=day,
            shares=shares,
            standards=codes.get(product, ()),
        )
        for product, shares in by_product.items()
    ]
    opening, joining = [], []
    for offer in offers:
        found = standing.get((offer.product_id, " ".join(sorted(offer.standards))))
        if found is None:
            opening.append(offer)
        else:
            joining += [NewShare(found.pk, s.person_id, s.qty) for s in offer.shares]
    with _by_cell(
        lambda where: [
            (s.person_id, opening[where["offer"]].product_id)
            for s in opening[where["offer"]].shares
            if where.get("person") in (None, s.person_id)
        ]
    ):
        offer_harvests(by=by, offers=opening)
    if joining:
        products = {o.pk: o.product_id for o in standing.values()}
        with _by_cell(
            lambda where: [
                (joining[where["offer"]].person_id, products[joining[where["offer"]].offer_id])
            ]
        ):
            add_shares(by=by, shares=joining)
    return list(ShareChange.objects.filter(pk__gt=last, share__harvest_offer__group_id=group_id))


@contextmanager
def _by_cell(cells_of: Callable[[Any], Sequence[Cell]]) -> Iterator[None]:
    """Let refusals say which cells of the grid they are about."""
    try:
        yield
    except Refusals as caught:
        raise Refusals(
            Refusal(r.message, code=r.code, where={"person": person, "product": product})
            for r in caught.items
            for person, product in cells_of(r.where)
        ) from caught


def _own_standards(group_id: int, products: Iterable[int], day: date) -> dict[int, list[str]]:
    """The standards that the group's own certificates cover on a day, by product."""
    products = set(products)
    codes = set(Standard.objects.values_list("pk", flat=True)) if products else set()
    spans = spans_of_standards(
        products=products, groups={group_id}, persons=set(), claimed=codes, first=day, last=day
    )
    return {
        product: sorted(
            code
            for code in codes
            if first_gap(spans.get((code, product, group_id, None), []), day, day) is None
        )
        for product in products
    }


@dataclass(frozen=True, slots=True)
class LastTime:
    """What a person told last, to be told again in one tap."""

    product_id: int
    grade: str
    qty: int
    plot_id: int | None
    standards: tuple[str, ...]
    min_price_satang: int


def last_told(*, person_id: int, group_id: int) -> LastTime | None:
    """Return the person's newest share in this group."""
    share = (
        OfferShare.objects.filter(person_id=person_id, harvest_offer__group_id=group_id, qty__gt=0)
        .select_related("harvest_offer")
        .order_by("-pk")
        .first()
    )
    if share is None:
        return None
    offer = share.harvest_offer
    return LastTime(
        offer.product_id,
        offer.grade,
        share.qty,
        share.plot_id,
        tuple(offer.standard_codes.split()),
        offer.min_price_satang,
    )
