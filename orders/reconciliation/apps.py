"""The room's place in Django."""

from django.apps import AppConfig


class ReconciliationConfig(AppConfig):
    name = "orders.reconciliation"
