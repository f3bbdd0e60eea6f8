"""Pages of what growers are owed and how they are paid.

The treasurer's home, statements per group and grower, payout batches, the cash float, the cash of
the next eight weeks; growers and coordinators read their own statements. Agencies see none of it.
"""

from orders.settlement.views.cash import cash, voucher
from orders.settlement.views.deductions import (
    deductions,
    move_deduction,
    new_deduction,
    terms,
)
from orders.settlement.views.early import early, move_early
from orders.settlement.views.handing import decide_hand_on, hand_on, hand_ons, new_hand_on
from orders.settlement.views.home import cash_ahead, growers, home
from orders.settlement.views.notes import answer, notes, question
from orders.settlement.views.payees import group_payee, payees, person_payee
from orders.settlement.views.payment_vouchers import (
    decide_voucher,
    new_payment_voucher,
    payment_voucher,
    payment_voucher_pdf,
    payment_vouchers,
    void_voucher,
)
from orders.settlement.views.payouts import (
    batch,
    came_back,
    fail,
    limits,
    move_batch,
    payout_file,
    payouts,
)
from orders.settlement.views.statements import group_statement, mine, person_statement
from orders.settlement.views.taxes import taxes
from orders.settlement.views.year_end import members_year

__all__ = [
    "answer",
    "batch",
    "came_back",
    "cash",
    "cash_ahead",
    "decide_hand_on",
    "decide_voucher",
    "deductions",
    "early",
    "fail",
    "group_payee",
    "group_statement",
    "growers",
    "hand_on",
    "hand_ons",
    "home",
    "limits",
    "members_year",
    "mine",
    "move_batch",
    "move_deduction",
    "move_early",
    "new_deduction",
    "new_hand_on",
    "new_payment_voucher",
    "notes",
    "payees",
    "payment_voucher",
    "payment_voucher_pdf",
    "payment_vouchers",
    "payout_file",
    "payouts",
    "person_payee",
    "person_statement",
    "question",
    "taxes",
    "terms",
    "void_voucher",
    "voucher",
]
