"""The shipping methods Oscar may choose from."""

from typing import Any

from oscar.apps.shipping.repository import Repository as OscarRepository

from orders.shipping.methods import HubDelivery


class Repository(OscarRepository):
    methods: Any = (HubDelivery(),)
