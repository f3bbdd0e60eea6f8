"""Who may open the pages of products and grade cards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalogue.models import Product

OFFICE = ("staff", "treasurer")
KITCHEN = ("requester", "approver")

TABLE: dict[str, tuple[str, ...] | str] = {
    "goods:products": OFFICE,
    "goods:archive": OFFICE,
    "goods:restore": OFFICE,
    "goods:product": OFFICE,
    "goods:tax": OFFICE,
    "goods:card": OFFICE,
    "goods:specifications": KITCHEN,
    "goods:specification": KITCHEN,
    "catalogue:index": "public",
    "catalogue:detail": "public",
    "catalogue:category": "public",
    "search:search": "public",
    "search:suggest": "public",
}


def _product(world: Any) -> dict[str, Any] | None:
    """A product belongs to everybody."""
    if world.foreign:
        return None
    return {"pk": Product.objects.order_by("pk").values_list("pk", flat=True).first()}


def _graded(world: Any) -> dict[str, Any] | None:
    found = _product(world)
    return {**found, "grade": "A"} if found else None


def _detail(world: Any) -> dict[str, Any] | None:
    if world.foreign:
        return None
    product = Product.objects.order_by("pk")[0]
    return {"pk": product.pk, "product_slug": product.slug}


def _category(world: Any) -> dict[str, Any] | None:
    from catalogue.models import Category

    if world.foreign:
        return None
    category = Category.objects.order_by("path")[0]
    return {"pk": category.pk, "category_slug": category.slug}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "goods:product": _product,
    "goods:tax": _product,
    "goods:card": _graded,
    "goods:specification": _graded,
    "catalogue:detail": _detail,
    "catalogue:category": _category,
}
