from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "sinosure.notifications"
    label = "notifications"

    def ready(self) -> None:
        from sinosure.notifications.selectors import unread_count  # noqa: PLC0415  models are not loaded before ready()
        from sinosure.ui.navigation import set_inbox  # noqa: PLC0415

        set_inbox("notifications:inbox", unread=unread_count)
