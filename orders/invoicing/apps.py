"""The room's place in Django."""

from django.apps import AppConfig


class InvoicingConfig(AppConfig):
    name = "orders.invoicing"
