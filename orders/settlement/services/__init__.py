"""Every write of this room: what is owed, batches, the cash float."""

from orders.settlement.services.accounts import ConsentInput, set_payee
from orders.settlement.services.cash import (
    close_float,
    open_float,
    pay_cash,
    pay_outside,
    receive_resale_cash,
)
from orders.settlement.services.owing import owe, pay_day_for, release_paid, wait_again
from orders.settlement.services.payees import Due, due_of
from orders.settlement.services.payouts import (
    approve_batch,
    cancel_batch,
    expected_on_bank,
    fail_item,
    make_batch,
    pay_batch,
)

__all__ = [
    "ConsentInput",
    "Due",
    "approve_batch",
    "cancel_batch",
    "close_float",
    "due_of",
    "expected_on_bank",
    "fail_item",
    "make_batch",
    "open_float",
    "owe",
    "pay_batch",
    "pay_cash",
    "pay_day_for",
    "pay_outside",
    "receive_resale_cash",
    "release_paid",
    "set_payee",
    "wait_again",
]
