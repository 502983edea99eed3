from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "sinosure.api"
    label = "api"
