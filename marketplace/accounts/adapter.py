"""django-allauth as the one sign-in door: people are invited or registered by a party, never by
themselves.
"""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse


class OneDoorAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Registration happens through a party (`parties:register`), so there is no bare sign-up."""
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return reverse("home_for_role")
