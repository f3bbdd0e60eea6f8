"""Who belongs to the public pages: the association's editors, and what a reader may see."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.models import Group

from cms.hosting.services import communities_of
from cms.reference import PAGE_APPROVERS
from marketplace.accounts.models import User
from marketplace.parties.access import Access
from marketplace.parties.models import Cooperative


def editors() -> list[User]:
    """The association's editors, who approve pages; one query."""
    group = Group.objects.filter(name=PAGE_APPROVERS).first()
    return list(User.objects.filter(groups=group, is_active=True).order_by("pk")) if group else []


def sees_all_communities(access: Access) -> bool:
    """Whether a user looks after every community: the cooperative's office, the editors."""
    if access.user is None:
        return False
    return access.is_cooperative or access.user.groups.filter(name=PAGE_APPROVERS).exists()


def hosted(access: Access) -> list[UUID]:
    """The keys of the communities that a reader speaks for."""
    return communities_of(access.user) if access.user else []


def office() -> str:
    """The outbox key of the cooperative's office; empty before there is one."""
    cooperative = Cooperative.objects.first()
    return f"party:{cooperative.pk}" if cooperative else ""
