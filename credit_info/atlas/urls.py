"""Routes of countries, industries and the portfolio, below /buyers/."""

from __future__ import annotations

from typing import Any

from django.urls import path

from credit_info.atlas.api import CountryViewSet, CoverChangeViewSet, IndustryViewSet
from credit_info.atlas.views import deciding, reading

urlpatterns: list[Any] = [
    path("countries/", reading.country_list, name="country-list"),
    path("countries/sum-up/", deciding.sum_up, name="sum-up"),
    path("countries/changes/", deciding.change_list, name="change-list"),
    path("countries/changes/<int:pk>/", deciding.change_detail, name="change-detail"),
    path("countries/changes/<int:pk>/approve/", deciding.change_approve, name="change-approve"),
    path("countries/changes/<int:pk>/reject/", deciding.change_reject, name="change-reject"),
    path("countries/changes/<int:pk>/withdraw/", deciding.change_withdraw, name="change-withdraw"),
    path("countries/notes/<int:pk>/end/", deciding.note_end, name="country-note-end"),
    path("countries/<slug:code>/", reading.country_detail, name="country-detail"),
    path("countries/<slug:code>/report.pdf", reading.country_report, name="country-report"),
    path("countries/<slug:code>/propose/", deciding.country_propose, name="country-propose"),
    path("countries/<slug:code>/notes/new/", deciding.note_new, name="country-note-new"),
    path("industries/", reading.industry_list, name="industry-list"),
    path("industries/<int:section>/", reading.industry_detail, name="industry-detail"),
    path("portfolio/", reading.portfolio, name="portfolio"),
]
API: list[tuple[str, Any]] = [
    ("countries", CountryViewSet), ("country-changes", CoverChangeViewSet), ("industries", IndustryViewSet),
]  # fmt: skip
