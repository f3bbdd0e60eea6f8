"""Oscar's `basket` models, unchanged so far."""

from oscar.apps.basket.models import *
