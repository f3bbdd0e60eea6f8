"""Signing in with an e-mail address or a Thai phone number and a password."""

from __future__ import annotations

import re
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from marketplace.accounts.models import User


def to_e164(text: str) -> str:
    """Return a Thai phone number as +66…; other text comes back without spaces and dashes."""
    digits = re.sub(r"[\s\-().]", "", text)
    if re.fullmatch(r"0\d{8,9}", digits):
        return "+66" + digits[1:]
    return digits


class EmailOrPhoneBackend(ModelBackend):
    """Find the user by e-mail (any case) or phone; a wrong name costs as much time as a wrong
    password.
    """

    def authenticate(  # type: ignore[override]
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **credentials: Any,
    ) -> User | None:
        name = (username or credentials.get("email") or credentials.get("login") or "").strip()
        if not name or password is None:
            return None
        lookup = {"email__iexact": name} if "@" in name else {"phone": to_e164(name)}
        user = User.objects.filter(**lookup).first()
        if user is None:
            User().set_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
