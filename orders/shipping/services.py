"""Every write of this room: zones, their districts, and the dated table of their fees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import today
from marketplace.common.dates import format_date
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.places.models import District
from orders.shipping.models import DeliveryZone, ZoneDistrict, ZoneFee

MOST_FEE_SATANG = 1_000_000
"""Ten thousand baht: more for one drop is a slip of the finger."""


@unit_of_work
def save_zone(
    *,
    by: User | None,
    name: str,
    districts: Iterable[District | str],
    zone: DeliveryZone | None = None,
) -> DeliveryZone:
    """Make a zone, or give one another name and other districts; the same again changes nothing.

    Placed deliveries keep the fee that was copied onto them.

    Args:
        by: who acts.
        name: as buyers read it.
        districts: rows or four-digit codes, at least one.
        zone: the one to change; a new one when left out.

    Raises:
        Refusal: no name, a name in use, no district, or a district of another zone.
    """
    name = " ".join(name.split())[:60]
    codes = sorted({one if isinstance(one, str) else one.pk for one in districts})
    if not name:
        raise Refusal(_("กรุณาใส่ชื่อเขต"), code="empty", where="name")
    if not codes:
        raise Refusal(_("กรุณาเลือกอย่างน้อยหนึ่งอำเภอ"), code="no-district", where="districts")
    key = zone.pk if zone else 0
    if DeliveryZone.objects.filter(name=name).exclude(pk=key).exists():
        raise Refusal(
            _("มีเขตชื่อ %(name)s อยู่แล้ว กรุณาใช้ชื่ออื่น") % {"name": name}, code="taken", where="name"
        )
    taken = (
        ZoneDistrict.objects.filter(district__in=codes)
        .exclude(zone=key)
        .select_related("zone", "district")
        .first()
    )
    if taken is not None:
        raise Refusal(
            _("อำเภอ%(district)sอยู่ในเขต %(zone)s แล้ว กรุณาเอาออกจากเขตนั้นก่อน")
            % {"district": taken.district, "zone": taken.zone},
            code="district-taken",
            where="districts",
        )
    if zone is None:
        zone = DeliveryZone.objects.create(name=name)
        before: list[str] = []
    else:
        zone = DeliveryZone.objects.select_for_update().get(pk=zone.pk)
        before = sorted(zone.members.values_list("district_id", flat=True))
        if (zone.name, before) == (name, codes):
            return zone
        zone.name = name
        zone.save(update_fields=["name"])
    ZoneDistrict.objects.filter(zone=zone).exclude(district__in=codes).delete()
    ZoneDistrict.objects.bulk_create(
        [ZoneDistrict(zone=zone, district_id=code) for code in codes if code not in before]
    )
    record(
        by=by,
        action="shipping.zone.saved",
        subject=zone,
        data={"name": name, "districts": codes, "before": before},
    )
    return zone


@unit_of_work
def open_zone(
    *,
    by: User | None,
    name: str,
    districts: Iterable[District | str],
    from_day: dt.date,
    fee_satang: int,
) -> DeliveryZone:
    """Make a zone together with its first fee: both, or neither.

    Args:
        by: who acts.
        name: as buyers read it.
        districts: rows or four-digit codes, at least one.
        from_day: first delivery day of the fee, today at the earliest.
        fee_satang: for each delivery day, at most ten thousand baht.

    Raises:
        Refusal: as `save_zone` and `set_zone_fee` raise; then there is no zone either.
    """
    zone = save_zone(by=by, name=name, districts=districts)
    set_zone_fee(by=by, zone=zone, from_day=from_day, fee_satang=fee_satang)
    return zone


@unit_of_work
def set_zone_fee(
    *, by: User | None, zone: DeliveryZone, from_day: dt.date, fee_satang: int
) -> ZoneFee:
    """Say what a delivery into a zone costs from a delivery day on; 0 ends the fee.

    A fee that has begun is history: only days to come may be given another.

    Args:
        by: who acts.
        zone: whose fee.
        from_day: first delivery day, today at the earliest.
        fee_satang: for each delivery day, at most ten thousand baht.

    Raises:
        Refusal: the day is past, the fee is negative or absurd.
    """
    if fee_satang < 0 or fee_satang > MOST_FEE_SATANG:
        raise Refusal(_("ค่าส่งต้องอยู่ระหว่าง 0 ถึง 10,000 บาท"), code="absurd", where="fee_satang")
    if from_day < today():
        raise Refusal(
            _("%(day)s ผ่านไปแล้ว ค่าส่งใหม่เริ่มได้ตั้งแต่วันนี้") % {"day": format_date(from_day, "day")},
            code="past",
            where="from_day",
        )
    zone = DeliveryZone.objects.select_for_update().get(pk=zone.pk)
    row = ZoneFee.objects.filter(zone=zone, from_day=from_day).first()
    if row is not None and row.fee_satang == fee_satang:
        return row
    before = row.fee_satang if row else None
    row, _made = ZoneFee.objects.update_or_create(
        zone=zone, from_day=from_day, defaults={"fee_satang": fee_satang, "created_by": by}
    )
    record(
        by=by,
        action="shipping.fee.set",
        subject=zone,
        data={"from": from_day.isoformat(), "fee_satang": fee_satang, "before": before},
    )
    return row
