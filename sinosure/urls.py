"""Every route of the site. Each app brings its own; a view without a declared access answers 403."""

from django.urls import include, path

urlpatterns = [
    path("", include("sinosure.portal.urls")),
]
