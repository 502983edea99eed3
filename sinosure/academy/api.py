"""Articles and the dictionary in the API: read only."""

from __future__ import annotations

from typing import Any

from rest_framework import mixins, serializers, viewsets

from sinosure.academy import selectors
from sinosure.academy.models import Article, Term
from sinosure.accounts.access import SIGNED_IN


class ArticleSerializer(serializers.ModelSerializer[Article]):
    class Meta:
        model = Article
        fields = (
            "id", "slug", "section", "category", "country", "industry", "title_zh", "title_en", "about_zh", "about_en", "text_zh",
            "text_en", "source", "is_sample", "published_on",
        )  # fmt: skip


class ArticleViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Article]):
    """What is published; editors also see drafts. Text is Markdown."""

    access = {"list": SIGNED_IN, "retrieve": SIGNED_IN}
    serializer_class = ArticleSerializer
    queryset = Article.objects.none()
    lookup_field = "slug"

    def get_queryset(self) -> Any:
        return selectors.readable(self.request._request.actor)  # type: ignore[attr-defined]


class TermSerializer(serializers.ModelSerializer[Term]):
    class Meta:
        model = Term
        fields = ("id", "zh", "en", "short", "note")


class TermViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Term]):
    """The dictionary; `?q=` looks in both languages."""

    access = {"list": SIGNED_IN}
    serializer_class = TermSerializer
    queryset = Term.objects.none()

    def get_queryset(self) -> Any:
        return selectors.terms(self.request.query_params.get("q", "").replace("\0", "")[:60])
