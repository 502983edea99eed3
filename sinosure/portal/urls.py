"""Routes of the portal itself."""

from django.urls import path

from sinosure.portal import finding, functions, health, help_pages, home, what_if
from sinosure.portal.people import views as people
from sinosure.portal.watching import operations, trail

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("find/", finding.find, name="find"),
    path("functions/", functions.functions, name="functions"),
    path("network/", home.network, name="network"),
    path("help/", help_pages.contents, name="help"),
    path("help/<slug:topic>/", help_pages.topic, name="help-topic"),
    path("me/", home.me, name="me"),
    path("calculator/", what_if.calculator, {"kind": "indemnity"}, name="calculators"),
    path("calculator/<str:kind>/", what_if.calculator, name="calculator"),
    path("people/", people.people, name="people"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/branch/", people.person_branch, name="person-branch"),
    path("people/<int:pk>/duty/", people.duty_new, name="duty-new"),
    path("people/<int:pk>/duty/<int:grant>/end/", people.duty_end, name="duty-end"),
    path("people/<int:pk>/account/<slug:state>/", people.person_active, name="person-active"),
    path("people/<int:pk>/link/", people.person_link, name="person-link"),
    path("organisations/", people.organisation_list, name="organisations"),
    path("organisations/new/", people.organisation_new, name="organisation-new"),
    path("organisations/<int:pk>/people/new/", people.person_new, name="person-new"),
    path("organisations/<int:pk>/branches/new/", people.branch_new, name="branch-new"),
    path("audit/", trail.trail, name="trail"),
    path("operations/", operations.operations, name="operations"),
    path("operations/messages/", operations.try_again, name="try-again"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
