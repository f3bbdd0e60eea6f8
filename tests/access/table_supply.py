"""Who may open the pages of supply."""

from datetime import timedelta

from catalogue.models import Product
from catalogue.supply.models import Shortage
from catalogue.supply.services import (
    OfferInput,
    PlotInput,
    ShareInput,
    add_plots,
    offer_harvests,
)
from marketplace.common.clock import today

OFFICE = ("staff", "treasurer")
KEEPERS = ("coordinator", *OFFICE)
TELLERS = ("grower", "coordinator")


def _offer(world):
    return offer_harvests(
        by=None,
        offers=[
            OfferInput(
                group_id=world.its_group.pk,
                product_id=Product.objects.get(slug="kha-na").pk,
                grade="A",
                first_day=today() + timedelta(days=10),
                last_day=today() + timedelta(days=12),
                shares=[ShareInput(world.its_person.pk, 20_000)],
            )
        ],
    )[0]


def _plot(world):
    made = add_plots(
        by=None,
        plots=[PlotInput(world.its_person.pk, world.its_group.pk, "แปลงตัวอย่าง", "9003")],
    )
    return {"pk": made[0].pk}


def _shortage(world):
    if world.foreign:
        return None
    made = Shortage.objects.create(
        holder="line:1",
        cycle=world.cycle,
        product=Product.objects.get(slug="kha-na"),
        qty=5_000,
        cause="ตัวอย่าง",
        owner=f"party:{world.cooperative.pk}",
        deadline=world.cycle.opens_at,
    )
    return {"pk": made.pk}


TABLE = {
    "supply:tell": TELLERS,
    "supply:told": TELLERS,
    "supply:tell-step": TELLERS,
    "supply:mine": TELLERS,
    "supply:share": ("grower", *KEEPERS),
    "supply:undo": ("grower", *KEEPERS),
    "supply:grid": KEEPERS,
    "supply:offers": (*KEEPERS, "agency"),
    "supply:offers-xlsx": (*KEEPERS, "agency"),
    "supply:offer": (*KEEPERS, "agency"),
    "supply:offer-state": KEEPERS,
    "supply:plots": ("grower", *KEEPERS),
    "supply:plot-archive": ("grower", *KEEPERS),
    "supply:board": (*OFFICE, "agency"),
    "supply:board-xlsx": (*OFFICE, "agency"),
    "supply:shortages": OFFICE,
    "supply:settle": OFFICE,
}
EXAMPLES = {
    "supply:tell-step": lambda world: None if world.foreign else {"name": "what"},
    "supply:share": lambda world: {"pk": _offer(world).shares.get().pk},
    "supply:undo": lambda world: {"pk": _offer(world).shares.get().changes.get().pk},
    "supply:offer": lambda world: {"pk": _offer(world).pk},
    "supply:offer-state": lambda world: {"pk": _offer(world).pk},
    "supply:plot-archive": _plot,
    "supply:settle": _shortage,
}
