"""Every write of this room, by topic."""

from orders.services.amending import amend_lines, amend_order
from orders.services.cancelling import cancel_deliveries
from orders.services.drafts import (
    change_site,
    discard_draft,
    drop_closed_cells,
    duplicate_draft,
    fill_like_earlier,
    restore_draft,
    save_cells,
    start_draft,
)
from orders.services.inputs import CellInput, LineChange
from orders.services.moving import move_deliveries
from orders.services.papers import attach_purchase_order, record_purchase_order
from orders.services.placing import place_draft
from orders.services.progress import derive_order_status, mark_deliveries
from orders.services.substituting import substitute
from orders.services.supplying import cell_terms, terms_of_lines

__all__ = [
    "CellInput",
    "LineChange",
    "amend_lines",
    "amend_order",
    "attach_purchase_order",
    "cancel_deliveries",
    "cell_terms",
    "change_site",
    "derive_order_status",
    "discard_draft",
    "drop_closed_cells",
    "duplicate_draft",
    "fill_like_earlier",
    "mark_deliveries",
    "move_deliveries",
    "place_draft",
    "record_purchase_order",
    "restore_draft",
    "save_cells",
    "start_draft",
    "substitute",
    "terms_of_lines",
]
