"""The room of the people who receive visitors for a community."""

from django.apps import AppConfig


class HostingConfig(AppConfig):
    name = "cms.hosting"
