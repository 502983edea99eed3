from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "sinosure.documents"
    label = "documents"
