from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "sinosure.audit"
    label = "audit"
