"""What Stripe sends to the bank, and of what it is made."""

from __future__ import annotations

from marketplace.audit.services import record
from marketplace.common.money import format_baht
from marketplace.common.transactions import unit_of_work
from marketplace.ledger.models import Journal
from marketplace.ledger.services import open_accounts, post, reverse
from orders.gateway import client, rules
from orders.gateway.client import PayoutFacts
from orders.gateway.models import BalanceMovement, Payment, Payout, Refund
from orders.invoicing import accounts, posting
from orders.reconciliation.hooks import Expected

_KNOWN = frozenset({"charge", "fee", "refund"})


def pull_payout(*, stripe_id: str) -> Payout:
    """Read a payout's present state at Stripe and take it over."""
    return apply_payout(facts=client.read_payout(stripe_id))


@unit_of_work
def apply_payout(*, facts: PayoutFacts) -> Payout:
    """Take over what Stripe says of a payout.

    It is booked once it was sent and its balance transactions are known, add up to it, and each
    charge and refund among them stands in our books; until then `problem` says what is missing.
    """
    made, _created = Payout.objects.get_or_create(
        stripe_id=facts.stripe_id,
        defaults={
            "satang": facts.satang,
            "state": facts.state,
            "arrives_on": facts.arrives_on,
        },
    )
    payout = Payout.objects.select_for_update().get(pk=made.pk)
    if rules.payout_moves(payout.state, facts.state):
        payout.state = facts.state
    payout.arrives_on = facts.arrives_on
    if payout.state in ("failed", "canceled"):
        if payout.reconciled:
            reverse(
                by=None,
                journals=list(Journal.objects.filter(key=f"stripe:{payout.stripe_id}:paid")),
                reason="ธนาคารส่งเงินกลับ",
            )
            payout.reconciled = False
    elif payout.state == "paid" and facts.complete and not payout.reconciled:
        payout.problem = _problem(facts)
        if not payout.problem:
            _book(payout, facts)
            payout.reconciled = True
    payout.save()
    return payout


def _problem(facts: PayoutFacts) -> str:
    difference = rules.payout_difference(facts.satang, [m.net_satang for m in facts.movements])
    if difference:
        return f"{format_baht(difference)}"
    unknown = {m.category for m in facts.movements} - _KNOWN
    if unknown:
        return ", ".join(sorted(unknown))[:300]
    charges = {m.stripe_id for m in facts.movements if m.category == "charge"}
    booked = set(
        Payment.objects.filter(transaction_id__in=charges).values_list("transaction_id", flat=True)
    )
    refunds = {m.source for m in facts.movements if m.category == "refund"}
    given = set(
        Refund.objects.filter(stripe_id__in=refunds, state="succeeded").values_list(
            "stripe_id", flat=True
        )
    )
    return ", ".join(sorted((charges - booked) | (refunds - given)))[:300]


def _book(payout: Payout, facts: PayoutFacts) -> None:
    BalanceMovement.objects.bulk_create(
        [
            BalanceMovement(
                stripe_id=m.stripe_id,
                payout=payout,
                category=m.category,
                source=m.source,
                gross_satang=m.gross_satang,
                fee_satang=m.fee_satang,
                net_satang=m.net_satang,
            )
            for m in facts.movements
        ],
        ignore_conflicts=True,
    )
    open_accounts(accounts=accounts.STRIPE)
    post(
        by=None,
        journals=[
            posting.stripe_paid_out(
                stripe_id=payout.stripe_id,
                pk=payout.pk,
                day=payout.arrives_on,
                words="Stripe โอนเข้าบัญชี" if payout.satang >= 0 else "Stripe หักเงินจากบัญชี",
                satang=payout.satang,
                movements=[
                    posting.StripeMovement(m.stripe_id, m.category, m.net_satang)
                    for m in facts.movements
                ],
            )
        ],
    )
    record(
        by=None,
        action="gateway.payout.reconciled",
        subject=payout,
        data={"satang": payout.satang, "movements": len(facts.movements)},
    )


def expected_on_bank() -> list[Expected]:
    """What Stripe sent and our books hold in clearing; the bank's row clears it."""
    return [
        Expected(
            target=f"stripe_payout:{payout.pk}",
            label=payout.stripe_id,
            satang=payout.satang,
            day=payout.arrives_on,
        )
        for payout in Payout.objects.filter(reconciled=True, satang__gt=0).order_by("pk")
    ]


def taken_from_bank() -> list[Expected]:
    """What Stripe takes back from the bank, refunds having been more than payments."""
    return [
        Expected(
            target=f"stripe_debit:{payout.pk}",
            label=payout.stripe_id,
            satang=-payout.satang,
            day=payout.arrives_on,
        )
        for payout in Payout.objects.filter(reconciled=True, satang__lt=0).order_by("pk")
    ]
