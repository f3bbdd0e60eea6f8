"""Setting up the one cooperative of the installation."""

from __future__ import annotations

import re
from datetime import time

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.parties.exceptions import CooperativeExists, NoCooperative
from marketplace.parties.models import BuyerClass, Cooperative, Hub, Stage
from marketplace.parties.services.money import require_treasurer

MOST_CUTOFF_DAYS = 30


def the_cooperative() -> Cooperative:
    """Return the cooperative of this installation.

    Raises:
        NoCooperative: it is not set up yet.
    """
    cooperative = Cooperative.objects.first()
    if cooperative is None:
        raise NoCooperative
    return cooperative


@unit_of_work
def set_up_cooperative(
    *,
    by: User | None,
    name_th: str,
    name_en: str,
    district_code: str,
    hub_name: str,
    code: str = "COOP",
    address: str = "",
    tax_id: str = "",
    branch: str = "สำนักงานใหญ่",
    phone: str = "",
    email: str = "",
    promptpay_biller_id: str = "",
    bill_series: str = "INV",
    working_capital_limit_satang: int = 0,
    intake_from: time = time(3, 30),
    intake_until: time = time(5, 0),
) -> Cooperative:
    """Make the cooperative and its first hub; it is active at once.

    Args:
        by: who acts, None for the installation.
        district_code: official four-digit code, also of the hub.
        working_capital_limit_satang: how much may be advanced to growers.
        intake_from: Bangkok time on the delivery day; with `intake_until` the hub's intake hours.

    Raises:
        CooperativeExists: there is one already.
    """
    if Cooperative.objects.exists():
        raise CooperativeExists
    moment = now()
    try:
        cooperative = Cooperative.objects.create(
            code=code,
            name_th=name_th.strip(),
            name_en=name_en.strip(),
            stage=Stage.ACTIVE,
            district_id=district_code,
            address=address,
            tax_id=tax_id,
            branch=branch,
            phone=phone,
            email=email,
            promptpay_biller_id=promptpay_biller_id,
            bill_series=bill_series,
            working_capital_limit_satang=working_capital_limit_satang,
            registered_at=moment,
            approved_at=moment,
            approved_by=by,
        )
    except IntegrityError as error:
        if "one_cooperative" in str(error) or "parties_party.kind" in str(error):
            raise CooperativeExists from error
        raise
    Hub.objects.create(
        cooperative=cooperative,
        name=hub_name,
        district_id=district_code,
        intake_from=intake_from,
        intake_until=intake_until,
    )
    record(by=by, action="parties.cooperative.set_up", subject=cooperative, party=cooperative)
    return cooperative


@unit_of_work
def change_cooperative(
    *,
    by: User | None,
    promptpay_biller_id: str,
    bill_series: str,
    working_capital_limit_satang: int,
) -> Cooperative:
    """Change how the cooperative is paid and how much it may advance; the treasurer alone does.

    Args:
        promptpay_biller_id: 15 digits (tax number and suffix), or empty.
        bill_series: 1 to 4 letters before the numbers of bills still to come.

    Raises:
        TreasurerOnly: somebody else asks.
        Refusal: a field is not valid; `where` is its name.
    """
    require_treasurer(by)
    if not re.fullmatch(r"(\d{15})?", promptpay_biller_id):
        raise Refusal(_("รหัสผู้รับชำระพร้อมเพย์มี 15 หลัก"), code="biller", where="promptpay_biller_id")
    if not re.fullmatch(r"[A-Z]{1,4}", bill_series):
        raise Refusal(_("ชุดเลขที่บิลเป็นอักษร A–Z 1 ถึง 4 ตัว"), code="series", where="bill_series")
    cooperative = Cooperative.objects.select_for_update(of=("self",)).get()
    before = {
        "promptpay_biller_id": cooperative.promptpay_biller_id,
        "bill_series": cooperative.bill_series,
        "working_capital_limit_satang": cooperative.working_capital_limit_satang,
    }
    cooperative.promptpay_biller_id = promptpay_biller_id
    cooperative.bill_series = bill_series
    cooperative.working_capital_limit_satang = working_capital_limit_satang
    cooperative.save()
    record(
        by=by,
        action="parties.cooperative.changed",
        subject=cooperative,
        party=cooperative,
        data={"before": before},
    )
    return cooperative


@unit_of_work
def change_hub(
    *,
    by: User | None,
    hub: Hub,
    name: str,
    district_code: str,
    intake_from: time,
    intake_until: time,
) -> Hub:
    """Change a hub's name, place and intake hours (Bangkok time on the delivery day).

    Raises:
        Refusal: no name, or the hours end before they begin.
    """
    if not name.strip():
        raise Refusal(_("ใส่ชื่อศูนย์รับก่อน"), code="name", where="name")
    if intake_until <= intake_from:
        raise Refusal(_("เวลาชั่งรับสิ้นสุดก่อนเริ่ม ตรวจเวลาอีกครั้ง"), code="hours", where="intake_until")
    locked = Hub.objects.select_for_update().get(pk=hub.pk)
    locked.name, locked.district_id = name.strip(), district_code
    locked.intake_from, locked.intake_until = intake_from, intake_until
    locked.save()
    record(by=by, action="parties.hub.changed", subject=locked)
    return locked


@unit_of_work
def change_buyer_class(
    *,
    by: User | None,
    buyer_class: BuyerClass,
    cutoff_days_before: int,
    cutoff_time: time,
    minimum_drop_satang: int,
    small_drop_fee_satang: int,
) -> BuyerClass:
    """Change a buyer class's cut-off rule and drop terms, for cycles and orders still to come.

    Args:
        cutoff_days_before: whole days before the delivery day, 0 to 30; `cutoff_time` is Bangkok
            time.

    Raises:
        Refusal: a figure is out of bounds; `where` is its field.
    """
    if not 0 <= cutoff_days_before <= MOST_CUTOFF_DAYS:
        raise Refusal(
            _("ปิดรับล่วงหน้าได้ 0 ถึง %(most)s วัน") % {"most": MOST_CUTOFF_DAYS},
            code="days",
            where="cutoff_days_before",
        )
    locked = BuyerClass.objects.select_for_update().get(pk=buyer_class.pk)
    locked.cutoff_days_before, locked.cutoff_time = cutoff_days_before, cutoff_time
    locked.minimum_drop_satang = minimum_drop_satang
    locked.small_drop_fee_satang = small_drop_fee_satang
    locked.save()
    record(
        by=by,
        action="parties.buyer_class.changed",
        subject=locked,
        data={
            "cutoff_days_before": cutoff_days_before,
            "cutoff_time": cutoff_time.isoformat(),
            "minimum_drop_satang": minimum_drop_satang,
            "small_drop_fee_satang": small_drop_fee_satang,
        },
    )
    return locked
