"""Who signs in. Nothing else: people, groups and buyers live in `parties`.

A user has at least one of e-mail, phone and LINE subject; each is unique, e-mail regardless of
case.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from marketplace.common.clock import now


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str | None = None, password: str | None = None, **fields: Any
    ) -> User:
        """Create a user who signs in by e-mail, phone (E.164) or LINE; blank means none."""
        email = self.normalize_email(email).strip() if email else None
        user = self.model(
            email=email or None,
            phone=fields.pop("phone", None) or None,
            line_sub=fields.pop("line_sub", None) or None,
            **fields,
        )
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create the technical administrator of the installation."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in."""

    email = models.EmailField(_("อีเมล"), null=True, blank=True)
    phone = models.CharField(
        _("โทรศัพท์"), max_length=16, null=True, blank=True, unique=True, help_text="E.164"
    )
    line_sub = models.CharField(max_length=64, null=True, blank=True, unique=True)
    first_name = models.CharField(_("ชื่อ"), max_length=255, blank=True)
    last_name = models.CharField(_("นามสกุล"), max_length=255, blank=True)
    language = models.CharField(_("ภาษา"), max_length=5, default="th")
    is_staff = models.BooleanField(default=False, help_text="May open the technical admins.")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=now)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("ผู้ใช้")
        verbose_name_plural = _("ผู้ใช้")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.CheckConstraint(
                condition=Q(email__isnull=False)
                | Q(phone__isnull=False)
                | Q(line_sub__isnull=False),
                name="user_can_sign_in_somehow",
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email or self.phone_shown or f"#{self.pk}"

    def clean(self) -> None:
        super().clean()
        self.email = (self.email or "").strip() or None

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def phone_shown(self) -> str:
        """The phone as Thai people write it: 081-234-5678; a foreign one stays as it is."""
        phone = self.phone or ""
        if not phone.startswith("+66"):
            return phone
        digits = "0" + phone.removeprefix("+66")
        return f"{digits[:-7]}-{digits[-7:-4]}-{digits[-4:]}"

    def get_short_name(self) -> str:
        return self.first_name or str(self)
