from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "sinosure.portal"
    label = "portal"
