"""Oscar's technical admin for this app."""

from oscar.apps.basket.admin import *  # noqa: F403
