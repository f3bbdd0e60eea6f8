"""Price notices: drafting, checking, publishing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.utils.translation import gettext as _

from catalogue.grades import Grade
from catalogue.models import ProduceGuide, Product
from catalogue.partner import hooks
from catalogue.partner.models import (
    ClassPrice,
    FeeKind,
    NoticeFee,
    NoticePrice,
    PriceNotice,
)
from catalogue.partner.rules import MAX_PRICE_SATANG, NoticeRow, guide_row, nearest_prices
from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common import clock
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal, Refusals
from marketplace.common.money import format_baht
from marketplace.common.quantities import BaseUnit, format_quantity, price_divides
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import BuyerClass


@unit_of_work
def draft_notice(
    *, by: User | None, valid_from: date, copy_of: PriceNotice | None = None
) -> PriceNotice:
    """Begin a price notice for delivery days from `valid_from` on.

    Args:
        by: who drafts.
        valid_from: first delivery day.
        copy_of: a notice whose prices are the start; None starts empty.

    Raises:
        Refusal: the day has passed (code "past"), or a notice for it is published ("day-taken").
    """
    _refuse_day(valid_from)
    notice = PriceNotice.objects.create(
        valid_from=valid_from, created_at=clock.now(), created_by=by
    )
    if copy_of is not None:
        trading = set(Product.objects.trading().values_list("pk", flat=True))
        _write_rows(notice, [r for r in notice_rows(copy_of) if r.product_id in trading])
    record(
        by=by,
        action="partner.notice.drafted",
        subject=notice,
        data={"valid_from": valid_from.isoformat(), "copy_of": copy_of.pk if copy_of else None},
    )
    return notice


@unit_of_work
def save_notice_prices(
    *,
    by: User | None,
    notice: PriceNotice,
    rows: Sequence[NoticeRow],
    drop: Iterable[tuple[int, str]] = (),
) -> list[NoticePrice]:
    """Write lines of a draft; a product and grade given again replaces its line.

    Args:
        by: who writes.
        notice: a draft.
        rows: the lines; farm gate, every fee and every class price must divide by the product's
            order step, so that no line ever has part of a satang.
        drop: (product, grade) of lines to take out.

    Raises:
        Refusals: with `where` naming product_id, grade and column ("farm_gate", "fee:<code>",
            "class:<code>") of every bad cell.
        Refusal: the notice is published (code "published").
    """
    notice = _draft(notice)
    rows = list(rows)
    Refusals.raise_if_any(_row_problems(rows))
    _delete_rows(notice, {(r.product_id, r.grade) for r in rows} | set(drop))
    made = _write_rows(notice, rows)
    record(by=by, action="partner.notice.priced", subject=notice, data={"lines": len(made)})
    return made


@unit_of_work
def publish_notice(*, by: User | None, notice: PriceNotice) -> PriceNotice:
    """Publish a draft; from now on it never changes (the database holds it, see `guards`).

    It decides for lines placed from now on, on delivery days from its first day until the next
    notice's. Lines already placed keep their price. A day has one published notice for good: a
    mistake is put right by a notice for a later day, and the message names the first free one.
    Publishing what is published already changes nothing.

    Raises:
        Refusal: no prices in it (code "empty"), the day has passed ("past"), another notice for the
            same day is published ("day-taken").
    """
    notice = PriceNotice.objects.select_for_update().get(pk=notice.pk)
    if notice.state == PriceNotice.State.PUBLISHED:
        return notice
    _refuse_day(notice.valid_from)
    lines = notice.prices.count()
    if not lines:
        raise Refusal(_("ประกาศนี้ยังไม่มีราคา กรุณาใส่อย่างน้อยหนึ่งรายการ"), code="empty")
    notice.state = PriceNotice.State.PUBLISHED
    notice.published_at = clock.now()
    notice.published_by = by
    notice.save(update_fields=["state", "published_at", "published_by"])
    record(
        by=by,
        action="partner.notice.published",
        subject=notice,
        data={"valid_from": notice.valid_from.isoformat(), "lines": lines},
    )
    hooks.notice_published(notice)
    return notice


@unit_of_work
def discard_draft(*, by: User | None, notice: PriceNotice) -> None:
    """Throw a draft away; a published notice is refused (code "published")."""
    notice = _draft(notice)
    record(
        by=by,
        action="partner.notice.discarded",
        subject=notice,
        data={"valid_from": notice.valid_from.isoformat()},
    )
    notice.delete()


def notice_rows(notice: PriceNotice) -> list[NoticeRow]:
    """The lines of a notice, by product and grade; three queries."""
    rows: dict[int, NoticeRow] = {}
    for price in NoticePrice.objects.filter(notice=notice).order_by("product_id", "grade"):
        rows[price.pk] = NoticeRow(price.product_id, price.grade, price.farm_gate_satang, {}, {})
    for fee in NoticeFee.objects.filter(price__notice=notice):
        rows[fee.price_id].fees[fee.kind_id] = fee.satang
    for price_of in ClassPrice.objects.filter(price__notice=notice):
        rows[price_of.price_id].class_prices[price_of.buyer_class_id] = price_of.satang
    return list(rows.values())


def guide_rows(
    *, products: Iterable[Product], grades: Sequence[str] = (Grade.A,)
) -> list[NoticeRow]:
    """Proposed lines for a first notice, from the usual market prices of the produce table.

    Products without a guide price are left out. Two queries.
    """
    chosen = {product.pk: product for product in products}
    classes = list(BuyerClass.objects.values_list("pk", flat=True))
    return [
        guide_row(
            product_id=guide.product_id,
            grade=str(grade),
            low_satang=guide.low_satang,
            high_satang=guide.high_satang,
            step=chosen[guide.product_id].step_qty,
            unit=BaseUnit(chosen[guide.product_id].base_unit),
            classes=classes,
        )
        for guide in ProduceGuide.objects.filter(product__in=chosen).order_by("product_id")
        for grade in grades
    ]


def first_free_day(day: date) -> date:
    """The first delivery day from `day` on for which no notice is published."""
    taken = set(
        PriceNotice.objects.filter(
            state=PriceNotice.State.PUBLISHED, valid_from__gte=day
        ).values_list("valid_from", flat=True)
    )
    while day in taken:
        day += timedelta(days=1)
    return day


def _refuse_day(valid_from: date) -> None:
    if valid_from < clock.today():
        raise Refusal(
            _("วันที่ %(day)s ผ่านไปแล้ว ประกาศราคาใช้ได้ตั้งแต่วันนี้ (%(today)s) เป็นต้นไป")
            % {"day": format_date(valid_from), "today": format_date(clock.today())},
            code="past",
            where="valid_from",
        )
    if PriceNotice.objects.filter(
        valid_from=valid_from, state=PriceNotice.State.PUBLISHED
    ).exists():
        raise Refusal(
            _("ประกาศราคาที่ใช้ตั้งแต่ %(day)s มีแล้วและแก้ไม่ได้ ถ้าต้องแก้ราคา ให้ออกประกาศใหม่ตั้งแต่ %(free)s")
            % {"day": format_date(valid_from), "free": format_date(first_free_day(valid_from))},
            code="day-taken",
            where="valid_from",
        )


def _draft(notice: PriceNotice) -> PriceNotice:
    locked = PriceNotice.objects.select_for_update().get(pk=notice.pk)
    if locked.state == PriceNotice.State.PUBLISHED:
        raise Refusal(_("ประกาศราคานี้ประกาศไปแล้ว แก้ไม่ได้ ให้ออกประกาศใหม่แทน"), code="published")
    return locked


def _delete_rows(notice: PriceNotice, keys: set[tuple[int, str]]) -> None:
    prices = [
        pk
        for pk, product_id, grade in NoticePrice.objects.filter(notice=notice).values_list(
            "pk", "product_id", "grade"
        )
        if (product_id, grade) in keys
    ]
    NoticeFee.objects.filter(price_id__in=prices).delete()
    ClassPrice.objects.filter(price_id__in=prices).delete()
    NoticePrice.objects.filter(pk__in=prices).delete()


def _write_rows(notice: PriceNotice, rows: Sequence[NoticeRow]) -> list[NoticePrice]:
    made = NoticePrice.objects.bulk_create(
        [
            NoticePrice(
                notice=notice,
                product_id=row.product_id,
                grade=row.grade,
                farm_gate_satang=row.farm_gate_satang,
            )
            for row in rows
        ]
    )
    NoticeFee.objects.bulk_create(
        [
            NoticeFee(price=price, kind_id=code, satang=satang)
            for price, row in zip(made, rows, strict=True)
            for code, satang in row.fees.items()
            if satang
        ]
    )
    ClassPrice.objects.bulk_create(
        [
            ClassPrice(price=price, buyer_class_id=code, satang=satang)
            for price, row in zip(made, rows, strict=True)
            for code, satang in row.class_prices.items()
        ]
    )
    return made


def _row_problems(rows: Sequence[NoticeRow]) -> list[Refusal]:
    products = Product.objects.in_bulk({row.product_id for row in rows})
    fees = {kind.pk: str(kind) for kind in FeeKind.objects.all()}
    classes = {kind.pk: str(kind) for kind in BuyerClass.objects.all()}
    found: list[Refusal] = []
    seen: set[tuple[int, str]] = set()
    for row in rows:
        product = products.get(row.product_id)

        def bad(message: str, code: str, column: str, row: NoticeRow = row) -> None:
            found.append(
                Refusal(
                    message,
                    code=code,
                    where={"product_id": row.product_id, "grade": row.grade, "column": column},
                )
            )

        if product is None or row.grade not in Grade.values:
            bad(_("ไม่มีสินค้าหรือเกรดนี้"), "unknown", "farm_gate")
            continue
        name = _("%(product)s เกรด %(grade)s") % {"product": product.name, "grade": row.grade}
        if (row.product_id, row.grade) in seen:
            bad(_("%(name)s: มีสองบรรทัด") % {"name": name}, "twice", "farm_gate")
        seen.add((row.product_id, row.grade))
        cells = [("farm_gate", _("ราคาหน้าสวน"), row.farm_gate_satang, 1)]
        for code, satang in row.fees.items():
            if code not in fees:
                bad(_("%(name)s: ไม่มีค่าใช้จ่ายนี้") % {"name": name}, "unknown", f"fee:{code}")
            else:
                cells.append((f"fee:{code}", fees[code], satang, 0))
        for code, satang in row.class_prices.items():
            if code not in classes:
                bad(_("%(name)s: ไม่มีประเภทผู้ซื้อนี้") % {"name": name}, "unknown", f"class:{code}")
            else:
                cells.append((f"class:{code}", classes[code], satang, 1))
        for column, label, satang, least in cells:
            problem = _cell_problem(product, satang, least)
            if problem:
                message, code = problem
                bad(
                    _("%(name)s %(label)s: %(message)s")
                    % {"name": name, "label": label, "message": message},
                    code,
                    column,
                )
    return found


def _cell_problem(product: Product, satang: int, least: int) -> tuple[str, str] | None:
    if satang < least:
        return _("ต้องมากกว่า 0") if least else _("ต้องไม่ติดลบ"), "too-small"
    if satang > MAX_PRICE_SATANG:
        return (
            _("มากเกินไป ใส่ได้ไม่เกิน %(most)s บาท") % {"most": format_baht(MAX_PRICE_SATANG)},
            "too-much",
        )
    unit = BaseUnit(product.base_unit)
    if not price_divides(satang, product.step_qty, unit):
        lower, upper = nearest_prices(satang, product.step_qty, unit)
        return (
            _("%(price)s บาท หารขั้นสั่ง %(step)s ไม่ลงตัวเป็นสตางค์ ใส่ %(lower)s หรือ %(upper)s")
            % {
                "price": format_baht(satang),
                "step": format_quantity(product.step_qty, unit, unit_label=product.unit_label),
                "lower": format_baht(lower),
                "upper": format_baht(upper),
            },
            "not-divisible",
        )
    return None
