"""Oscar's `payment` models, unchanged so far."""

from oscar.apps.payment.models import *
