"""The room's place in Django."""

from django.apps import AppConfig


class AllocationConfig(AppConfig):
    name = "orders.allocation"
