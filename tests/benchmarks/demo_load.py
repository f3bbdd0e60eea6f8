"""Loading the demo, and how many queries each menu page takes on a small and on the full market."""

from __future__ import annotations

import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from marketplace.accounts.models import User
from marketplace.demo.scratch import scratch_database
from marketplace.demo.setting import DOMAIN
from marketplace.demo.story import load
from marketplace.parties.access import Access
from marketplace.web.shells import navigation_for

ROLES = ("grower", "coordinator", "requester", "finance", "staff", "treasurer", "agency")


def _counts() -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for role in ROLES:
        user = User.objects.get(email=f"{role}@{DOMAIN}")
        client = Client()
        client.force_login(user)
        for section in navigation_for(Access.of(user), "/"):
            for item in section["items"]:
                client.get(item["url"])  # fills caches that any second visitor finds
                with CaptureQueriesContext(
                    connection,
                ) as queries:
                    answer = client.get(item["url"])
                if answer.status_code == 200:
                    found[role, item["url"]] = len(queries)
    return found


def run() -> list[tuple[str, str, str]]:
    """Load both markets on scratch databases; seconds, and the pages whose queries grew."""
    with scratch_database():
        load(seed=2570, small=True)
        small = _counts()
    with scratch_database():
        started = time.monotonic()
        load(seed=2570, small=False)
        seconds = time.monotonic() - started
        full = _counts()
    common = sorted(set(small) & set(full))
    grown = [(key, small[key], full[key]) for key in common if full[key] > small[key] + 3]
    rows = [
        ("load the demo (14 groups, 120 growers, 9 buyers, 9 weeks)", f"{seconds:.0f} s", "< 90 s"),
        (
            f"menu pages whose queries grow from the small to the full market, of {len(common)}",
            str(len(grown)),
            "0",
        ),
    ]
    rows += [
        (f"  {role} {url}", f"{before} → {after} queries", "equal")
        for (role, url), before, after in grown
    ]
    return rows
