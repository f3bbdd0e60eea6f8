from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from catalogue.models import GradeCard, Product, TaxCategory
from catalogue.services import (
    GradeCardInput,
    ProduceFacts,
    TaxCategoryInput,
    save_facts,
    save_grade_cards,
    set_tax_categories,
)
from marketplace.common.dates import parse_date
from marketplace.common.exceptions import Refusals
from tests.support.goods import Goods, make_goods, make_user, product

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods() -> Goods:
    return make_goods()


@pytest.fixture
def staff(goods: Goods, client: Client) -> Client:
    client.force_login(make_user("staff", goods.cooperative, "staff"))
    return client


def photo(name: str = "kale.png", size: int = 4) -> SimpleUploadedFile:
    target = BytesIO()
    Image.new("RGB", (size, size), "green").save(target, "PNG")
    return SimpleUploadedFile(name, target.getvalue(), "image/png")


def facts(**changed: str) -> dict[str, str]:
    return {
        "aliases": "ผักคะน้า",
        "description": "",
        "harvest_lead_days": "1",
        "shelf_life_days": "5",
        "min_harvest_qty": "7.5",
        **{f"month_{n}": "1" for n in range(1, 13)},
        **changed,
    }


def test_staff_changes_season_lead_and_least_harvest(staff: Client) -> None:
    address = f"/goods/products/{product().pk}/"
    assert "คะน้า" in staff.get(address).content.decode()
    assert staff.post(address, facts(month_4="0", month_12="2")).status_code == 302
    kale = product()
    assert (kale.season_months, kale.min_harvest_qty) == ("111011111112", 7500)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"harvest_lead_days": "6"}, "ของจะเสียก่อนถึงครัว"),
        ({f"month_{n}": "0" for n in range(1, 13)}, "เลือกอย่างน้อยหนึ่งเดือน"),
        ({"min_harvest_qty": "-1"}, "ต้องไม่ติดลบ"),
        ({"shelf_life_days": "0"}, "err is-on"),
    ],
)
def test_facts_that_cannot_be_are_told_and_not_saved(
    staff: Client, changed: dict[str, str], words: str
) -> None:
    before = product().__dict__["season_months"]
    answer = staff.post(f"/goods/products/{product().pk}/", facts(**changed))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert product().season_months == before


def test_services_refuse_facts_and_tax_that_cannot_be() -> None:
    kale = product()
    with pytest.raises(Refusals) as refused:
        save_facts(by=None, facts=[ProduceFacts(kale, "11", 0, -1, 0)])
    assert [item.code for item in refused.value.items] == ["season", "days", "least"]
    with pytest.raises(Refusals):
        set_tax_categories(
            by=None, categories=[TaxCategoryInput(kale, "gold", parse_date("1/1/2570"), "")]
        )


def test_a_tax_category_begins_on_a_buddhist_day_and_the_same_day_replaces_it(
    staff: Client,
) -> None:
    address = f"/goods/products/{product().pk}/tax/"
    for kind in ("vat", "exempt"):
        answer = staff.post(address, {"kind": kind, "valid_from": "1/1/2570", "reason": "ม. 81"})
        assert answer.status_code == 302
    assert TaxCategory.objects.filter(product=product()).count() == 2
    newest = TaxCategory.objects.filter(product=product()).first()
    assert newest is not None
    assert (newest.kind, newest.valid_from.year) == ("exempt", 2027)
    assert staff.post(address, {"kind": "vat", "valid_from": "x"}).status_code == 422


def test_a_card_carries_words_and_a_photo_and_a_buyer_has_its_own(
    goods: Goods, staff: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    address = f"/goods/products/{product().pk}/card/A/"
    answer = staff.post(address, {"words_th": "ต้นยาว 20–25 ซม.", "photo": photo()})
    assert answer.status_code == 302
    card = GradeCard.objects.get()
    assert card.photo.name.startswith("grade-cards/kale")
    staff.post(address, {"words_th": "ต้นยาว 18–25 ซม."})
    card.refresh_from_db()
    assert card.words_th == "ต้นยาว 18–25 ซม."
    assert card.photo.name.startswith("grade-cards/kale")  # kept without a new one
    assert staff.post(address, {"words_th": " "}).status_code == 422
    assert staff.get(f"/goods/products/{product().pk}/card/Z/").status_code == 404

    client = Client()
    client.force_login(make_user("kitchen", goods.hospital, "requester"))
    assert "18–25" in client.get("/goods/specifications/").content.decode()
    own = f"/goods/specifications/{product().pk}/A/"
    assert "บัตรของตลาด" in client.get(own).content.decode()
    assert client.post(own, {"words_th": "ต้นอ่อนล้างดิน"}).status_code == 302
    assert GradeCard.objects.get(buyer=goods.hospital).words_th == "ต้นอ่อนล้างดิน"
    assert "ต้นอ่อนล้างดิน" in client.get("/goods/specifications/").content.decode()
    assert client.get(f"/goods/products/{product().pk}/").status_code == 403


def test_a_file_that_is_no_picture_is_refused(staff: Client) -> None:
    fake = SimpleUploadedFile("kale.png", b"<svg onload=x>", "image/png")
    answer = staff.post(f"/goods/products/{product().pk}/card/A/", {"words_th": "ดี", "photo": fake})
    assert answer.status_code == 422
    assert not GradeCard.objects.exists()


def test_services_refuse_cards_without_words_or_twice(goods: Goods) -> None:
    with pytest.raises(Refusals) as refused:
        save_grade_cards(
            by=None,
            cards=[
                GradeCardInput(product(), "A", "ดี"),
                GradeCardInput(product(), "A", "ดีมาก"),
                GradeCardInput(product(), "Q", " "),
            ],
        )
    assert [(i.code, i.where) for i in refused.value.items] == [
        ("twice", 1),
        ("grade", 2),
        ("words", 2),
    ]


def test_products_are_archived_and_brought_back_never_deleted(staff: Client) -> None:
    pk = product().pk
    staff.post("/goods/products/archive/", {"product": [pk]})
    assert Product.objects.get(pk=pk).archived_at is not None
    assert "คะน้า" in staff.get("/goods/products/?state=archived").content.decode()
    assert "คะน้า" not in staff.get("/goods/products/?q=คะน้า").context["products"]
    staff.post("/goods/products/restore/", {"product": [pk]})
    assert Product.objects.get(pk=pk).archived_at is None
