"""Setting up the one cooperative of the installation."""

from __future__ import annotations

from datetime import time

from django.db import IntegrityError

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.clock import now
from marketplace.common.transactions import unit_of_work
from marketplace.parties.exceptions import CooperativeExists, NoCooperative
from marketplace.parties.models import Cooperative, Hub, Stage


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
