"""The test suite: quick password hashes, plain static files, mail kept in memory."""

from marketplace.settings.base import *

DEBUG = False
SECRET_KEY = "only-for-tests"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
MOUNT_DJANGO_ADMIN = True
WRITE_QUEUE_SECONDS = 90  # sixteen writers on a busy machine: what is refused is tested apart
LOGGING = {"version": 1, "disable_existing_loggers": False}
WHITENOISE_AUTOREFRESH = True  # tests collect no static files
MEDIA_ROOT = VAR_DIR / "test" / "media"
