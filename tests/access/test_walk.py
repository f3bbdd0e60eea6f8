"""Every page is opened by those who may, and by nobody else; nobody sees another party's things."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from marketplace.parties.access import declared_roles
from tests.access.addresses import every_address, our_addresses
from tests.access.world import ROLES, World

pytestmark = pytest.mark.once

HERE = Path(__file__).parent
TABLE: dict[str, tuple[str, ...] | str] = {}
EXAMPLES: dict[str, Any] = {}
ROWS_OF: dict[str, str] = {}
for _file in sorted(HERE.glob("table_*.py")):
    _module = importlib.import_module(f"tests.access.{_file.stem}")
    for _name, _who in _module.TABLE.items():
        assert _name not in TABLE, f"{_name} stands in {ROWS_OF[_name]} and in {_file.stem}"
        TABLE[_name] = _who
        ROWS_OF[_name] = _file.stem
    EXAMPLES |= getattr(_module, "EXAMPLES", {})

OURS = our_addresses()
SEES_ALL = ("staff", "treasurer", "agency", "superuser")
SIGNED_IN = tuple(role for role in ROLES if role != "anonymous")


@pytest.fixture(scope="module")
def world(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    """One world for the whole walk, undone at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def clients(world: World) -> dict[str, Client]:
    """A browser of each role."""
    made = {role: Client() for role in ROLES}
    for role, user in world.users.items():
        made[role].force_login(user)
    return made


def allowed(name: str) -> tuple[str, ...]:
    """The walking roles that the tables let in."""
    who = TABLE[name]
    if who == "public":
        return ROLES
    if who == "development":
        return ()
    if who == "signed-in":
        return SIGNED_IN
    assert isinstance(who, tuple), f"{name}: {who!r}"
    assert set(who) <= set(SIGNED_IN), f"{name} names an unknown role: {who}"
    return (*who, "superuser")


def test_every_url_of_ours_stands_in_a_table_and_every_row_has_a_url():
    missing = sorted(set(OURS) - set(TABLE))
    stale = sorted(set(TABLE) - set(OURS))
    assert not missing, f"add to tests/access/table_*.py: {missing}"
    assert not stale, f"no such URL: {[(name, ROWS_OF[name]) for name in stale]}"


def test_every_view_of_ours_says_who_may_open_it():
    silent = sorted(name for name, found in OURS.items() if declared_roles(found.view) is False)
    assert silent == []


def test_every_url_with_arguments_has_an_example():
    without = sorted(name for name, a in OURS.items() if a.arguments and name not in EXAMPLES)
    assert without == []
    assert sorted(set(EXAMPLES) - set(OURS)) == []


@pytest.mark.parametrize("name", sorted(set(OURS) & set(TABLE)))
def test_a_page_opens_for_its_roles_alone(
    name: str, world: World, clients: dict[str, Client]
) -> None:
    wrong = []
    for role in ROLES:
        world.role = role
        answer = _ask(name, world, clients[role], foreign=False)
        if answer is None:
            wrong.append(f"{role}: the example gave no object")
            continue
        status = answer.status_code
        may = role in allowed(name)
        to_door = status == 302 and answer.headers["Location"].startswith("/sign-in/")
        if TABLE[name] == "development":
            good = status == 404
        elif role == "anonymous" and not may:
            good = to_door
        elif not may:
            good = status == 403
        else:
            good = status in (200, 204, 301, 302, 303, 405, 409, 422) and not to_door
        if not good:
            wrong.append(f"{role} {'may' if may else 'may not'}, and got {status}")
    assert not wrong, f"{name}: {wrong}"


@pytest.mark.parametrize(
    "name", sorted(n for n, a in OURS.items() if a.arguments and n in TABLE and n in EXAMPLES)
)
def test_another_partys_object_is_not_there(
    name: str, world: World, clients: dict[str, Client]
) -> None:
    if TABLE[name] == "public":
        return  # nobody's own
    wrong = []
    for role in allowed(name):
        if role in SEES_ALL:
            continue
        world.role = role
        answer = _ask(name, world, clients[role], foreign=True)
        if answer is not None and answer.status_code != 404:
            wrong.append(f"{role} got {answer.status_code}")
    assert not wrong, f"{name}: {wrong}"


def _ask(name: str, world: World, client: Client, *, foreign: bool) -> Any:
    """Open a page in a savepoint that is undone; POST where a page takes nothing else."""
    world.foreign = foreign
    point = transaction.savepoint()
    try:
        kwargs: dict[str, Any] | None = {}
        if OURS[name].arguments:
            kwargs = EXAMPLES[name](world)
        if kwargs is None:
            return None
        address = reverse(name, kwargs=kwargs)
        answer = client.get(address)
        if foreign and answer.status_code == 405:
            answer = client.post(address)
        return answer
    finally:
        transaction.savepoint_rollback(point)
        world.foreign = False


# ---- other people's admins -----------------------------------------------------------------------

# Addresses below /cms/ that hold no data: icons and words of the screens.
HARMLESS = ("sprite", "jsi18n", "javascript-catalog")


def _third_party(prefix: str) -> list[str]:
    return [
        "/" + address.route
        for address in every_address()
        if address.route.startswith(prefix)
        and not address.arguments
        and "(" not in address.route
        and "^" not in address.route
        and not any(word in address.route + address.name for word in HARMLESS)
    ]


@pytest.mark.parametrize("prefix", ["cms/", "django-admin/", "documents/"])
def test_the_technical_admins_open_for_no_role_of_the_market(
    prefix: str, world: World, clients: dict[str, Client]
) -> None:
    found = _third_party(prefix)
    opened = []
    for role in ("anonymous", "grower", "treasurer"):
        for address in found:
            point = transaction.savepoint()
            answer = clients[role].get(address)
            transaction.savepoint_rollback(point)
            if answer.status_code not in (302, 301, 403, 404, 405):
                opened.append((role, address, answer.status_code))
    assert opened == []
    assert found or prefix == "documents/"


@pytest.mark.parametrize("address", ["/cms/", "/django-admin/"])
def test_the_superuser_opens_the_technical_admins(
    address: str, world: World, clients: dict[str, Client]
) -> None:
    assert clients["superuser"].get(address).status_code == 200


# ---- one door ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "/cms/login/",
        "/cms/password_reset/",
        "/django-admin/login/",
        "/_util/login/",
        "/accounts/login/",
        "/accounts/register/",
        "/password-reset/",
        "/dashboard/login/",
    ],
)
def test_there_is_one_door(address: str, world: World, clients: dict[str, Client]) -> None:
    answer = clients["anonymous"].get(address)
    assert answer.status_code in (301, 302), address
    assert answer.headers["Location"].startswith("/sign-in/")


def test_the_door_leads_back_to_the_page_that_was_asked_for(
    world: World, clients: dict[str, Client]
) -> None:
    answer = clients["anonymous"].get("/parties/groups/?q=ผัก")
    assert answer.headers["Location"].startswith("/sign-in/?next=%2Fparties%2Fgroups%2F")


def test_django_admin_is_not_mounted_in_production() -> None:
    program = (
        "import django; django.setup()\n"
        "from django.urls import Resolver404, resolve\n"
        "try:\n"
        "    match = resolve('/django-admin/')\n"
        "    print(match.view_name)\n"
        "except Resolver404:\n"
        "    print('nothing')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "marketplace.settings.production",
            "DJANGO_SECRET_KEY": "only-for-this-test-" + "x" * 50,
            "ALLOWED_HOSTS": "market.example",
            "MOUNT_DJANGO_ADMIN": "true",
        },
    )
    assert done.stdout.strip() in ("nothing", "wagtail_serve")
