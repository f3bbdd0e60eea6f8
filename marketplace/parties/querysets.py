"""Reading parties and persons, scoped to who asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Count, Q

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class PartyQuerySet(models.QuerySet[Any]):
    def active(self) -> Self:
        """Parties that trade today."""
        return self.filter(stage="active")

    def for_access(self, access: Access) -> Self:
        """Parties the asker may see: the cooperative sees all, everybody else its own."""
        if access.sees_all_parties:
            return self
        return self.filter(pk__in=access.party_ids)

    def trading(self) -> Self:
        """Parties that were let in: all but applicants and what was archived."""
        return self.filter(stage__in=["active", "suspended"])

    def matching(self, text: str) -> Self:
        """Parties whose name, code, contact or tax number holds every word of a text."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(name_th__icontains=word)
                | Q(name_en__icontains=word)
                | Q(code__icontains=word)
                | Q(contact_name__icontains=word)
                | Q(phone__icontains=word)
                | Q(tax_id=word)
            )
        return found

    def with_member_count(self) -> Self:
        """Groups with `member_count`, the number of their present members."""
        return self.annotate(
            member_count=Count("memberships", filter=Q(memberships__until__isnull=True))
        )

    def with_site_count(self) -> Self:
        """Buyers with `site_count`, the number of their open delivery sites."""
        return self.annotate(site_count=Count("sites", filter=Q(sites__archived_at__isnull=True)))


class PersonQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Persons the asker may see: itself, members of groups it coordinates, or all (cooperative)."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(pk=access.person_id or 0)
            | Q(
                memberships__group_id__in=access.coordinated_group_ids,
                memberships__until__isnull=True,
            )
        ).distinct()

    def present(self) -> Self:
        """Persons whose data was not blanked."""
        return self.filter(blanked_at__isnull=True)

    def matching(self, text: str) -> Self:
        """Persons whose name, nickname, code or phone holds every word of a text."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(called__icontains=word)
                | Q(code__icontains=word)
                | Q(phone__icontains=word)
            )
        return found


class MembershipQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Memberships of the groups one coordinates and one's own; the cooperative sees all."""
        if access.is_cooperative:
            return self
        return self.filter(
            Q(group_id__in=access.coordinated_group_ids) | Q(person_id=access.person_id or 0)
        )

    def present(self) -> Self:
        """Memberships that have not ended."""
        return self.filter(until__isnull=True)


class SiteQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Delivery sites of one's own buyer; the cooperative and agencies see all."""
        if access.sees_all_parties:
            return self
        return self.filter(buyer_id__in=access.buyer_ids)

    def open(self) -> Self:
        """Sites that take new orders."""
        return self.filter(archived_at__isnull=True)


class RoleQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """One's own roles; the cooperative sees all."""
        if access.is_cooperative:
            return self
        return self.filter(user=access.user)

    def present(self) -> Self:
        """Roles that have not ended."""
        return self.filter(ended_at__isnull=True)


class PayoutAccountQuerySet(models.QuerySet[Any]):
    def for_access(self, access: Access) -> Self:
        """Where one's own money goes: one's own account and those of groups one coordinates.

        The cooperative sees all, agencies see none.
        """
        if access.is_cooperative:
            return self
        return self.filter(
            Q(person_id=access.person_id or 0) | Q(group_id__in=access.coordinated_group_ids)
        )
