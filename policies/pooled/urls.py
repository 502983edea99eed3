"""Routes of the pooled platforms."""

from __future__ import annotations

from django.urls import path

from policies.pooled import views

urlpatterns = [
    path("pooled/", views.pooled_list, name="pooled-list"),
    path("pooled/new/", views.pooled_new, name="pooled-new"),
    path("pooled/template.csv", views.pooled_template, name="pooled-template"),
    path("pooled/<int:pk>/", views.pooled_detail, name="pooled-detail"),
    path("pooled/<int:pk>/plan/", views.pooled_plan, name="pooled-plan"),
    path("pooled/<int:pk>/open/", views.pooled_open, name="pooled-open"),
    path("pooled/<int:pk>/close/", views.pooled_close, name="pooled-close"),
    path("pooled/<int:pk>/issue/", views.pooled_issue, name="pooled-issue"),
    path("pooled/<int:pk>/subsidy/", views.pooled_book, name="pooled-book"),
    path("pooled/<int:pk>/members/", views.pooled_members, name="pooled-members"),
    path("pooled/<int:pk>/upload/", views.pooled_upload, name="pooled-upload"),
    path("pooled/runs/<int:pk>/", views.pooled_run, name="pooled-run"),
    path("pooled/members/<int:pk>/withdraw/", views.pooled_withdraw, name="pooled-withdraw"),
    path("pooled/lists/<int:pk>/", views.pooled_list_detail, name="pooled-list-detail"),
    path("pooled/lists/<int:pk>/publish/", views.pooled_list_publish, name="pooled-list-publish"),
    path("pooled/lists/<int:pk>/subsidy/", views.pooled_list_grant, name="pooled-list-grant"),
    path("pooled/lists/<int:pk>/discard/", views.pooled_list_discard, name="pooled-list-discard"),
]
