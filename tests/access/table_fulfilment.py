"""Who opens the pages from the harvest notice to the signed acceptance, and the public story."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from catalogue.partner.models import PriceNotice
from catalogue.partner.services import ListingInput, list_products
from marketplace.common.clock import today
from orders.fulfilment.models import (
    Acceptance,
    DeliveryNote,
    HarvestLot,
    Pack,
    PackLot,
    Weighing,
)
from orders.models import Delivery, Line
from orders.services import CellInput, place_draft, save_cells, start_draft
from tests.access.world import World
from tests.support import goods

STAFF = ("staff",)
OFFICE = ("staff", "treasurer")
BUYERS = ("requester", "approver", "receiver", "finance")

TABLE: dict[str, tuple[str, ...] | str] = {
    "fulfilment:today": OFFICE,
    "fulfilment:cycle": OFFICE,
    "fulfilment:close-intake": STAFF,
    "fulfilment:day-sheet": STAFF,
    "fulfilment:balance": OFFICE,
    "fulfilment:lots": OFFICE,
    "fulfilment:outside": STAFF,
    "fulfilment:waiting": OFFICE,
    "fulfilment:change-lot": STAFF,
    "fulfilment:dispose": STAFF,
    "fulfilment:notices": (*OFFICE, "coordinator"),
    "fulfilment:issue-notices": STAFF,
    "fulfilment:moves": ("coordinator", "staff"),
    "fulfilment:grower-home": ("grower", "coordinator"),
    "fulfilment:acknowledge": ("grower", "coordinator", "staff"),
    "fulfilment:coordinator-home": ("coordinator",),
    "fulfilment:scale-now": STAFF,
    "fulfilment:scale": STAFF,
    "fulfilment:undo-weighing": STAFF,
    "fulfilment:slip": (*OFFICE, "coordinator", "grower"),
    "fulfilment:packing-now": STAFF,
    "fulfilment:packing": STAFF,
    "fulfilment:delivery": STAFF,
    "fulfilment:labels": STAFF,
    "fulfilment:note": (*OFFICE, *BUYERS),
    "fulfilment:crates": OFFICE,
    "fulfilment:arrivals": ("receiver", "requester", "approver"),
    "fulfilment:chase": OFFICE,
    "fulfilment:accept": ("receiver", "staff"),
    "fulfilment:accepted": (*OFFICE, *BUYERS),
    "fulfilment:proof": (*OFFICE, *BUYERS),
    "trace:story": "public",
}


def _cycle(world: World) -> dict[str, Any] | None:
    return None if world.foreign else {"pk": world.cycle.pk}


def _made_lot(world: World) -> HarvestLot:
    lot = HarvestLot.objects.create(
        cycle=world.cycle,
        person=world.its_person,
        group=world.its_group,
        product=goods.product(),
        grade="A",
        intake_qty=1000,
        harvested_on=today(),
        best_before=today(),
    )
    Weighing.objects.create(lot=lot, key=f"walk-{lot.pk}", net_qty=1000)
    return lot


def _lot(world: World) -> dict[str, Any]:
    return {"pk": _made_lot(world).pk}


def _code(world: World) -> dict[str, Any]:
    return {"code": _made_lot(world).code}


def _weighing(world: World) -> dict[str, Any]:
    return {"pk": _made_lot(world).weighings.get().pk}


def _line(world: World) -> Line:
    product = goods.product()
    if not PriceNotice.objects.exists():
        goods.published(today(), goods.row(product))
    listing = list_products(
        by=None, listings=[ListingInput(product=product, party=world.cooperative)]
    )[0]
    day = world.cycle.delivery_day
    draft = start_draft(by=None, site=world.its_site, first_day=day, last_day=day)
    save_cells(by=None, draft=draft, cells=[CellInput(listing.pk, world.cycle.pk, 1000)])
    line: Line = place_draft(by=None, draft=draft).lines.get()
    return line


def _left(world: World) -> Delivery:
    delivery = _line(world).delivery
    Delivery.objects.filter(pk=delivery.pk).update(state="dispatched")
    DeliveryNote.objects.create(
        delivery=delivery, content={"lines": [], "crates": [], "day_text": ""}
    )
    return delivery


def _delivery(world: World) -> dict[str, Any]:
    return {"pk": _left(world).pk}


def _accepted(world: World) -> dict[str, Any]:
    delivery = _left(world)
    acceptance = Acceptance(delivery=delivery, method="driver", receiver_name="ตัวอย่าง")
    acceptance.signature.save("walk.png", ContentFile(b"x"), save=False)
    acceptance.save()
    return {"pk": delivery.pk}


def _pack(world: World) -> dict[str, Any] | None:
    if world.foreign:
        return None
    line = _line(world)
    pack = Pack.objects.create(delivery=line.delivery, line=line, number=1, qty=1000)
    PackLot.objects.create(pack=pack, lot=_made_lot(world), qty=1000)
    return {"code": pack.code}


EXAMPLES = {
    **{
        f"fulfilment:{name}": _cycle
        for name in (
            "cycle",
            "close-intake",
            "day-sheet",
            "balance",
            "lots",
            "outside",
            "notices",
            "issue-notices",
            "moves",
            "scale",
            "packing",
        )
    },
    "fulfilment:change-lot": _lot,
    "fulfilment:dispose": _lot,
    "fulfilment:undo-weighing": _weighing,
    "fulfilment:slip": _code,
    "fulfilment:delivery": _delivery,
    "fulfilment:labels": _delivery,
    "fulfilment:note": _delivery,
    "fulfilment:accept": _delivery,
    "fulfilment:accepted": _accepted,
    "fulfilment:proof": lambda world: {**_accepted(world), "what": "signature"},
    "trace:story": _pack,
}
