"""Oscar's technical admin for this app."""

from oscar.apps.catalogue.admin import *  # noqa: F403
