"""The app configuration of web."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    """Templates, static files and template tags; no models."""

    name = "marketplace.web"
    label = "web"
    verbose_name = _("หน้าจอร่วม")
