"""Routes of the portal itself."""

from django.urls import path

from sinosure.portal import health

app_name = "portal"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
