"""Load the shipped texts. Idempotent: what is there already, or was changed by staff, stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction

from sinosure.academy.models import Article, ArticleState, Course, Lesson, Term, Tool

SEED = Path(__file__).parent / "seed"


@transaction.atomic
def load_academy() -> None:
    """Terms, sites, articles and courses."""
    Term.objects.bulk_create([_term(*cells) for cells in _table("terms.tsv")], ignore_conflicts=True)
    tools = [_tool(place, *cells) for place, cells in enumerate(_table("tools.tsv"), 1)]
    Tool.objects.bulk_create(tools, ignore_conflicts=True)
    articles = [_article(path) for path in sorted((SEED / "articles").glob("*.md"))]
    Article.objects.bulk_create(articles, ignore_conflicts=True)
    for path in sorted((SEED / "courses").glob("*.md")):
        _load_course(path)


def _table(name: str) -> Iterator[list[str]]:
    for line in (SEED / name).read_text(encoding="utf-8").splitlines():
        yield line.split("\t")


def _term(zh: str, en: str, short: str = "", note: str = "") -> Term:
    return Term(zh=zh, en=en, short=short, note=note)


def _tool(position: int, url: str, name_zh: str, name_en: str, about_zh: str, about_en: str) -> Tool:
    return Tool(position=position, url=url, name_zh=name_zh, name_en=name_en, about_zh=about_zh, about_en=about_en)


def _read(text: str) -> dict[str, Any]:
    """A text: `name: value` lines, then the Chinese and the English part, each behind a line `+++`."""
    head, zh, en = (part.strip() for part in text.split("\n+++\n"))
    facts = dict(line.split(": ", 1) for line in head.splitlines())
    return {**facts, "text_zh": zh, "text_en": en}


def _article(path: Path) -> Article:
    facts = _read(path.read_text(encoding="utf-8"))
    facts["published_on"] = date.fromisoformat(facts["published_on"])
    facts["country_id"] = facts.pop("country", None)
    facts["industry"] = int(facts.pop("industry", 0)) or None
    is_sample = facts.pop("is_sample", "") == "yes"
    return Article(slug=path.stem, state=ArticleState.PUBLISHED, is_sample=is_sample, **facts)


def _load_course(path: Path) -> None:
    """A course and its lessons: parts of the file between lines `===`, the first one the course itself."""
    first, *rest = path.read_text(encoding="utf-8").split("\n===\n")
    course, is_new = Course.objects.get_or_create(slug=path.stem, defaults=_read(first))
    if is_new:
        lessons = [Lesson(course=course, position=place, **_read(part)) for place, part in enumerate(rest, 1)]
        Lesson.objects.bulk_create(lessons)
