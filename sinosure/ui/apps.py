from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "sinosure.ui"
    label = "ui"
