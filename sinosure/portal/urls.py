"""Routes of the portal itself."""

from django.urls import path

from sinosure.portal import finding, health, home, what_if

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("find/", finding.find, name="find"),
    path("network/", home.network, name="network"),
    path("calculator/", what_if.calculator, {"kind": "indemnity"}, name="calculators"),
    path("calculator/<str:kind>/", what_if.calculator, name="calculator"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
