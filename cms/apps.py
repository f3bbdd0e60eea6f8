"""The public pages' place in Django."""

from django.apps import AppConfig


class CmsConfig(AppConfig):
    name = "cms"
