"""The demo's command: once, again, and from nothing."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.models import HomePage
from marketplace.audit.models import AuditEntry
from marketplace.ledger.services import run_checks
from marketplace.parties.models import Buyer, FarmerGroup
from tests.support import people


def load(**options: Any) -> str:
    """What the command says, on the small market."""
    said = StringIO()
    call_command("load_demo", small=True, stdout=said, **options)
    return said.getvalue()


def test_it_is_loaded_once_and_rebuilt_from_nothing_when_asked(committed_db: Any) -> None:
    load()
    loaded = AuditEntry.objects.count()
    assert "มีอยู่แล้ว" in load()
    assert AuditEntry.objects.count() == loaded

    people.group("กลุ่มที่คนลองใส่ ตัวอย่าง")
    load(fresh=True)

    assert not FarmerGroup.objects.filter(name_th__startswith="กลุ่มที่คนลองใส่").exists()
    assert Buyer.objects.exists()
    assert HomePage.objects.count() == 2
    assert [check.name for check in run_checks() if not check.ok] == []


def test_a_market_of_somebody_elses_is_not_mixed_with_the_demo(committed_db: Any) -> None:
    people.cooperative()
    with pytest.raises(CommandError):
        load()
    assert not Buyer.objects.exists()
