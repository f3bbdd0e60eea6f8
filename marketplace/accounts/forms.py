"""The sign-in form: one field for e-mail or phone."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):
    """Ask for e-mail or phone in one field and for the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("อีเมลหรือเบอร์โทรศัพท์"),
            max_length=254,
            widget=forms.TextInput(
                attrs={"class": "in", "autocomplete": "username", "autofocus": True}
            ),
        )
        self.fields["password"].label = _("รหัสผ่าน")
        self.fields["password"].widget.attrs.update({"class": "in", "placeholder": ""})
        if "remember" in self.fields:
            self.fields["remember"].label = _("จำฉันไว้ในเครื่องนี้")

    def user_credentials(self) -> dict[str, Any]:
        return {"username": self.cleaned_data["login"], "password": self.cleaned_data["password"]}
