"""One sign-in door: every other login, registration and reset page leads there."""

from typing import Any

from django.urls import path
from django.views.generic.base import RedirectView


def _to(name: str) -> Any:
    return RedirectView.as_view(pattern_name=name, query_string=True)


closed_doors = [
    path("cms/logout/", _to("account_logout")),
    path("cms/password_reset/", _to("account_reset_password")),
    path("django-admin/login/", _to("account_login")),
    path("django-admin/logout/", _to("account_logout")),
    path("_util/login/", _to("account_login")),
    path("dashboard/", _to("home_for_role")),
    path("dashboard/login/", _to("account_login")),
]
