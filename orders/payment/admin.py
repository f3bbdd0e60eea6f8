"""Oscar's technical admin for this app."""

from oscar.apps.payment.admin import *  # noqa: F403
