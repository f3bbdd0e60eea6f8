from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from catalogue.standards import hooks
from catalogue.standards.models import Certificate, Standard
from catalogue.standards.services import (
    CertificateInput,
    Lacking,
    add_certificates,
    expiring,
    holders_lacking,
    revoke_certificates,
    valid_standards,
)
from marketplace.audit.models import AuditEntry
from marketplace.common.dates import BANGKOK
from marketplace.common.exceptions import Refusal, Refusals
from tests.support.goods import Goods, make_goods, product

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

FIRST, LAST = date(2026, 12, 14), date(2026, 12, 26)


@pytest.fixture
def goods() -> Goods:
    return make_goods()


def certificate(**facts: Any) -> CertificateInput:
    given: dict[str, Any] = {
        "standard": Standard.objects.get(pk=facts.pop("code", "GAP")),
        "number": "กษ 03-9001-0001",
        "valid_from": date(2026, 1, 1),
        "valid_until": date(2027, 12, 31),
    }
    return CertificateInput(**{**given, **facts})


def held(goods: Goods, *persons: Any, of: str = "คะน้า", last: date = LAST) -> set[str]:
    return valid_standards(
        group_id=goods.group.pk,
        person_ids=[person.pk for person in persons],
        product_id=product(of).pk,
        first=FIRST,
        last=last,
    )


def test_a_groups_certificate_holds_for_all_its_members(goods: Goods) -> None:
    add_certificates(by=None, certificates=[certificate(group=goods.group)])
    assert held(goods) == {"GAP"}
    assert held(goods, goods.daeng, goods.somjai) == {"GAP"}


def test_a_members_own_certificate_does_not_hold_for_her_neighbour(goods: Goods) -> None:
    add_certificates(by=None, certificates=[certificate(person=goods.daeng)])
    assert held(goods, goods.daeng) == {"GAP"}
    assert held(goods, goods.daeng, goods.somjai) == set()
    assert held(goods) == set()


def test_a_certificate_that_ends_inside_the_window_does_not_hold(goods: Goods) -> None:
    add_certificates(
        by=None, certificates=[certificate(group=goods.group, valid_until=date(2026, 12, 25))]
    )
    assert held(goods) == set()
    assert held(goods, last=date(2026, 12, 25)) == {"GAP"}
    assert holders_lacking(
        group_id=goods.group.pk,
        person_ids=[],
        product_id=product().pk,
        standard_ids=["GAP", "PGS"],
        first=FIRST,
        last=LAST,
    ) == [Lacking("GAP", None, date(2026, 12, 26)), Lacking("PGS", None, FIRST)]


def test_a_renewal_without_a_gap_covers_the_window_and_with_a_gap_does_not(goods: Goods) -> None:
    ends, begins = date(2026, 12, 18), date(2026, 12, 19)
    add_certificates(by=None, certificates=[certificate(group=goods.group, valid_until=ends)])
    add_certificates(
        by=None,
        certificates=[certificate(person=goods.daeng, number="2", valid_from=begins)],
    )
    assert held(goods, goods.daeng) == {"GAP"}
    assert held(goods, goods.daeng, goods.somjai) == set()
    add_certificates(
        by=None,
        certificates=[certificate(group=goods.group, number="3", valid_from=date(2026, 12, 20))],
    )
    assert held(goods, goods.somjai) == set()
    assert holders_lacking(
        group_id=goods.group.pk,
        person_ids=[goods.daeng.pk, goods.somjai.pk],
        product_id=product().pk,
        standard_ids=["GAP"],
        first=FIRST,
        last=LAST,
    ) == [Lacking("GAP", goods.somjai.pk, begins)]


def test_a_certificate_for_named_products_holds_for_no_other(goods: Goods) -> None:
    add_certificates(
        by=None,
        certificates=[certificate(group=goods.group, products=[product("คะน้า"), product("คะน้า")])],
    )
    assert held(goods, of="คะน้า") == {"GAP"}
    assert held(goods, of="กวางตุ้ง") == set()


def test_a_revoked_certificate_counts_no_more_and_upper_rooms_are_told(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(hooks, "_ended", [lambda ended: told.extend(c.pk for c in ended)])
    (made,) = add_certificates(by=None, certificates=[certificate(group=goods.group)])
    assert revoke_certificates(by=None, certificates=[made], reason="ตรวจพบสารตกค้าง") == [made]
    assert held(goods) == set()
    assert told == [made.pk]
    assert revoke_certificates(by=None, certificates=[made], reason="อีกครั้ง") == []
    assert Certificate.objects.get().revoked_reason == "ตรวจพบสารตกค้าง"
    assert AuditEntry.objects.filter(action="standards.certificate.revoked").count() == 1


def test_revoking_without_a_reason_is_refused(goods: Goods) -> None:
    made = add_certificates(by=None, certificates=[certificate(group=goods.group)])
    with pytest.raises(Refusal) as refused:
        revoke_certificates(by=None, certificates=made, reason="  ")
    assert refused.value.code == "reason"


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"number": " "}, "number"),
        ({"valid_until": date(2025, 12, 31)}, "window"),
        # 2570 taken as a Gregorian year reaches five centuries ahead
        ({"valid_until": date(2570, 12, 31)}, "too-long"),
    ],
)
def test_a_certificate_that_cannot_be_right_is_refused(
    goods: Goods, facts: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refusals) as refused:
        add_certificates(
            by=None,
            certificates=[
                certificate(group=goods.group),
                certificate(**{"group": goods.group, "number": "9", **facts}),
            ],
        )
    assert [(item.code, item.where) for item in refused.value.items] == [(code, 1)]
    assert not Certificate.objects.exists()


def test_a_certificate_has_exactly_one_holder(goods: Goods) -> None:
    for holders in ({}, {"group": goods.group, "person": goods.daeng}):
        with pytest.raises(Refusals) as refused:
            add_certificates(by=None, certificates=[certificate(**holders)])
        assert [item.code for item in refused.value.items] == ["holder"]


def test_the_same_paper_twice_is_refused(goods: Goods) -> None:
    add_certificates(by=None, certificates=[certificate(group=goods.group)])
    with pytest.raises(Refusals) as refused:
        add_certificates(by=None, certificates=[certificate(group=goods.group)])
    assert [item.code for item in refused.value.items] == ["known"]


def test_what_ends_soon_is_listed_until_a_renewal_is_on_file(goods: Goods, stop_clock: Any) -> None:
    stop_clock(datetime(2026, 12, 9, 9, tzinfo=BANGKOK))
    (soon,) = add_certificates(
        by=None, certificates=[certificate(group=goods.group, valid_until=date(2027, 1, 20))]
    )
    assert list(expiring()) == [soon]
    assert not expiring(within_days=30).exists()
    add_certificates(
        by=None,
        certificates=[certificate(group=goods.group, number="2", valid_from=date(2027, 1, 1))],
    )
    assert not expiring().exists()


def test_asking_takes_the_same_queries_for_one_person_and_for_many(
    goods: Goods, django_assert_max_num_queries: Any
) -> None:
    from marketplace.parties.models import Person

    many = Person.objects.bulk_create(
        [Person(code=f"M{n}", name=f"คน {n}", district_id="9009") for n in range(200)]
    )
    add_certificates(
        by=None,
        certificates=[certificate(person=person, number=str(person.pk)) for person in many],
    )
    with django_assert_max_num_queries(1):
        assert valid_standards(
            group_id=goods.group.pk,
            person_ids=[person.pk for person in many],
            product_id=1,
            first=FIRST,
            last=LAST,
        ) == {"GAP"}
