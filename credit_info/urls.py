"""Routes of the register of buyers and banks."""

from __future__ import annotations

from typing import Any

from django.urls import include, path

from credit_info.alarms import urls as alarms
from credit_info.api import ObligorViewSet
from credit_info.atlas import urls as atlas
from credit_info.customers import urls as customers
from credit_info.navigator import urls as navigator
from credit_info.reports import urls as reports
from credit_info.views import choices, intake, lights, links, register

app_name = "credit_info"
urlpatterns: list[Any] = [
    path("", register.obligor_list, name="obligor-list"),
    path("new/", register.obligor_new, name="obligor-new"),
    path("propose/", register.obligor_propose, name="obligor-propose"),
    path("banks/new/", register.bank_new, name="bank-new"),
    path("banks/propose/", register.bank_propose, name="bank-propose"),
    path("choices/", choices.choices, name="choices"),
    path("risk/", lights.look_up, name="look-up"),
    path("<int:pk>/certificate/", lights.certificate, name="certificate"),
    path("<int:pk>/facts/new/", lights.fact_new, name="fact-new"),
    path("facts/<int:pk>/end/", lights.fact_end, name="fact-end"),
    *customers.urlpatterns,
    *atlas.urlpatterns,
    path("reports/", include(reports.urlpatterns)),
    path("navigator/", include(navigator.urlpatterns)),
    path("alarms/", include(alarms.urlpatterns)),
    path("imports/", intake.import_list, name="import-list"),
    path("imports/new/", intake.import_new, name="import-new"),
    path("imports/<int:pk>/", intake.import_detail, name="import-detail"),
    path("doubles/", intake.doubles, name="doubles"),
    path("doubles/<int:pk>/one/", intake.double_one, name="double-one"),
    path("doubles/<int:pk>/apart/", intake.double_apart, name="double-apart"),
    path("<int:pk>/", register.obligor_detail, name="obligor-detail"),
    path("<int:pk>/edit/", register.obligor_edit, name="obligor-edit"),
    path("<int:pk>/names/new/", links.alias_new, name="alias-new"),
    path("<int:pk>/parent/", links.parent_set, name="parent-set"),
    path("<int:pk>/light/", register.obligor_light, name="obligor-light"),
]
API: list[tuple[str, Any]] = [("buyers", ObligorViewSet), *reports.API, *navigator.API, *atlas.API, *alarms.API]
