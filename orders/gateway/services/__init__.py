"""Every write of the gateway. No unit of work waits for Stripe: it is asked before or after one."""

from orders.gateway.services.events import process_events, receive_event
from orders.gateway.services.payments import (
    apply_payment,
    pull_payment,
    push_payment,
    start_payment,
    withdraw_payment,
)
from orders.gateway.services.payouts import apply_payout, pull_payout
from orders.gateway.services.pulling import catch_up
from orders.gateway.services.refunds import (
    apply_refund,
    pull_refund,
    push_refund,
    start_refund,
)

__all__ = [
    "apply_payment",
    "apply_payout",
    "apply_refund",
    "catch_up",
    "process_events",
    "pull_payment",
    "pull_payout",
    "pull_refund",
    "push_payment",
    "push_refund",
    "receive_event",
    "start_payment",
    "start_refund",
    "withdraw_payment",
]
