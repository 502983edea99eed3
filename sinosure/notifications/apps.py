from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "sinosure.notifications"
    label = "notifications"
