"""A grower reads what was done in her name: what, how much, for which days, and where to undo it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.supply.services import ShareChangeInput, change_shares
from marketplace.common import clock
from marketplace.parties.models import Person, RoleName
from tests.support import people
from tests.support.supply import START, Supply

pytestmark = pytest.mark.django_db


def page_of(client: Client) -> str:
    return client.get(reverse("parties:on-behalf")).content.decode()


def test_a_change_in_somebody_elses_name_says_what_and_leads_to_its_undoing(supply: Supply) -> None:
    share = supply.offer(60).shares.get()
    nok = people.user("nok", (supply.group, RoleName.COORDINATOR))
    change_shares(by=nok, changes=[ShareChangeInput(share.pk, 75_000)])
    daeng = people.user("daeng", (supply.group, RoleName.GROWER))
    Person.objects.filter(pk=supply.daeng.pk).update(user=daeng)
    client = Client()
    client.force_login(daeng)

    page = page_of(client)
    assert f"{supply.kale.name} เกรด A 60 กก. → 75 กก." in page
    assert "เก็บ" in page
    assert "ส่ง" in page
    assert "เลิกทำได้" in page
    link = reverse("supply:share", args=[share.pk])
    assert f'href="{link}"' in page
    undo = reverse("supply:undo", args=[share.changes.latest("pk").pk])
    assert undo in client.get(link).content.decode()

    clock.set_clock(START + timedelta(days=2))
    assert "เลิกทำได้" not in page_of(client)
