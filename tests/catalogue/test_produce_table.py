from __future__ import annotations

import csv
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Category, ProduceGuide, Product, TaxCategory
from catalogue.reference import PRODUCE, UNITS, load_produce
from marketplace.common.exceptions import Refusals
from marketplace.common.quantities import BaseUnit, price_divides
from marketplace.web.drawings import PRODUCE as DRAWINGS

pytestmark = [pytest.mark.everywhere, pytest.mark.django_db]

Change = Callable[[list[dict[str, str]]], None]


def changed(tmp_path: Path, source: Path, change: Change) -> Path:
    with source.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        columns = list(reader.fieldnames or ())
        rows = list(reader)
    change(rows)
    target = tmp_path / source.name
    with target.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns)
        writer.writeheader()
        writer.writerows(rows)
    return target


def places(refused: Refusals) -> set[tuple[str, int, str]]:
    return {(r.where["file"], r.where["line"], r.where["column"]) for r in refused.items}


def test_all_99_products_are_there_with_unit_season_tax_and_shelf() -> None:
    assert Product.objects.count() == 99
    for product in Product.objects.select_related("guide", "product_class"):
        unit = BaseUnit(product.base_unit)
        assert price_divides(product.guide.low_satang, product.step_qty, unit)
        assert price_divides(product.guide.high_satang, product.step_qty, unit)
        assert set(product.season_months) & set("12")
        assert product.drawing in DRAWINGS
        assert product.slug.isascii()
        assert not product.product_class.track_stock
        assert product.product_class.requires_shipping
    assert not Product.objects.filter(categories=None).exists()
    assert TaxCategory.objects.filter(kind="vat").count() == 3
    assert Category.objects.count() == 11
    assert Category.objects.get(code="gi").product_set.count() == 4


def test_known_facts_of_a_gram_product_and_a_piece_product() -> None:
    kale = Product.objects.get(title="คะน้า")
    assert (kale.slug, kale.step_qty, kale.base_unit) == ("kha-na", 500, "gram")
    assert kale.aliases == "ผักคะน้า, คะน้าต้น, ยอดคะน้า"
    assert [p.title for p in kale.recommended_products.order_by("pk")] == ["กวางตุ้ง", "กะหล่ำปลี"]
    eggs = Product.objects.get(title="ไข่เป็ด")
    assert (eggs.base_unit, eggs.nominal_piece_g, eggs.unit_label) == (
        "piece",
        2100,
        "แผง 30 ฟอง",
    )


def test_remarks_in_the_table_do_not_become_names() -> None:
    aliases = " ".join(Product.objects.values_list("aliases", flat=True))
    assert "misspelling" not in aliases
    assert "speciality" not in aliases


def test_loading_again_changes_nothing_and_keeps_what_staff_changed() -> None:
    Product.objects.filter(title="คะน้า").update(harvest_lead_days=2)
    before = list(Product.objects.order_by("pk").values())
    assert load_produce() == 99
    assert list(Product.objects.order_by("pk").values()) == before
    assert Category.objects.count() == 11


def test_update_writes_the_files_figures_over_what_is_there() -> None:
    Product.objects.filter(title="คะน้า").update(harvest_lead_days=2)
    ProduceGuide.objects.filter(product__title="คะน้า").update(low_satang=2)
    load_produce(update=True)
    kale = Product.objects.get(title="คะน้า")
    assert kale.harvest_lead_days == 1
    assert kale.guide.low_satang == 2500


def test_every_bad_cell_is_reported_and_nothing_is_saved(tmp_path: Path) -> None:
    before = list(Product.objects.order_by("pk").values())

    def spoil(rows: list[dict[str, str]]) -> None:
        rows[0]["order_step"] = "หนึ่ง"
        rows[1]["price_low_satang"] = "2501"  # 500 g of it is not whole satang
        rows[2]["price_high_satang"] = "100"
        rows[3]["base_unit"] = "bunch"
        rows[4]["tax_category"] = "?"
        rows[5]["shelf_life_days"] = "0"
        rows[6]["harvest_lead_days"] = "-1"
        rows[42]["nominal_piece_g"] = ""  # a piece product without a weight
        rows[50]["shelf_life_days"] = "9"  # good, but it comes with bad ones

    units = changed(tmp_path, UNITS, spoil)
    with pytest.raises(Refusals) as refused:
        load_produce(units=units, update=True)
    assert places(refused.value) == {
        ("produce_units.csv", 2, "order_step"),
        ("produce_units.csv", 3, "price_low_satang"),
        ("produce_units.csv", 4, "price_high_satang"),
        ("produce_units.csv", 5, "base_unit"),
        ("produce_units.csv", 6, "tax_category"),
        ("produce_units.csv", 7, "shelf_life_days"),
        ("produce_units.csv", 8, "harvest_lead_days"),
        ("produce_units.csv", 44, "nominal_piece_g"),
    }
    assert list(Product.objects.order_by("pk").values()) == before


def test_names_that_repeat_are_missing_or_stand_in_one_file_only(tmp_path: Path) -> None:
    def spoil(rows: list[dict[str, str]]) -> None:
        rows[1]["name_th"] = rows[0]["name_th"]
        rows[2]["romanised"] = rows[3]["romanised"]
        rows[4]["season_months"] = "hot season"
        rows[5]["name_en"] = ""
        rows[6]["name_th"] = "ผักใหม่ตัวอย่าง"

    produce = changed(tmp_path, PRODUCE, spoil)
    with pytest.raises(Refusals) as refused:
        load_produce(produce=produce)
    assert places(refused.value) == {
        ("produce.csv", 3, "name_th"),
        ("produce_units.csv", 3, "name_th"),
        ("produce.csv", 5, "romanised"),
        ("produce.csv", 6, "season_months"),
        ("produce.csv", 7, "name_en"),
        ("produce.csv", 8, "name_th"),
        ("produce_units.csv", 8, "name_th"),
    }


def test_a_row_of_the_wrong_length_and_a_missing_column_are_named(tmp_path: Path) -> None:
    short = tmp_path / "produce.csv"
    text = PRODUCE.read_text(encoding="utf-8").splitlines()
    short.write_text("\n".join([*text[:3], "คะน้า,เดียว"]) + "\n", encoding="utf-8")
    with pytest.raises(Refusals) as refused:
        load_produce(produce=short)
    assert places(refused.value) == {("produce.csv", 4, "-")}
    headless = tmp_path / "produce_units.csv"
    headless.write_text("name_th,base_unit\nคะน้า,gram\n", encoding="utf-8")
    with pytest.raises(Refusals) as refused:
        load_produce(units=headless)
    assert ("produce_units.csv", 1, "order_step") in places(refused.value)


def test_a_file_that_is_not_utf_8_is_refused_in_words(tmp_path: Path) -> None:
    old = tmp_path / "produce.csv"
    old.write_bytes(
        PRODUCE.read_text(encoding="utf-8").replace("–", "-").encode("cp874", "replace")
    )
    with pytest.raises(Refusals, match="UTF-8"):
        load_produce(produce=old)


def test_the_command_lists_bad_cells_and_ends_with_1(tmp_path: Path, capsys: Any) -> None:
    units = changed(tmp_path, UNITS, lambda rows: rows[0].update(order_step="0"))
    errors = StringIO()
    with pytest.raises(CommandError) as ended:
        call_command("load_produce", units=units, stderr=errors)
    assert ended.value.returncode == 1
    assert "produce_units.csv บรรทัด 2 ช่อง order_step" in errors.getvalue()
    said = StringIO()
    call_command("load_produce", stdout=said)
    assert said.getvalue() == "99 products\n"
