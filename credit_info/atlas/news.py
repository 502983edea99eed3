"""News of a country or an industry from the academy."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from credit_info.atlas.sources import News
from sinosure.academy.models import Article, ArticleState
from sinosure.accounts.actor import Actor

MOST = 8


def from_academy(_actor: Actor, country: str, industry: int) -> Iterable[News]:
    """Published articles about it, of every section."""
    rows = Article.objects.filter(state=ArticleState.PUBLISHED).order_by("-published_on", "-id")
    rows = rows.filter(country=country) if country else rows.filter(industry=industry)
    for row in rows[:MOST]:
        label = row.get_category_display() or row.get_section_display()
        yield News(row.published_on, row.title, reverse("academy:article", args=[row.slug]), row.source, chip=label)  # type: ignore[arg-type]
