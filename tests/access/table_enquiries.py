"""Who may open enquiries: visitors ask, hosts and the office answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cms.enquiries.models import Enquiry
from cms.enquiries.services import Asked, send_enquiry
from cms.enquiries.stamps import link_stamp
from cms.hosting.services import add_hosts
from cms.models import CommunityPage
from marketplace.common.clock import now, today
from tests.support.public import a_community

OFFICE = ("staff", "superuser", "treasurer")
TABLE: dict[str, tuple[str, ...] | str] = {
    "ask:page": "public",
    "ask:sent": "public",
    "enquiries:list": "signed-in",
    "enquiries:enquiry": "signed-in",
    "hosting:facts": "signed-in",
    "hosting:pages": "signed-in",
    "hosting:page": "signed-in",
    "hosting:take_back": "signed-in",
    "hosting:decision": "signed-in",
}


def _community(world: Any) -> CommunityPage:
    page = a_community()
    if not world.foreign and world.user is not None and world.role not in OFFICE:
        add_hosts(by=None, community=page, users=[world.user])
    return page


def _hosted(world: Any) -> dict[str, Any]:
    """A community of which the reader herself is the host: the office edits no page in her name."""
    page = _community(world)
    if not world.foreign and world.user is not None:
        add_hosts(by=None, community=page, users=[world.user])
    return {"pk": page.pk}


def _enquiry(world: Any) -> dict[str, Any]:
    page = _community(world)
    made = send_enquiry(
        page=page.pk,
        community=page,
        asked=Asked(
            name="สิติ ตัวอย่าง",
            reach="phone",
            contact="0810000000",
            wanted_day=today() + timedelta(days=9),
            group_size=6,
        ),
        nonce=f"n{Enquiry.objects.count()}",
        address="198.51.100.7",
        seconds=30,
    )
    assert made is not None
    return {"pk": made.pk}


EXAMPLES: dict[str, Callable[[Any], dict[str, Any] | None]] = {
    "ask:page": lambda world: {"pk": _community(world).pk},
    "ask:sent": lambda world: {"token": link_stamp("nonce", _community(world).pk, now())},
    "enquiries:enquiry": _enquiry,
    "hosting:page": _hosted,
    "hosting:take_back": _hosted,
}
