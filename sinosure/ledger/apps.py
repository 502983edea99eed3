from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "sinosure.ledger"
    label = "ledger"
