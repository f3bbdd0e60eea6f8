"""The index follows the database: every committed change, none that was rolled back, in any order."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from catalogue.models import Product
from catalogue.search import services
from catalogue.search.backends.base import OFFER, Change
from catalogue.search.models import SearchNote
from catalogue.search.reading import search, suggest
from catalogue.search.services import catch_up, embedded, forget_notes, rebuild, verify
from catalogue.search.types import Document, Kind, Name, SearchRequest, Window
from catalogue.supply.models import HarvestOffer
from marketplace.common.dates import BANGKOK
from marketplace.parties.models import FarmerGroup
from tests.support.goods import Goods, make_goods, product

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

TODAY = date(2026, 12, 9)


@pytest.fixture(autouse=True)
def _today(stop_clock: Any) -> None:
    stop_clock(datetime(2026, 12, 9, 9, tzinfo=BANGKOK))


@pytest.fixture
def goods() -> Goods:
    return make_goods()


def offer(goods: Goods, of: Product, **facts: Any) -> HarvestOffer:
    values: dict[str, Any] = {
        "group": goods.group,
        "grade": "A",
        "first_day": TODAY + timedelta(2),
        "last_day": TODAY + timedelta(4),
        "offered_qty": 60_000,
        "policy_qty": 60_000,
        "promisable_qty": 60_000,
        **facts,
    }
    return HarvestOffer.objects.create(product=of, **values)


def found(text: str, **asked: Any) -> list[str]:
    answer = search(SearchRequest(text, kind=Kind.PRODUCT, limit=200, **asked))
    return [hit.name_th for hit in answer.hits]


def test_what_was_saved_is_found_by_the_next_search_also_by_a_bulk_update(goods: Goods) -> None:
    assert "มังคุด" in found("มังคุด")
    Product.objects.filter(title="มังคุด").update(aliases="ยูเรนัสเนปจูน")
    assert found("ยูเรนัสเนปจูน") == ["มังคุด"]
    Product.objects.filter(title="มังคุด").update(is_public=False)
    assert "มังคุด" not in found("มังคุด")
    assert verify(embedded()) == []


def test_a_change_that_was_rolled_back_leaves_no_trace(goods: Goods) -> None:
    assert found("ยูเรนัสเนปจูน") == []
    with transaction.atomic():
        Product.objects.filter(title="มังคุด").update(aliases="ยูเรนัสเนปจูน")
        transaction.set_rollback(True)
    assert found("ยูเรนัสเนปจูน") == []


def test_a_note_that_commits_late_with_a_lower_number_is_still_taken(goods: Goods) -> None:
    search(SearchRequest("มังคุด"))
    later = product("คะน้า")
    Product.objects.filter(pk=later.pk).update(aliases="ฮวงจุ้ยเฮงเฮง")
    last = SearchNote.objects.latest("seq")
    # Its number was drawn first, but its transaction ends last.
    early_seq, kind = last.seq, last.kind
    last.delete()
    Product.objects.filter(title="มังคุด").update(aliases="ยูเรนัสเนปจูน")
    assert found("ยูเรนัสเนปจูน") == ["มังคุด"]
    assert found("ฮวงจุ้ยเฮงเฮง") == []
    SearchNote.objects.create(seq=early_seq, kind=kind, object_id=later.pk, at=last.at)
    assert found("ฮวงจุ้ยเฮงเฮง") == ["คะน้า"]


def test_the_same_notes_twice_and_an_older_write_change_nothing(goods: Goods) -> None:
    backend = embedded()
    rebuild(backend)
    mango = product("มะม่วงเบา")
    key = (Kind.PRODUCT, mango.pk)
    newest = SearchNote.objects.latest("seq").seq + 10

    def write(version: int, name: str) -> None:
        document = Document(Kind.PRODUCT, mango.pk, name, "", (Name(name),))
        backend.write([Change(Kind.PRODUCT, mango.pk, version, document)])

    write(newest, "ใหม่")
    write(newest - 1, "เก่า")
    write(newest, "ใหม่")
    names = {(one.kind, one.id): one.name_th for one in backend.documents()}
    assert names[key] == "ใหม่"
    assert backend.counts()[Kind.PRODUCT] == Product.objects.browsable().count()


def test_an_index_of_another_analysis_or_another_database_is_made_anew(
    goods: Goods, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = embedded()
    rebuild(backend)
    monkeypatch.setattr(
        "catalogue.search.backends.embedded.analyser_version", lambda: "another", raising=True
    )
    assert not backend.stands()
    assert "มังคุด" in found("มังคุด")
    assert backend.stands()
    monkeypatch.setattr(services, "_identity", lambda _name: "a backup put back")
    catch_up(backend)
    assert backend.database() == "a backup put back"


def test_a_file_that_is_no_index_is_made_anew(goods: Goods) -> None:
    services.embedded_path().write_bytes(b"not a database at all" * 100)
    assert "มังคุด" in found("มังคุด")


def test_verify_names_what_differs(goods: Goods) -> None:
    backend = embedded()
    rebuild(backend)
    fruit = product("มังคุด")
    backend.write([Change(Kind.PRODUCT, fruit.pk, 10**9, None)])
    offer(goods, fruit)
    catch_up(backend)
    backend.write([Change(OFFER, HarvestOffer.objects.get().pk, 10**9, None)])
    assert verify(backend) == [
        f"missing product:{fruit.pk}",
        "offers 0 in the index, 1 in the database",
    ]


def test_a_day_asked_for_is_a_hard_filter_and_a_typed_one_says_when_nothing_meets_it(
    goods: Goods,
) -> None:
    offer(goods, product("มังคุด"))
    on, off = TODAY + timedelta(3), TODAY + timedelta(9)
    assert found("มังคุด", window=Window(on, on)) == ["มังคุด"]
    assert found("มังคุด", window=Window(off, off)) == []
    assert found("มังคุด", window=Window(on, on, least_qty=60_001)) == []
    typed = search(SearchRequest(f"มังคุด {on.isoformat()}", kind=Kind.PRODUCT))
    assert (typed.relaxed, typed.window) == ((), Window(on, on))
    none = search(SearchRequest(f"มังคุด {off.isoformat()}", kind=Kind.PRODUCT))
    assert none.relaxed == ("window",)
    assert none.hits[0].name_th == "มังคุด"


def test_what_was_reserved_away_is_no_longer_found_on_that_day(goods: Goods) -> None:
    made = offer(goods, product("มังคุด"))
    day = Window(TODAY + timedelta(3), TODAY + timedelta(3))
    assert found("มังคุด", window=day) == ["มังคุด"]
    HarvestOffer.objects.filter(pk=made.pk).update(reserved_qty=60_000)
    assert found("มังคุด", window=day) == []


def test_a_place_or_a_standard_in_the_text_brings_what_comes_from_there_first(
    goods: Goods,
) -> None:
    offer(goods, product("ผักบุ้งไทย"), standard_codes="PGS")
    assert found("ผักบุ้ง อินทรีย์")[0] == "ผักบุ้งไทย"
    assert found("ผักบุ้ง รัตภูมิ")[0] == "ผักบุ้งไทย"
    assert found("รัตภูมิ") == ["ผักบุ้งไทย"]


def test_a_group_that_rests_is_not_found(goods: Goods) -> None:
    def groups() -> list[int]:
        answer = search(SearchRequest("เขาพระ", kind=Kind.GROUP))
        return [hit.id for hit in answer.hits]

    assert groups() == [goods.group.pk]
    FarmerGroup.objects.filter(pk=goods.group.pk).update(stage="suspended")
    assert groups() == []


def test_names_are_suggested_from_two_letters_one_a_thing(goods: Goods) -> None:
    catch_up(embedded())
    assert suggest("ส") == []
    texts = [one.document.name_th for one in suggest("ส้ม")]
    assert texts[0] == "ส้มจุกจะนะ"
    assert len(texts) == len(set(texts))
    assert [one.document.name_th for one in suggest("kang")][:1] == ["ผักบุ้งจีน"]


def test_old_notes_go_and_the_newest_stays(goods: Goods) -> None:
    backend = embedded()
    rebuild(backend)
    last = SearchNote.objects.latest("seq").seq
    forget_notes(before_seconds=last_second() + 10)
    assert list(SearchNote.objects.values_list("seq", flat=True)) == [last]
    assert catch_up(backend).changes <= 1


def last_second() -> float:
    return float(SearchNote.objects.latest("seq").at)


def test_readers_never_fail_while_the_index_is_made_anew(committed_db: Any) -> None:
    make_goods()
    backend = embedded()
    rebuild(backend)
    stop = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        try:
            while not stop.is_set():
                answer = search(SearchRequest("มังคุด", kind=Kind.PRODUCT))
                if not answer.hits:
                    wrong.append("nothing found")
        except Exception as error:  # noqa: BLE001 whatever a reader meets is what the test is about
            wrong.append(error)
        finally:
            backend.close()
            connection.close()

    readers = [threading.Thread(target=read) for _number in range(2)]
    for reader in readers:
        reader.start()
    for _turn in range(3):
        rebuild(backend)
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
