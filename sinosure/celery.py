"""The Celery app: it only wakes work up; what is due and what was done is in the database."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinosure.settings")
app = Celery("sinosure")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
