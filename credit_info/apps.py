from django.apps import AppConfig


class CreditInfoConfig(AppConfig):
    name = "credit_info"
    label = "credit_info"
