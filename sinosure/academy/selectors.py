"""Reads of the academy. Drafts are for editors only."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from sinosure.academy.models import Article, ArticleState, Board, Course, Lesson, Section, Term, Tool
from sinosure.accounts.actor import Actor


def published(section: str, category: str = "") -> QuerySet[Article]:
    """What stands in a section, the newest first."""
    rows = Article.objects.filter(section=section, state=ArticleState.PUBLISHED).select_related("country")
    return (rows.filter(category=category) if category else rows).order_by("-published_on", "-id")


def readable(actor: Actor) -> QuerySet[Article]:
    """What the actor may open: editors also drafts and what was withdrawn."""
    rows = Article.objects.select_related("country", "author")
    return rows if actor.can("academy.edit") else rows.filter(state=ArticleState.PUBLISHED)


def latest(most: int = 5) -> list[Article]:
    return list(published(Section.NEWS)[:most])


def courses(actor: Actor) -> QuerySet[Course]:
    """Every course with its number of lessons and how many of them the actor has finished."""
    mine = Q(lessons__done__user_id=actor.user_id)
    return Course.objects.annotate(
        total=Count("lessons", distinct=True), finished=Count("lessons__done", filter=mine, distinct=True)
    )


def boards(actor: Actor) -> list[tuple[str, list[Course]]]:
    """The boards in the handbook's order, each with its courses."""
    rows = list(courses(actor).order_by("position", "id"))
    return [(str(board.label), [row for row in rows if row.board == board]) for board in Board]


def lessons(actor: Actor) -> QuerySet[Lesson]:
    """Lessons with `finished` (0 or 1) for the actor."""
    mine = Q(done__user_id=actor.user_id)
    return Lesson.objects.select_related("course").annotate(finished=Count("done", filter=mine))


def terms(q: str = "") -> QuerySet[Term]:
    """The dictionary, searched in both languages at once; what begins with the text stands first."""
    rows = Term.objects.all()
    if not q:
        return rows
    found = rows.filter(Q(zh__icontains=q) | Q(en__icontains=q) | Q(short__iexact=q))
    begins = Q(zh__istartswith=q) | Q(en__istartswith=q) | Q(short__iexact=q)
    return found.annotate(begins=Count("pk", filter=begins)).order_by("-begins", "en", "id")


def tools() -> QuerySet[Tool]:
    return Tool.objects.all()


def after(lesson: Lesson) -> Lesson | None:
    """The next lesson of the same course."""
    return Lesson.objects.filter(course=lesson.course_id, position__gt=lesson.position).order_by("position").first()
