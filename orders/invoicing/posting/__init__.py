"""Posting rules: one function per business event, from its facts to one journal.

Pure: no database. Amounts are satang; in the tables Dr is debit (positive), Cr credit (negative).
Every entry names its source (lot, order line, document or bank row), so every satang can be
followed. The same event always gives the same key, so replaying it changes nothing.

`produce:in-hand` clears per lot: what is bought at the scale enters at farm-gate value and leaves
when it is sent or disposed of; goods on consignment and goods that came back are worth 0 there.
`unbilled:<buyer>` becomes `receivable:<buyer>` when the bill is issued.
"""

from orders.invoicing.posting.bank import bank_row_applied
from orders.invoicing.posting.cheques import (
    ChequePartFacts,
    cheque_bounced,
    cheque_cleared,
    cheque_received,
    cheques_deposited,
)
from orders.invoicing.posting.deposits import (
    deposit_applied,
    deposit_kept,
    deposit_reclaimed,
    deposit_returned,
)
from orders.invoicing.posting.documents import (
    bill_issued,
    certificate_received,
    credit_note_issued,
    debit_note_issued,
)
from orders.invoicing.posting.facts import LineFacts, LotFacts, Share
from orders.invoicing.posting.goods import (
    delivery_accepted,
    goods_disposed,
    lot_revalued,
    outside_bought,
    produce_taken_in,
)
from orders.invoicing.posting.members import (
    advance_handed_out,
    early_settled,
    member_owes,
    members_handed_on,
)
from orders.invoicing.posting.payouts import (
    cash_moved,
    cash_paid,
    payout_failed,
    payout_returned,
    payout_sent,
)
from orders.invoicing.posting.stripe import (
    StripeMovement,
    stripe_fee,
    stripe_paid,
    stripe_paid_out,
    stripe_refunded,
)
from orders.invoicing.posting.vouchers import payment_voucher_issued

__all__ = [
    "ChequePartFacts",
    "LineFacts",
    "LotFacts",
    "Share",
    "StripeMovement",
    "advance_handed_out",
    "bank_row_applied",
    "bill_issued",
    "cash_moved",
    "cash_paid",
    "certificate_received",
    "cheque_bounced",
    "cheque_cleared",
    "cheque_received",
    "cheques_deposited",
    "credit_note_issued",
    "debit_note_issued",
    "delivery_accepted",
    "deposit_applied",
    "deposit_kept",
    "deposit_reclaimed",
    "deposit_returned",
    "early_settled",
    "goods_disposed",
    "lot_revalued",
    "member_owes",
    "members_handed_on",
    "outside_bought",
    "payment_voucher_issued",
    "payout_failed",
    "payout_returned",
    "payout_sent",
    "produce_taken_in",
    "stripe_fee",
    "stripe_paid",
    "stripe_paid_out",
    "stripe_refunded",
]
