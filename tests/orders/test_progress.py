"""How far deliveries and orders have come."""

from __future__ import annotations

import pytest
from oscar.apps.order.signals import order_status_changed

from marketplace.common.exceptions import Refusals
from orders.services import derive_order_status, mark_deliveries
from orders.states import DELIVERY_SUCCESSORS, ORDER_PIPELINE, DeliveryState, order_state_of
from tests.support.ordering import Shop, make_shop

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.fixture
def shop() -> Shop:
    return make_shop(products=1, days=2)


def test_an_order_follows_its_deliveries(shop: Shop) -> None:
    order = shop.order()
    first, second = order.deliveries.all()
    seen = []
    for deliveries, to in (
        ([first], "allocated"),
        ([first], "packed"),
        ([first], "dispatched"),
        ([first], "accepted"),
        ([second], "cancelled"),
    ):
        mark_deliveries(deliveries=deliveries, to=to)
        order.refresh_from_db()
        seen.append(order.status)
    assert seen == ["allocated", "allocated", "delivering", "delivering", "completed"]
    assert [(c.old_status, c.new_status) for c in order.status_changes.order_by("pk")] == [
        ("placed", "allocated"),
        ("allocated", "delivering"),
        ("delivering", "completed"),
    ]
    assert [line.status for line in order.lines.all()] == ["completed", "cancelled"]


def test_marking_twice_changes_nothing(shop: Shop) -> None:
    order = shop.order()
    assert len(mark_deliveries(deliveries=order.deliveries.all(), to="allocated")) == 2
    assert mark_deliveries(deliveries=order.deliveries.all(), to="allocated") == []
    assert order.status_changes.count() == 1


def test_a_delivery_does_not_skip_a_step_and_none_moves(shop: Shop) -> None:
    order = shop.order()
    first, second = order.deliveries.all()
    mark_deliveries(deliveries=[first], to="allocated")
    with pytest.raises(Refusals) as refused:
        mark_deliveries(deliveries=[first, second], to="packed")
    assert [(item.code, item.where) for item in refused.value.items] == [
        ("wrong-state", {"delivery": second.pk})
    ]
    assert [d.state for d in order.deliveries.all()] == ["allocated", "placed"]


def test_oscars_signal_tells_of_each_change(shop: Shop) -> None:
    order = shop.order()
    seen = []

    def listen(
        sender: object, order: object, old_status: str, new_status: str, **_: object
    ) -> None:
        seen.append((old_status, new_status))

    order_status_changed.connect(listen)
    try:
        mark_deliveries(deliveries=order.deliveries.all(), to="allocated")
        derive_order_status(orders=[order])
    finally:
        order_status_changed.disconnect(listen)
    assert seen == [("placed", "allocated")]


def test_every_derived_change_is_one_that_oscar_allows() -> None:
    """Walk all pairs of deliveries through all their steps."""
    states = [state.value for state in DeliveryState]
    for first in states:
        for second in states:
            before = order_state_of([first, second])
            for after_first in DELIVERY_SUCCESSORS[first]:
                after = order_state_of([after_first, second])
                assert after == before or after in ORDER_PIPELINE[before], (first, second, after)
