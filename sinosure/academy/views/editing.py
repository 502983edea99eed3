"""Staff write, preview, publish and withdraw articles."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from sinosure.academy import selectors, services
from sinosure.academy.forms import ArticleForm
from sinosure.academy.models import Article
from sinosure.academy.rendering import as_html
from sinosure.accounts.access import access, request_actor
from sinosure.ui.pages import FORM_PAGE, act, form_page, page
from sinosure.ui.paging import keyset_page

FIELDS = tuple(name for name in ArticleForm.base_fields if name != "version")


@access(services.EDIT)
def articles(request: HttpRequest) -> HttpResponse:
    rows = selectors.readable(request_actor(request))
    return page(request, "academy/articles.html", {"page": keyset_page(rows, request)})


@access(services.EDIT)
def article_new(request: HttpRequest) -> HttpResponseBase:
    form = ArticleForm(request.POST or None)

    def write(typed: dict[str, Any]) -> Article:
        return services.write_article(request_actor(request), **_words(typed))

    return _edit(request, form, write, _("Write an article"), reverse("academy:articles"))


@access(services.EDIT)
def article_edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    found = _article(request, pk)
    initial = {**{name: getattr(found, name) for name in FIELDS}, "version": found.version}
    form = ArticleForm(request.POST or None, initial=initial)

    def change(typed: dict[str, Any]) -> Article:
        version = typed["version"] or found.version
        return services.change_article(request_actor(request), article=found, version=version, **_words(typed))

    return _edit(request, form, change, _("Edit the article"), _url(found))


def _words(typed: dict[str, Any]) -> dict[str, Any]:
    return {name: typed[name] for name in FIELDS}


def _edit(request: HttpRequest, form: ArticleForm, deed: Any, title: Any, cancel_url: str) -> HttpResponseBase:
    """The form, a look at what it will be, and the deed."""
    return form_page(
        request, FORM_PAGE, form, deed, _url, check=True, context={"title": title, "cancel_url": cancel_url},
        preview=lambda typed: {"html": as_html(f"{typed['text_zh']}\n\n---\n\n{typed['text_en']}")},
        message=_("The article is kept."),
    )  # fmt: skip


@access(services.EDIT)
@require_POST
def article_publish(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _move(request, pk, services.publish)


@access(services.EDIT)
@require_POST
def article_withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    return _move(request, pk, services.withdraw)


def _move(request: HttpRequest, pk: int, deed: Any) -> HttpResponseBase:
    found, actor = _article(request, pk), request_actor(request)
    return act(request, None, lambda: deed(actor, article=found), _url(found))


def _article(request: HttpRequest, pk: int) -> Article:
    return get_object_or_404(selectors.readable(request_actor(request)), pk=pk)


def _url(article: Article) -> str:
    return reverse("academy:article", args=[article.slug])
