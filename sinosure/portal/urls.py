"""Routes of the portal itself."""

from django.urls import path

from sinosure.portal import health, what_if

app_name = "portal"
urlpatterns = [
    path("calculator/", what_if.calculator, {"kind": "indemnity"}, name="calculators"),
    path("calculator/<str:kind>/", what_if.calculator, name="calculator"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
