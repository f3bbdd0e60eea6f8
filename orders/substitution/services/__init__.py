"""Every write of this room, by topic."""

from orders.substitution.services.answering import accept, decline, refresh, reopen
from orders.substitution.services.proposing import follow_up, propose
from orders.substitution.services.ruling import set_rule

__all__ = [
    "accept",
    "decline",
    "follow_up",
    "propose",
    "refresh",
    "reopen",
    "set_rule",
]
