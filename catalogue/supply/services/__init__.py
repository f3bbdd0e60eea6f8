"""Every write of this room, by topic."""

from catalogue.supply.rules import UNDO_WITHIN
from catalogue.supply.services.cuts import (
    Cut,
    CutForecast,
    Loss,
    foresee_cut,
    settle_quantity,
    settle_shortages,
)
from catalogue.supply.services.inputs import (
    NewShare,
    OfferInput,
    PlotInput,
    ShareChangeInput,
    ShareInput,
)
from catalogue.supply.services.offers import (
    close_offers,
    offer_harvests,
    reopen_offers,
    stand_by_certificates,
)
from catalogue.supply.services.plots import add_plots, archive_plots
from catalogue.supply.services.promises import Promise, follow_promises, open_shortages
from catalogue.supply.services.rebacking import drop_standards, reback, rebook, recheck
from catalogue.supply.services.reservations import (
    ReserveRequest,
    Resize,
    release,
    reserve,
    resize,
)
from catalogue.supply.services.shares import (
    add_shares,
    change_shares,
    save_shares,
    undo_share_change,
)
from catalogue.supply.services.taking import consume, lock_supply, take
from catalogue.supply.services.telling import (
    LastTime,
    day_shares,
    foresee_day,
    last_told,
    set_day_shares,
    tell_harvests,
)

__all__ = [
    "UNDO_WITHIN",
    "Cut",
    "CutForecast",
    "LastTime",
    "Loss",
    "NewShare",
    "OfferInput",
    "PlotInput",
    "Promise",
    "ReserveRequest",
    "Resize",
    "ShareChangeInput",
    "ShareInput",
    "add_plots",
    "add_shares",
    "archive_plots",
    "change_shares",
    "close_offers",
    "consume",
    "day_shares",
    "drop_standards",
    "follow_promises",
    "foresee_cut",
    "foresee_day",
    "last_told",
    "lock_supply",
    "offer_harvests",
    "open_shortages",
    "reback",
    "rebook",
    "recheck",
    "release",
    "reopen_offers",
    "reserve",
    "resize",
    "save_shares",
    "set_day_shares",
    "settle_quantity",
    "settle_shortages",
    "stand_by_certificates",
    "take",
    "tell_harvests",
    "undo_share_change",
]
