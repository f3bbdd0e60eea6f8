"""Every write of this room: uses of deposits, terms, allowances above a credit limit."""

from orders.deposits.services.credit import (
    ask_allowance,
    decide_allowance,
    require_credit,
    set_deposit_terms,
)
from orders.deposits.services.using import (
    apply_deposit,
    ask_to_give,
    call_back,
    decide_given,
    settle_reclaim,
    undo_applied,
)

__all__ = [
    "apply_deposit",
    "ask_allowance",
    "ask_to_give",
    "call_back",
    "decide_allowance",
    "decide_given",
    "require_credit",
    "set_deposit_terms",
    "settle_reclaim",
    "undo_applied",
]
