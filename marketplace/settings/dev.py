"""A developer's machine and `make run`: everything embedded, nothing secret."""

from marketplace.settings.base import *

DEBUG = flag("DEBUG", default=True)
SECRET_KEY = SECRET_KEY or "only-for-this-machine-never-for-production"
ALLOWED_HOSTS = ["*"]
MOUNT_DJANGO_ADMIN = flag("MOUNT_DJANGO_ADMIN", default=True)
# Stylesheets come straight from the rooms, also with DEBUG=0; nothing needs to be collected.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
