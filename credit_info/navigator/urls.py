"""Routes of the navigator, below /buyers/navigator/."""

from __future__ import annotations

from typing import Any

from django.urls import path

from credit_info.navigator import intake, views
from credit_info.navigator.api import NavigatorViewSet, TradeImportViewSet

urlpatterns: list[Any] = [
    path("", views.find, name="navigator"),
    path("buyers/<int:pk>/", views.buyer, name="trade-buyer"),
    path("buyers/<int:pk>/contacts/", views.buyer_contacts, name="trade-buyer-contacts"),
    path("buyers/<int:pk>/contacts/new/", intake.contact_new, name="trade-contact-new"),
    path("imports/", intake.import_list, name="trade-import-list"),
    path("imports/new/", intake.import_new, name="trade-import-new"),
    path("imports/<int:pk>/", intake.import_detail, name="trade-import-detail"),
]
API: list[tuple[str, Any]] = [("navigator", NavigatorViewSet), ("trade-imports", TradeImportViewSet)]
