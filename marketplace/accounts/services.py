"""Users: made when somebody is invited, given a one-time link, blanked when they leave."""

from __future__ import annotations

import re

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.backends import to_e164
from marketplace.accounts.models import User
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work


@unit_of_work
def find_or_make_user(*, full_name: str, email: str = "", phone: str = "") -> tuple[User, bool]:
    """Return the user of an e-mail address or phone, made without a password when there is none.

    Args:
        phone: as people write it; kept as E.164.

    Returns:
        The user, and whether it is new.

    Raises:
        Refusal: neither is given, one is not valid, or the two belong to different users.
    """
    email, phone = email.strip(), to_e164(phone.strip())
    if not email and not phone:
        raise Refusal(_("ใส่อีเมลหรือเบอร์โทรอย่างน้อยหนึ่งอย่าง"), code="no-address", where="email")
    if email:
        try:
            validate_email(email)
        except ValidationError:
            raise Refusal(
                _("อีเมลนี้เขียนไม่ถูก เช่น name@hospital.go.th"), code="email", where="email"
            ) from None
    if phone and not re.fullmatch(r"\+\d{8,15}", phone):
        raise Refusal(_("เบอร์โทรนี้เขียนไม่ถูก เช่น 081-234-5678"), code="phone", where="phone")
    by_email = User.objects.filter(email__iexact=email).first() if email else None
    by_phone = User.objects.filter(phone=phone).first() if phone else None
    if by_email and by_phone and by_email.pk != by_phone.pk:
        raise Refusal(_("อีเมลและเบอร์นี้เป็นของผู้ใช้คนละคน ใส่อย่างเดียว"), code="two-users", where="phone")
    found = by_email or by_phone
    if found is not None:
        if not found.is_active:
            raise Refusal(_("ผู้ใช้นี้ปิดไปแล้ว ใช้อีเมลหรือเบอร์อื่น"), code="inactive", where="email")
        return found, False
    first, _space, last = " ".join(full_name.split()).partition(" ")
    return (
        User.objects.create_user(
            email or None, phone=phone or None, first_name=first, last_name=last
        ),
        True,
    )


def password_path(user: User) -> str:
    """Return the path of the page on which the user sets a password, once.

    The link is spent by setting a password or signing in, and ends after
    `settings.PASSWORD_RESET_TIMEOUT`.
    """
    key = default_token_generator.make_token(user)
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": key},
    )


@unit_of_work
def set_language(*, user: User, language: str) -> None:
    """Remember in which language a user reads the pages of the market."""
    User.objects.filter(pk=user.pk).update(language=language)


@unit_of_work
def blank_user(user: User) -> None:
    """Take a user's data away and close the sign-in for good."""
    user.email = user.phone = None
    user.line_sub = f"blanked-{user.pk}"
    user.first_name = user.last_name = ""
    user.is_active = False
    user.set_unusable_password()
    user.save()
