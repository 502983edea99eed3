from django.apps import AppConfig

from sinosure.celery import app as celery_app


class PortalConfig(AppConfig):
    """`celery` is made here, in every process that sets Django up: tasks called in the web process need its broker."""

    name = "sinosure.portal"
    label = "portal"
    celery = celery_app
