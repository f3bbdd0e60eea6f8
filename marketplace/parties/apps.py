"""The room's place in Django."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "marketplace.parties"
