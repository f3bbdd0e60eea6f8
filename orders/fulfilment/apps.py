"""The room's place in Django."""

from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "orders.fulfilment"
