"""How much of a payment may be taken, and in which order; a change is a new row."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record
from marketplace.common.exceptions import Refusal
from marketplace.common.money import BASIS_POINTS
from marketplace.common.transactions import unit_of_work
from marketplace.parties.services.money import require_treasurer
from orders.settlement.models import (
    DEFAULT_CEILING_BP,
    DEFAULT_ORDER,
    HIGHEST_CEILING_BP,
    DeductionTerms,
)


def present_terms() -> DeductionTerms:
    """The terms that count now: the newest, or 30 % and advances, inputs, loans, savings."""
    return DeductionTerms.objects.first() or DeductionTerms(
        ceiling_bp=DEFAULT_CEILING_BP, order=list(DEFAULT_ORDER)
    )


@unit_of_work
def set_terms(*, by: User | None, ceiling_bp: int, order: Sequence[str]) -> DeductionTerms:
    """Say how much of a payment may be taken at most and what is taken first; growers see both.

    Payments that were made keep what they took. The same terms again change nothing.

    Args:
        by: a treasurer.
        ceiling_bp: of a payment, basis points; 0 takes nothing.
        order: every kind once, the first is taken first.

    Raises:
        TreasurerOnly: the user is not a treasurer.
        Refusal: codes "ceiling" or "order".
    """
    require_treasurer(by)
    if not 0 <= ceiling_bp <= HIGHEST_CEILING_BP:
        raise Refusal(
            _("หักได้ไม่เกิน %(most)d %% ของแต่ละครั้ง เกษตรกรต้องได้รับเงินบ้าง")
            % {"most": HIGHEST_CEILING_BP * 100 // BASIS_POINTS},
            code="ceiling",
            where="ceiling",
        )
    if sorted(order) != sorted(DEFAULT_ORDER):
        raise Refusal(_("เรียงรายการหักให้ครบทุกอย่าง อย่างละครั้ง"), code="order", where="order")
    present = present_terms()
    if present.pk and (present.ceiling_bp, present.order) == (ceiling_bp, list(order)):
        return present
    made = DeductionTerms.objects.create(ceiling_bp=ceiling_bp, order=list(order), by=by)
    record(
        by=by,
        action="deduction.terms",
        subject=made,
        data={"ceiling_bp": ceiling_bp, "order": list(order)},
    )
    return made
