"""Who a bank's words mean: learned from what a person decided, and set by hand."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.audit.services import record, record_many
from marketplace.common.clock import now
from marketplace.common.exceptions import Refusal
from marketplace.common.transactions import unit_of_work
from marketplace.parties.models import Buyer
from orders.reconciliation.models import Application, BankRow, PayerRule
from orders.reconciliation.rules import payer_key, payer_words


def learn(*, by: User | None, applications: Sequence[Application]) -> list[PayerRule]:
    """Keep the payer's words of rows that a person gave to one buyer alone.

    Nothing is learned from what posted by itself, from words that say nothing, that the buyer's
    own names hold, or that a person took away before. Called inside the unit of work that applies.
    """
    if by is None:
        return []
    buyers: dict[int, dict[int, Buyer]] = {}
    rows: dict[int, BankRow] = {}
    for one in applications:
        if one.buyer is not None and not one.automatic and one.row.in_satang:
            buyers.setdefault(one.row_id, {})[one.buyer.pk] = one.buyer
            rows[one.row_id] = one.row
    wanted: dict[tuple[str, int], PayerRule] = {}
    for pk, found in buyers.items():
        if len(found) != 1:
            continue
        (buyer,) = found.values()
        words = payer_words(rows[pk].description)
        key = payer_key(words)
        if not key or any(payer_key(name) in key for name in _names(buyer)):
            continue
        wanted[key, buyer.pk] = PayerRule(
            words=words, key=key, buyer=buyer, learned_from=rows[pk], by=by
        )
    known = set(
        PayerRule.objects.filter(key__in=[key for key, _buyer in wanted]).values_list(
            "key", "buyer_id"
        )
    )
    made = PayerRule.objects.bulk_create(
        [rule for pair, rule in wanted.items() if pair not in known]
    )
    record_many(
        [("bank.payer.learned", f"payerrule:{rule.pk}", {"buyer": rule.buyer_id}) for rule in made],
        by=by,
    )
    return made


@unit_of_work
def set_payer(
    *, by: User | None, words: str, buyer: Buyer, rule: PayerRule | None = None
) -> PayerRule:
    """Say which buyer a bank's words mean; a rule that is changed is ended and kept beside its heir.

    Raises:
        Refusal: code "too-short" or "payer-known".
    """
    key = payer_key(words)
    if not key:
        raise Refusal(_("คำสั้นเกินไปหรือเป็นคำทั่วไป กรุณาใส่ชื่อผู้โอนอย่างน้อย 4 ตัวอักษร"), code="too-short")
    same = PayerRule.objects.filter(key=key, buyer=buyer, ended_at__isnull=True)
    if same.exclude(pk=rule.pk if rule else 0).exists():
        raise Refusal(_("มีกฎนี้แล้ว"), code="payer-known")
    learned_from = rule.learned_from if rule else None
    if rule is not None:
        end_payer(by=by, rule=rule)
    made = PayerRule.objects.create(
        words=" ".join(words.split())[:120],
        key=key,
        buyer=buyer,
        learned_from=learned_from,
        by=by,
    )
    record(by=by, action="bank.payer.set", subject=made, data={"buyer": buyer.pk})
    return made


@unit_of_work
def end_payer(*, by: User | None, rule: PayerRule) -> PayerRule:
    """Stop using a rule; it is kept, and not learned again by itself."""
    rule = PayerRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
    if rule.ended_at is None:
        rule.ended_at = now()
        rule.save(update_fields=["ended_at"])
        record(by=by, action="bank.payer.ended", subject=rule, data={"buyer": rule.buyer_id})
    return rule


def _names(buyer: Buyer) -> list[str]:
    return [name for name in (buyer.name_th, buyer.name_en) if payer_key(name)]
