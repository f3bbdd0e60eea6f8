"""Every write of this room, by topic."""

from orders.fulfilment.services.acceptance import AcceptanceInput, record_acceptance
from orders.fulfilment.services.correcting import (
    hold_lots,
    regrade_lots,
    release_lots,
    reverse_weighing,
)
from orders.fulfilment.services.disposing import DisposalInput, dispose_lots
from orders.fulfilment.services.entering import (
    MixedInput,
    OutsideInput,
    buy_outside,
    record_mixed,
)
from orders.fulfilment.services.intake import close_intake
from orders.fulfilment.services.notices import acknowledge_rows, issue_notices
from orders.fulfilment.services.packing import dispatch, pack_deliveries
from orders.fulfilment.services.scale import WeighingInput, record_weighings

__all__ = [
    "AcceptanceInput",
    "DisposalInput",
    "MixedInput",
    "OutsideInput",
    "WeighingInput",
    "acknowledge_rows",
    "buy_outside",
    "close_intake",
    "dispatch",
    "dispose_lots",
    "hold_lots",
    "issue_notices",
    "pack_deliveries",
    "record_acceptance",
    "record_mixed",
    "record_weighings",
    "regrade_lots",
    "release_lots",
    "reverse_weighing",
]
