"""The room's place in Django."""

from django.apps import AppConfig


class StandardsConfig(AppConfig):
    name = "catalogue.standards"
