"""The room's place in Django."""

from django.apps import AppConfig


class CyclesConfig(AppConfig):
    name = "marketplace.cycles"
