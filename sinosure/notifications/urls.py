"""The inbox of messages, and webhooks."""

from typing import Any

from django.urls import path

from sinosure.notifications import views
from sinosure.notifications.webhooks import api
from sinosure.notifications.webhooks import views as webhooks

app_name = "notifications"
API = api.API
urlpatterns: list[Any] = [
    path("", views.inbox, name="inbox"),
    path("read/", views.mark_read, name="read"),
    path("webhooks/", webhooks.endpoint_list, name="webhook-list"),
    path("webhooks/new/", webhooks.endpoint_new, name="webhook-new"),
    path("webhooks/<int:pk>/", webhooks.endpoint_detail, name="webhook-detail"),
    path("webhooks/<int:pk>/test/", webhooks.endpoint_test, name="webhook-test"),
    path("webhooks/<int:pk>/secret/", webhooks.endpoint_secret, name="webhook-secret"),
    path("webhooks/<int:pk>/remove/", webhooks.endpoint_remove, name="webhook-remove"),
    path("webhooks/calls/<int:pk>/again/", webhooks.call_again, name="webhook-again"),
]
