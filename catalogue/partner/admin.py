"""Oscar's technical admin for this app."""

from oscar.apps.partner.admin import *  # noqa: F403
