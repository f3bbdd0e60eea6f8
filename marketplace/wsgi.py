"""WSGI entry point for gunicorn, and for the development server."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.production")
application = get_wsgi_application()

# What is loaded by now stays until the end. Walked again by every full collection, it made one large
# page in twenty take twice as long as the others (benchmark `grid`).
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
