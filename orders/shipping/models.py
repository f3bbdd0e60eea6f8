"""Oscar's `shipping` models, unchanged so far."""

from oscar.apps.shipping.models import *
