from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "sinosure.core"
    label = "core"
