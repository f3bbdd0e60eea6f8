"""Lives some weeks headless and proves the rules that always hold (docs/rules.md) on what came of
it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, Sum

from catalogue.supply.models import Backing, HarvestOffer, Reservation, Shortage
from marketplace.common import clock
from marketplace.common.money import format_baht
from marketplace.demo.cast import FULL, SMALL
from marketplace.demo.story import Story, begin
from marketplace.demo.treasury import let_money_arrive, pay_growers, read_bank
from marketplace.demo.weeks import moment
from marketplace.ledger.models import Account, Entry
from marketplace.ledger.services import run_checks
from orders.allocation.models import Allocation
from orders.fulfilment.models import AcceptanceLine
from orders.invoicing.models import Document
from orders.models import Line
from orders.reconciliation.models import BankRow
from orders.settlement.models import Owed


@dataclass
class Outcome:
    """What the weeks came to. Quantities in base units (grams; pieces count by nominal weight)."""

    asked_g: int = 0
    promised_g: int = 0
    allocated_g: int = 0
    accepted_g: int = 0
    invoiced_satang: int = 0
    received_satang: int = 0
    owed_satang: int = 0
    paid_satang: int = 0
    fees_satang: int = 0
    ledger_difference_satang: int = 0
    oversold_offers: int = 0
    checks: dict[str, bool] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        """Whether every check holds."""
        return bool(self.checks) and all(self.checks.values())

    def as_json(self) -> dict[str, Any]:
        """Return the figures and checks as one JSON object."""
        return {key: value for key, value in asdict(self).items() if key != "details"}

    def as_table(self) -> str:
        """Return the figures and checks as a table for the terminal."""
        lines = [
            f"asked      {_kg(self.asked_g)}",
            f"promised   {_kg(self.promised_g)}",
            f"allocated  {_kg(self.allocated_g)}",
            f"accepted   {_kg(self.accepted_g)}",
            f"invoiced   {_baht(self.invoiced_satang)}",
            f"received   {_baht(self.received_satang)}",
            f"owed       {_baht(self.owed_satang)}",
            f"paid       {_baht(self.paid_satang)}",
            f"fees       {_baht(self.fees_satang)}",
            f"ledger off {_baht(self.ledger_difference_satang)}",
            f"oversold   {self.oversold_offers:>18,} offers",
            "",
        ]
        for name, ok in self.checks.items():
            why = self.details.get(name, "")
            lines.append(f"{'ok  ' if ok else 'FAIL'} {name}" + (f": {why}" if not ok else ""))
        return "\n".join(lines)


def _kg(grams: int) -> str:
    return f"{grams / 1000:>18,.1f} kg"


def _baht(satang: int) -> str:
    return f"{format_baht(satang):>18} baht"


def rehearse(*, weeks: int, full: bool, seed: int) -> Outcome:
    """Live through `weeks` weeks and settle everything that can be settled; then measure and check.

    Works on the current database, which should be a scratch one.
    """
    today = clock.today()
    monday = today - timedelta(days=today.weekday() + 7 * weeks + 21)
    story = begin(FULL if full else SMALL, monday, seed=seed)
    story.prepare(weeks)
    for week in range(weeks):
        story.live_week(week, bill_everybody=week == weeks - 1)
    _settle(story, weeks)
    return measure()


def _settle(story: Story, weeks: int) -> None:
    """Let the remaining transfers arrive and the remaining growers be paid."""
    after = story.monday + timedelta(days=7 * weeks)
    let_money_arrive(story.treasury, after + timedelta(days=13))
    for extra in (0, 7, 12):
        pay_growers(story.treasury, moment(after + timedelta(days=extra), 14))
    read_bank(story.treasury, moment(after + timedelta(days=14), 18))


def measure() -> Outcome:
    """Read the figures and run every check on the current database."""
    outcome = Outcome()
    lines = {
        line.pk: line
        for line in Line.objects.exclude(delivery__state="cancelled").select_related("product")
    }
    outcome.asked_g = sum(line.product.grams_of(line.ordered_qty) for line in lines.values())
    # A shortage takes its quantity off the line's firm part; it was promised all the same.
    outcome.promised_g = sum(line.product.grams_of(line.firm_qty) for line in lines.values()) + sum(
        row.product.grams_of(row.qty)
        for row in Shortage.objects.filter(settled_at=None).select_related("product")
    )
    for line_id, qty in (
        Allocation.objects.filter(run__kind="cutoff")
        .values_list("line_id")
        .annotate(total=Sum("qty"))
    ):
        outcome.allocated_g += lines[line_id].product.grams_of(qty)
    for line_id, accepted, lower in AcceptanceLine.objects.values_list(
        "line_id", "accepted_qty", "downgraded_qty"
    ):
        outcome.accepted_g += lines[line_id].product.grams_of(accepted + lower)
    outcome.invoiced_satang = (
        Document.objects.filter(kind="bill", voided_at__isnull=True).aggregate(
            total=Sum("total_satang")
        )["total"]
        or 0
    )
    outcome.received_satang = BankRow.objects.aggregate(total=Sum("in_satang"))["total"] or 0
    outcome.owed_satang = Owed.objects.aggregate(total=Sum("satang"))["total"] or 0
    outcome.paid_satang = _moved("payable:", debit=True)
    outcome.fees_satang = -_moved("fee:", debit=False)
    outcome.ledger_difference_satang = Entry.objects.aggregate(total=Sum("satang"))["total"] or 0
    outcome.oversold_offers = HarvestOffer.objects.filter(
        Q(reserved_qty__gt=F("promisable_qty")) | Q(reserved_qty__lt=0)
    ).count()
    for name, ok, detail in _supply_checks():
        outcome.checks[name] = ok
        outcome.details[name] = detail
    for check in run_checks():
        outcome.checks[check.name] = check.ok
        outcome.details[check.name] = check.detail
    return outcome


def _moved(prefix: str, *, debit: bool) -> int:
    entries = Entry.objects.filter(account__code__startswith=prefix)
    entries = entries.filter(satang__gt=0) if debit else entries
    return entries.aggregate(total=Sum("satang"))["total"] or 0


def _supply_checks() -> list[tuple[str, bool, str]]:
    held = dict(
        Backing.objects.filter(reservation__state="live")
        .values_list("harvest_offer_id")
        .annotate(total=Sum("qty"))
    )
    wrong = [
        f"offer {pk}: {reserved} reserved, {held.get(pk, 0)} backed"
        for pk, reserved in HarvestOffer.objects.values_list("pk", "reserved_qty")
        if reserved != held.get(pk, 0)
    ]
    short = [
        f"{holder}: {qty} guaranteed, {backed or 0} backed"
        for holder, qty, backed in Reservation.objects.filter(state="live")
        .annotate(backed=Sum("backings__qty"))
        .values_list("holder", "qty", "backed")
        if qty != (backed or 0)
    ]
    overdrawn = list(
        Account.objects.filter(bounded=True)
        .filter(
            Q(type__in=["asset", "expense"], balance_satang__lt=0)
            | Q(type__in=["liability", "income", "equity"], balance_satang__gt=0)
        )
        .values_list("code", flat=True)
    )
    return [
        ("no-oversell", not wrong, "; ".join(wrong[:3])),
        ("every-guarantee-backed", not short, "; ".join(short[:3])),
        ("nothing-overdrawn", not overdrawn, ", ".join(overdrawn[:3])),
    ]
