"""What Oscar needs, and what of Oscar is switched off.

A listing's quantities live in `catalogue.supply` (`track_stock=False` everywhere), prices come from
price notices, orders are placed in bulk from a draft; so Oscar's own limits do not apply.
"""

from oscar.defaults import *

from orders.states import ORDER_PIPELINE

OSCAR_SHOP_NAME = "ล่วงหน้า"
OSCAR_HOMEPAGE = "/"
OSCAR_DEFAULT_CURRENCY = "THB"
OSCAR_SLUG_FUNCTION = "marketplace.common.slugs.romanise"
OSCAR_ALLOW_ANON_CHECKOUT = False
OSCAR_HIDDEN_FEATURES = ["reviews", "wishlists"]
OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = None
OSCAR_REQUIRED_ADDRESS_FIELDS = ("line1", "country")
OSCAR_RECENTLY_VIEWED_PRODUCTS = 0
OSCAR_SAVE_SENT_EMAILS_TO_DB = False
OSCAR_DASHBOARD_NAVIGATION: list[object] = []

# The states of an order and of its lines; `orders.states` holds who may follow whom.
OSCAR_INITIAL_ORDER_STATUS = "placed"
OSCAR_INITIAL_LINE_STATUS = "placed"
OSCAR_ORDER_STATUS_PIPELINE = ORDER_PIPELINE
OSCAR_LINE_STATUS_PIPELINE = ORDER_PIPELINE

HAYSTACK_CONNECTIONS = {
    "default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"},
}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"
THUMBNAIL_DEBUG = False
