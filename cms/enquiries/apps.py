"""The enquiries' place in Django: its jobs and its entry in the office's menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from marketplace.parties.access import Access


class EnquiriesConfig(AppConfig):
    name = "cms.enquiries"

    def ready(self) -> None:
        from cms.enquiries.services import blank_old, chase_unanswered, expire_past
        from marketplace.cycles.hooks import register_job
        from marketplace.web.homes import homes_without_role
        from marketplace.web.shells import Entry, register_navigation

        register_job("enquiries.expire_past", expire_past)
        register_job("enquiries.chase_unanswered", chase_unanswered)
        register_job("enquiries.blank_old", blank_old)
        homes_without_role.append(_home)
        register_navigation(
            Entry(
                "market",
                _("คำถามจากผู้มาเยือน"),
                "enquiries:list",
                frozenset({"staff", "treasurer"}),
                "users",
                390,
                badge=_waiting,
            )
        )


def _waiting(access: Access) -> int:
    from cms.enquiries.models import Enquiry

    return Enquiry.objects.for_access(access).filter(state="new").count()


def _home(access: Access) -> str:
    from cms.hosting.people import hosted, sees_all_communities

    return "enquiries:list" if hosted(access) or sees_all_communities(access) else ""
