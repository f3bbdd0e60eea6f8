"""What pages show of proposals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.common.clock import now
from marketplace.common.money import format_baht_short, value_of
from marketplace.common.quantities import BaseUnit, format_quantity
from marketplace.parties.access import Access
from orders.hooks import Panel
from orders.models import Line, Order
from orders.substitution.finding import fits_for
from orders.substitution.models import Option, Proposal


@dataclass(frozen=True, slots=True)
class Choice:
    """One option in words: what it is, how much, and what it costs beside what was ordered."""

    option: Option
    name: str
    grade: str
    lower: bool
    qty: str
    covers_all: bool
    price_satang: int
    unit: str
    cheaper: str
    dearer: str


@dataclass(frozen=True, slots=True)
class Card:
    """One proposal in words."""

    proposal: Proposal
    short: str
    choices: list[Choice]
    taken: str
    in_time: bool


STATUS = {"open": "wait", "accepted": "ok", "declined": "info", "left": "warn", "void": "info"}


def cards_of(proposals: Iterable[Proposal]) -> list[Card]:
    """Return proposals (read `for_display`) as cards, in their order."""
    moment = now()
    return [
        Card(
            proposal=one,
            short=quantity(one.short_qty, one.line.product),
            choices=[_choice(one, option) for option in one.options.all()],
            taken=(
                _("%(name)s %(qty)s")
                % {
                    "name": one.became.product.name,
                    "qty": quantity(one.taken_qty, one.became.product),
                }
                if one.became
                else ""
            ),
            in_time=one.answer_by > moment,
        )
        for one in proposals
    ]


def quantity(qty: int, product: Product) -> str:
    """Return base units with the product's unit word."""
    unit = BaseUnit(product.base_unit)
    label = None if unit == BaseUnit.GRAM else product.unit_label
    return format_quantity(qty, unit, unit_label=label)


def _choice(proposal: Proposal, option: Option) -> Choice:
    line, product = proposal.line, option.listing.product
    unit = BaseUnit(product.base_unit)
    change = value_of(option.qty, option.price_satang, per=unit.per) - value_of(
        option.qty, line.price_satang, per=unit.per
    )
    return Choice(
        option=option,
        name=product.name,
        grade=option.listing.min_grade,
        lower=option.listing.min_grade > line.min_grade,
        qty=quantity(option.qty, product),
        covers_all=option.qty >= proposal.short_qty,
        price_satang=option.price_satang,
        unit=_("กก.") if unit == BaseUnit.GRAM else product.unit_label,
        cheaper=format_baht_short(-change) if change < 0 else "",
        dearer=format_baht_short(change) if change > 0 else "",
    )


def words_for(short: Mapping[Line, int], less: Mapping[int, int]) -> dict[int, list[str]]:
    """Return in words what could take the place of short lines; asked by the allocation's pages."""
    return {
        pk: [
            f"{fit.listing.product.name} {fit.listing.min_grade} "
            f"{quantity(fit.qty, fit.listing.product)}"
            for fit in fits
        ]
        for pk, fits in fits_for(short, less).items()
    }


def home_panel(access: Access) -> Panel | None:
    """What waits for the buyer, on its first page."""
    waiting = list(Proposal.objects.for_access(access).waiting().order_by("answer_by"))
    if not waiting:
        return None
    return Panel(
        "substitution/_home.html",
        {"count": len(waiting), "until": waiting[0].answer_by},
        place="waiting",
        order=10,
    )


def order_panel(order: Order) -> Panel | None:
    """Proposals about an order, on its page."""
    found = Proposal.objects.filter(line__order=order).exclude(state="void").for_display()
    cards = cards_of(found)
    return Panel("substitution/_order.html", {"cards": cards}, order=20) if cards else None
