from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "sinosure.accounts"
    label = "accounts"
