"""How products, farmer groups and harvest offers become what an index keeps.

Names in other tongues come from `data/names.csv`, which holds what a product is called beside what
its own row says: dialect, English, Malay, and Thai in Latin letters as people write it. Names
staff add to a product count as well.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from typing import Final

from django.db.models import F, Prefetch
from oscar.core.loading import get_model

from catalogue.models import Category, Product
from catalogue.partner.models import ClassPrice
from catalogue.partner.prices import notices_by_day
from catalogue.search.analysis import DATA, is_thai
from catalogue.search.types import Document, Kind, Name, NameKind, OfferRow
from catalogue.standards.models import Certificate
from catalogue.supply.models import HarvestOffer
from marketplace.common import clock
from marketplace.parties.models import FarmerGroup, Stage

PRICE_CLASS: Final = "restaurant"
"""The buyer class whose price is the public one: it sorts an offer into a price band."""
_BRACKETS: Final = re.compile(r"\(([^)]*)\)")


@cache
def _other_names() -> dict[str, tuple[Name, ...]]:
    """Names by a product's code (`upc`)."""
    found: dict[str, list[Name]] = defaultdict(list)
    with (DATA / "names.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for column in ("thai", "southern", "english", "malay"):
                found[row["upc"]] += [
                    Name(text, NameKind.ALIAS, head_last=column == "english")
                    for text in row[column].split(";")
                    if text
                ]
            found[row["upc"]] += [
                Name(text, NameKind.ROMAN) for text in row["romanised"].split(";") if text
            ]
    return {upc: tuple(names) for upc, names in found.items()}


@cache
def _themes() -> tuple[tuple[tuple[str, ...], frozenset[str], frozenset[str]], ...]:
    """Words for many products at once: (names, codes of shelves, codes of products)."""
    with (DATA / "themes.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            (
                tuple(row["names"].split(";")),
                frozenset(filter(None, row["categories"].split(";"))),
                frozenset(row["upcs"].split()),
            )
            for row in csv.DictReader(file)
        )


def _own_names(text: str, *, head_last: bool = False) -> Iterator[Name]:
    """A name as written, without what stands in brackets, and each part of it."""
    yield Name(text, NameKind.NAME, head_last)
    outside = _BRACKETS.sub(" ", text)
    parts = [part.strip() for part in outside.split("/")]
    if [text] != parts:
        for part in parts:
            yield Name(part, NameKind.NAME, head_last)
    for inside in _BRACKETS.findall(text):
        for part in re.split(r"[/,;]", inside):
            yield Name(part.strip(), NameKind.ALIAS, head_last)


def products(ids: Collection[int] | None) -> Iterator[Document]:
    """Documents of products that can be seen; six queries."""
    rows = Product.objects.browsable()
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    recommendations = get_model("catalogue", "ProductRecommendation")
    related: dict[int, list[str]] = defaultdict(list)
    for primary, recommended, name, other in recommendations.objects.order_by(
        "-ranking", "pk"
    ).values_list("primary_id", "recommendation_id", "primary__title", "recommendation__title"):
        # Whoever looks for one is shown what could stand in for it, whichever way it was written.
        related[primary].append(other)
        related[recommended].append(name)
    shelves = Prefetch("categories", Category.objects.order_by("path"), to_attr="shelves")
    for product in rows.order_by("pk").prefetch_related(shelves):
        codes = tuple(one.code or "" for one in product.shelves)
        upc = product.upc or ""
        names = [*_own_names(product.title)]
        names += _own_names(product.title_en, head_last=True) if product.title_en else ()
        names += _own_names(product.title_ms) if product.title_ms else ()
        names += [
            Name(text.strip(), NameKind.ALIAS)
            for text in product.aliases.split(",")
            if text.strip()
        ]
        names += _other_names().get(upc, ())
        names.append(Name(upc.replace("-", " "), NameKind.ROMAN))
        for shelf in product.shelves:
            names.append(Name(shelf.name, NameKind.CATEGORY))
            names.append(Name(shelf.name_en, NameKind.CATEGORY, head_last=True))
        for words, of_shelves, of_products in _themes():
            if upc in of_products or of_shelves.intersection(codes):
                names += [
                    Name(word, NameKind.CATEGORY, head_last=not is_thai(word)) for word in words
                ]
        names += [Name(title, NameKind.RELATED) for title in related.get(product.pk, ())]
        yield Document(
            kind=Kind.PRODUCT,
            id=product.pk,
            name_th=product.title,
            name_en=product.title_en,
            names=tuple(dict.fromkeys(name for name in names if name.text.strip())),
            body=" ".join(filter(None, (product.description,))),
            url=product.get_absolute_url(),
            categories=codes,
            months=product.season_months,
        )


def groups(ids: Collection[int] | None) -> Iterator[Document]:
    """Documents of active farmer groups, found by name, place and standards; three queries."""
    rows = FarmerGroup.objects.filter(stage=Stage.ACTIVE).select_related("district")
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    day = clock.today()
    standards: dict[int, list[str]] = defaultdict(list)
    for group_id, name_th, name_en in (
        Certificate.objects.valid_between(day, day)
        .filter(group__isnull=False)
        .values_list("group_id", "standard__name_th", "standard__name_en")
        .distinct()
    ):
        standards[group_id] += [name_th, name_en]
    for group in rows.order_by("pk"):
        names = [
            Name(group.name_th, NameKind.NAME),
            Name(group.name_en, NameKind.NAME),
            Name(group.district.name_th, NameKind.PLACE),
            Name(group.district.name_en, NameKind.PLACE),
        ]
        yield Document(
            kind=Kind.GROUP,
            id=group.pk,
            name_th=group.name_th,
            name_en=group.name_en,
            names=tuple(name for name in names if name.text),
            body=" ".join(standards.get(group.pk, ())),
        )


def offers(ids: Collection[int] | None) -> Iterator[OfferRow]:
    """Rows of open offers that still reach a delivery day; two queries and the prices'."""
    day = clock.today()
    rows = HarvestOffer.objects.open().filter(last_day__gte=day)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    notices = notices_by_day([day])
    prices: dict[tuple[int, str], int] = {}
    for product, grade, satang in ClassPrice.objects.filter(
        buyer_class_id=PRICE_CLASS, price__notice_id__in=set(notices.values())
    ).values_list("price__product_id", "price__grade", "satang"):
        prices[product, grade] = satang
    for pk, product, group, district, grade, codes, first, last, free in (
        rows.annotate(free=F("policy_qty") - F("reserved_qty"))
        .order_by("pk")
        .values_list(
            "pk",
            "product_id",
            "group_id",
            "group__district_id",
            "grade",
            "standard_codes",
            "first_day",
            "last_day",
            "free",
        )
        .iterator(chunk_size=5_000)
    ):
        yield OfferRow(
            id=pk,
            product_id=product,
            group_id=group,
            district=district,
            standards=tuple(codes.split()),
            price_satang=prices.get((product, grade)),
            first_day=first,
            last_day=last,
            free_qty=max(0, free),
        )
