"""Routes of the academy."""

from __future__ import annotations

from typing import Any

from django.urls import path

from sinosure.academy.api import ArticleViewSet, TermViewSet
from sinosure.academy.views import editing, reading

app_name = "academy"
urlpatterns: list[Any] = [
    path("", reading.home, name="home"),
    path("terms/", reading.terms, name="terms"),
    path("tools/", reading.tools, name="tools"),
    path("articles/", editing.articles, name="articles"),
    path("articles/new/", editing.article_new, name="article-new"),
    path("articles/<int:pk>/edit/", editing.article_edit, name="article-edit"),
    path("articles/<int:pk>/publish/", editing.article_publish, name="article-publish"),
    path("articles/<int:pk>/withdraw/", editing.article_withdraw, name="article-withdraw"),
    path("read/<slug:slug>/", reading.article, name="article"),
    path("courses/<slug:slug>/", reading.course, name="course"),
    path("courses/<slug:slug>/<int:position>/", reading.lesson, name="lesson"),
    path("courses/<slug:slug>/<int:position>/done/", reading.lesson_done, name="lesson-done"),
    path("<slug:name>/", reading.section, name="section"),
]
API: list[tuple[str, Any]] = [("articles", ArticleViewSet), ("terms", TermViewSet)]
