"""The Celery application; tasks live in each room's `tasks.py`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings.dev")
app = Celery("luangna")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
