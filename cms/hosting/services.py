"""Giving people a community to speak for, and taking it back."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from cms.hosting.groups import join, leave
from cms.hosting.models import CommunityHost
from cms.models import CommunityPage
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now
from marketplace.common.transactions import unit_of_work


@unit_of_work
def add_hosts(
    *, by: User | None, community: CommunityPage, users: Iterable[User]
) -> list[CommunityHost]:
    """Let users speak for a community in all its languages; who does already is left as she is.

    Returns:
        The rows, in the order of the users.
    """
    found = []
    for user in users:
        host, made = CommunityHost.objects.get_or_create(
            user=user,
            community_key=community.translation_key,
            ended_at=None,
            defaults={"given_by": by},
        )
        if made:
            join(user, community)
            record(by=by, action="hosting.host.added", subject=host, data={"user": user.pk})
        found.append(host)
    return found


@unit_of_work
def end_hosts(*, by: User | None, hosts: Iterable[CommunityHost]) -> int:
    """End what these people may do for their communities. Returns how many were open."""
    wanted = [host.pk for host in hosts]
    rows = list(
        CommunityHost.objects.select_for_update()
        .filter(pk__in=wanted, ended_at__isnull=True)
        .order_by("pk")
    )
    for host in rows:
        host.ended_at = now()
        host.save(update_fields=["ended_at"])
        community = CommunityPage.objects.filter(translation_key=host.community_key).first()
        if community is not None:
            leave(host.user, community)
        record(by=by, action="hosting.host.ended", subject=host, data={"user": host.user_id})
    return len(rows)


def communities_of(user: User) -> list[UUID]:
    """The keys of the communities a user speaks for; one query."""
    return list(
        CommunityHost.objects.open().filter(user=user).values_list("community_key", flat=True)
    )
