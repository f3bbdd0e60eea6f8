"""Oscar's technical admin for this app."""

from oscar.apps.order.admin import *  # noqa: F403
