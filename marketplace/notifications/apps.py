"""The room's place in Django."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "marketplace.notifications"
