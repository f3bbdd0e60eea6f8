"""Addresses that belong to the house itself."""

from django.urls import path

from marketplace.web import views
from marketplace.web.kit import kit

urlpatterns = [
    path("start/", views.home_for_role, name="home_for_role"),
    path("healthz", views.health, name="health"),
    path("i18n/setlang/", views.set_language, name="set_language"),
    path("kit/", kit, name="kit"),
]
