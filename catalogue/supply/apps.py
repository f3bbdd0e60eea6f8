"""The room's place in Django."""

from django.apps import AppConfig


class SupplyConfig(AppConfig):
    name = "catalogue.supply"
