"""Write, publish and withdraw articles; remember what a reader has finished."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from sinosure.academy.models import Article, ArticleState, Lesson, LessonDone, Section
from sinosure.accounts.actor import Actor
from sinosure.audit.services import record
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, Stale, WrongState

EDIT = "academy.edit"


def _check_editor(actor: Actor) -> None:
    if not actor.can(EDIT):
        raise NotAllowed


def _check(typed: dict[str, Any]) -> None:
    if (typed["section"] == Section.NEWS) != bool(typed["category"]):
        raise DomainError("category_of_news", _("News have a category, nothing else does."), field="category")
    if typed["section"] == Section.LIBRARY and typed["country"] is None:
        raise DomainError("report_needs_country", _("A country report names its country."), field="country")


@transaction.atomic
def write_article(actor: Actor, **typed: Any) -> Article:
    """A new draft. Raises DomainError when its address is taken or its section does not fit."""
    _check_editor(actor)
    _check(typed)
    if Article.objects.filter(slug=typed["slug"]).exists():
        raise DomainError("slug_taken", _("Another article has this address."), field="slug")
    article = Article.objects.create(**typed, author_id=actor.user_id)
    record(actor, "article.written", article, detail={"slug": article.slug})
    return article


@transaction.atomic
def change_article(actor: Actor, *, article: Article, version: int, **typed: Any) -> Article:
    """New words for an article; a published one stays published."""
    _check_editor(actor)
    _check(typed)
    locked = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if locked.version != version:
        raise Stale
    if Article.objects.filter(slug=typed["slug"]).exclude(pk=article.pk).exists():
        raise DomainError("slug_taken", _("Another article has this address."), field="slug")
    for name, value in typed.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.save()
    record(actor, "article.changed", locked, detail={"slug": locked.slug, "version": locked.version})
    return locked


@transaction.atomic
def publish(actor: Actor, *, article: Article) -> Article:
    return _move(actor, article, "publish", (ArticleState.DRAFT, ArticleState.WITHDRAWN), ArticleState.PUBLISHED)


@transaction.atomic
def withdraw(actor: Actor, *, article: Article) -> Article:
    return _move(actor, article, "withdraw", (ArticleState.PUBLISHED,), ArticleState.WITHDRAWN)


def _move(actor: Actor, article: Article, action: str, start: tuple[str, ...], end: str) -> Article:
    _check_editor(actor)
    locked = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if locked.state not in start:
        raise WrongState(action, locked.get_state_display())
    locked.state, locked.version = end, locked.version + 1
    locked.published_on = locked.published_on or clock.today()
    locked.save(update_fields=["state", "version", "published_on"])
    record(actor, f"article.{action}", locked, detail={"slug": locked.slug})
    return locked


def finish_lesson(actor: Actor, *, lesson: Lesson) -> None:
    """Remembered once, however often the button is pressed."""
    if actor.user_id is None:
        raise NotAllowed
    done = LessonDone(user_id=actor.user_id, lesson=lesson, done_at=clock.now())
    LessonDone.objects.bulk_create([done], ignore_conflicts=True)
