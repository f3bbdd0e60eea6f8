"""Django with every room of the market, loaded when this module is imported; connected to nothing."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.test")
django.setup()
