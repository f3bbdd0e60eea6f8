"""Cutting an offer below what is reserved on it: other offers first, then visible shortages."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from catalogue.standards.services import revoke_certificates
from catalogue.supply import hooks
from catalogue.supply.models import HarvestOffer, Reservation, Shortage
from catalogue.supply.services import ShareChangeInput, change_shares, settle_shortages
from catalogue.supply.services.cuts import Cut, reback_then_release
from marketplace.common import clock
from marketplace.common.dates import BANGKOK
from marketplace.common.exceptions import Refusal
from marketplace.parties.models import Cooperative, RoleName
from tests.support import people
from tests.support.supply import START, Supply, broken_rules, certify

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _own_hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "shortage_made", [])
    monkeypatch.setattr(hooks, "_cut_handler", [])


def cut(offer: HarvestOffer, kilos: int) -> None:
    change_shares(by=None, changes=[ShareChangeInput(offer.shares.get().pk, kilos * 1000)])
    offer.refresh_from_db()


def guaranteed() -> dict[str, int]:
    return {r.holder: r.qty // 1000 for r in Reservation.objects.filter(state="live")}


def test_other_offers_take_over_and_nobody_notices(supply: Supply) -> None:
    hot, spare = supply.offer(60, last=0), supply.offer(50, first=0, last=6, other=True)
    supply.reserve(60)
    cut(hot, 20)
    spare.refresh_from_db()
    assert (hot.reserved_qty, spare.reserved_qty) == (20_000, 40_000)
    assert Shortage.objects.count() == 0
    assert guaranteed() == {"line:1": 60}
    assert broken_rules() == []


def test_the_newest_are_released_first_and_everybody_is_told(supply: Supply) -> None:
    told: list[tuple[str, int, int]] = []
    hooks.shortage_made.append(
        lambda shortages: told.extend(
            (s.holder, s.qty, guaranteed().get(s.holder, 0)) for s in shortages
        )
    )
    hot = supply.offer(60)
    supply.offer(5, other=True)
    for holder, kilos in (("old", 30), ("newer", 20), ("newest", 10)):
        supply.reserve(kilos, holder=holder)
    cut(hot, 35)
    assert guaranteed() == {"old": 30, "newer": 10}
    assert sorted(told) == [("newer", 10_000, 10), ("newest", 10_000, 0)]
    shortage = Shortage.objects.get(holder="newest")
    cooperative = Cooperative.objects.get()
    assert shortage.owner == f"party:{cooperative.pk}"
    assert shortage.deadline == datetime(2027, 1, 3, 14, 0, tzinfo=BANGKOK)
    assert shortage.cause
    assert hot.promisable_qty == hot.policy_qty == 35_000
    assert broken_rules() == []


def test_bad_news_that_comes_late_is_due_at_once(supply: Supply) -> None:
    hot = supply.offer(60)
    supply.reserve(60)
    late = START + timedelta(days=2, hours=9)  # 17:00 of the day before delivery
    with clock.at(late):
        cut(hot, 0)
    assert Shortage.objects.get().deadline == late
    assert guaranteed() == {}
    assert broken_rules() == []


def test_a_reserved_amount_moves_along_a_chain(supply: Supply) -> None:
    """Day 0 stands on the short offer; the long one is full, but who is there can move on."""
    short, long = supply.offer(10, last=0), supply.offer(10, last=6)
    supply.reserve(10, day=0, holder="first")
    supply.reserve(10, day=3, holder="second")
    supply.offer(10, first=3, last=6, other=True)
    cut(short, 0)
    long.refresh_from_db()
    assert guaranteed() == {"first": 10, "second": 10}
    assert long.reserved_qty == 10_000
    assert broken_rules() == []


def test_a_closed_offer_is_cut_like_any_other(supply: Supply) -> None:
    hot = supply.offer(60)
    supply.reserve(60)
    HarvestOffer.objects.update(state="closed")
    cut(hot, 50)
    assert guaranteed() == {"line:1": 50}
    assert broken_rules() == []


def test_a_replanner_may_take_over(supply: Supply) -> None:
    seen: list[Cut] = []

    def replan(cuts: list[Cut]) -> list[Shortage]:
        seen.extend(cuts)
        return reback_then_release(cuts)

    hooks.take_over_cuts(replan)
    hot = supply.offer(60)
    supply.reserve(60)
    cut(hot, 60)
    cut(hot, 50)
    assert [c.offer_id for c in seen] == [hot.pk]
    assert broken_rules() == []


def test_a_certificate_that_ends_early_takes_its_lines_along(supply: Supply) -> None:
    old = certify("GAP", supply.day(-9), supply.day(20), group=supply.group)
    own = certify("GAP", supply.day(-9), supply.day(20), person=supply.daeng)
    certify("GAP", supply.day(-9), supply.day(20), group=supply.other_group)
    hot = supply.offer(60, standards=["GAP"])
    supply.offer(20, standards=["GAP"], other=True)
    supply.reserve(30, holder="certified", standard_id="GAP")
    supply.reserve(30, holder="any")
    revoke_certificates(by=None, certificates=[old], reason="ตัวอย่าง")
    assert Shortage.objects.count() == 0  # her own still covers the offer
    revoke_certificates(by=None, certificates=[own], reason="ตัวอย่าง")
    hot.refresh_from_db()
    assert hot.standard_codes == ""
    assert guaranteed() == {"certified": 20, "any": 30}
    assert [(s.holder, s.qty) for s in Shortage.objects.all()] == [("certified", 10_000)]
    assert broken_rules() == []


def test_a_shortage_is_settled_once_with_words(supply: Supply) -> None:
    staff = people.user("staff", (Cooperative.objects.get(), RoleName.STAFF))
    hot = supply.offer(60)
    supply.reserve(60)
    cut(hot, 50)
    shortage = Shortage.objects.get()
    with pytest.raises(Refusal) as refused:
        settle_shortages(by=staff, shortages=[shortage], how=" ")
    assert refused.value.code == "empty"
    settle_shortages(by=staff, shortages=[shortage], how="โทรแจ้งครัวแล้ว")
    assert settle_shortages(by=staff, shortages=[shortage], how="อีกครั้ง") == []
    shortage.refresh_from_db()
    assert (shortage.settled_how, shortage.settled_by) == ("โทรแจ้งครัวแล้ว", staff)
