"""Oscar's technical admin for this app."""

from oscar.apps.shipping.admin import *  # noqa: F403
