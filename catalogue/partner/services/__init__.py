"""Listings and price notices: every write."""

from catalogue.partner.rules import NoticeRow
from catalogue.partner.services.listings import (
    SOURCES,
    ListingInput,
    archive_listings,
    list_products,
)
from catalogue.partner.services.notices import (
    discard_draft,
    draft_notice,
    first_free_day,
    guide_rows,
    notice_rows,
    publish_notice,
    save_notice_prices,
)

__all__ = [
    "SOURCES",
    "ListingInput",
    "NoticeRow",
    "archive_listings",
    "discard_draft",
    "draft_notice",
    "first_free_day",
    "guide_rows",
    "list_products",
    "notice_rows",
    "publish_notice",
    "save_notice_prices",
]
