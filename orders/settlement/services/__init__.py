"""Every write of this room: what is owed, batches, the cash float."""

from orders.settlement.services.accounts import ConsentInput, set_payee
from orders.settlement.services.cash import close_float, open_float, receive_resale_cash
from orders.settlement.services.deductions import (
    DeductionInput,
    agree_deduction,
    approve_advance,
    end_deduction,
)
from orders.settlement.services.early import approve_early, ask_early, cancel_early
from orders.settlement.services.files import export_batch, present_limits, set_limits
from orders.settlement.services.handing import (
    HandOnInput,
    agree_hand_on,
    drop_hand_on,
    make_hand_on,
)
from orders.settlement.services.notes import answer_note, question_line
from orders.settlement.services.owing import owe, pay_day_for, release_paid, wait_again
from orders.settlement.services.payees import Due, due_of, owed_in
from orders.settlement.services.payment_vouchers import (
    PaymentVoucherInput,
    ask_payment_voucher,
    decide_payment_voucher,
    void_payment_voucher,
)
from orders.settlement.services.payouts import (
    approve_batch,
    cancel_batch,
    expected_on_bank,
    fail_item,
    make_batch,
    pay_batch,
)
from orders.settlement.services.privacy import blank_words
from orders.settlement.services.returns import return_item, rows_for
from orders.settlement.services.terms import present_terms, set_terms
from orders.settlement.services.vouchers import hand_out_advance, pay_cash, pay_outside

__all__ = [
    "ConsentInput",
    "DeductionInput",
    "Due",
    "HandOnInput",
    "PaymentVoucherInput",
    "agree_deduction",
    "agree_hand_on",
    "answer_note",
    "approve_advance",
    "approve_batch",
    "approve_early",
    "ask_early",
    "ask_payment_voucher",
    "blank_words",
    "cancel_batch",
    "cancel_early",
    "close_float",
    "decide_payment_voucher",
    "drop_hand_on",
    "due_of",
    "end_deduction",
    "expected_on_bank",
    "export_batch",
    "fail_item",
    "hand_out_advance",
    "make_batch",
    "make_hand_on",
    "open_float",
    "owe",
    "owed_in",
    "pay_batch",
    "pay_cash",
    "pay_day_for",
    "pay_outside",
    "present_limits",
    "present_terms",
    "question_line",
    "receive_resale_cash",
    "release_paid",
    "return_item",
    "rows_for",
    "set_limits",
    "set_payee",
    "set_terms",
    "void_payment_voucher",
    "wait_again",
]
