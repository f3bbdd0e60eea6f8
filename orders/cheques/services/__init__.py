"""Every write of this room."""

from orders.cheques.services.certificates import note_cheque_certificate
from orders.cheques.services.chasing import chase_undeposited
from orders.cheques.services.clearing import clear_cheques, return_cheque, unclear_cheques
from orders.cheques.services.handing import (
    PartInput,
    deposit_cheques,
    give_back_cheque,
    receive_cheque,
    set_booked_each,
)

__all__ = [
    "PartInput",
    "chase_undeposited",
    "clear_cheques",
    "deposit_cheques",
    "give_back_cheque",
    "note_cheque_certificate",
    "receive_cheque",
    "return_cheque",
    "set_booked_each",
    "unclear_cheques",
]
