"""The room's place in Django."""

from django.apps import AppConfig


class SettlementConfig(AppConfig):
    name = "orders.settlement"
