"""Courses with progress, cases and news, the dictionary, and what staff write."""

from __future__ import annotations

import re

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from sinosure.academy import selectors, services
from sinosure.academy.loading import load_academy
from sinosure.academy.models import Article, Board, Category, Course, LessonDone, Section, Term, Tool
from sinosure.academy.rendering import as_html
from sinosure.accounts.actor import ANONYMOUS
from sinosure.core.errors import DomainError
from sinosure.reference.seed.load import load_reference
from tests.factories.people import actor, user

pytestmark = pytest.mark.django_db

WORDS = {
    "slug": "a-piece", "section": "NEWS", "category": "TRADE", "country": None, "title_zh": "标题", "title_en": "Title", "about_zh": "",
    "about_en": "", "text_zh": "正文", "text_en": "Text", "source": "test",
}  # fmt: skip


@pytest.fixture
def shipped():
    load_reference()
    load_academy()


def signed_in(name: str) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user(name))
    return client


def test_the_shipped_texts_are_complete_and_loading_twice_changes_nothing(shipped):
    counted = [model.objects.count() for model in (Term, Tool, Article, Course)]
    assert counted[0] >= 300  # the promise: three hundred terms
    assert Article.objects.filter(section=Section.CASE).count() == 8  # the handbook's eight
    assert {a.category for a in selectors.published(Section.NEWS)} == set(Category.values)
    assert set(Course.objects.values_list("board", flat=True)) == set(Board.values)
    load_academy()
    assert counted == [model.objects.count() for model in (Term, Tool, Article, Course)]


def test_a_text_that_staff_changed_survives_the_next_loading(shipped):
    case = Article.objects.get(slug="case-ukraine")
    Article.objects.filter(pk=case.pk).update(title_en="Ours")
    load_academy()
    assert Article.objects.get(pk=case.pk).title_en == "Ours"


def test_every_page_opens_without_signing_in(shipped):
    client = Client()
    pages = ["", "terms/?q=提单", "tools/", "news/?category=WARNING", "case/", "library/", "overseas/", "read/case-ukraine/",
             "courses/first-order/", "courses/first-order/1/"]  # fmt: skip
    assert [client.get(f"/academy/{page}").status_code for page in pages] == [200] * len(pages)
    assert client.get("/academy/nothing/").status_code == 404
    assert client.get("/academy/courses/first-order/99/").status_code == 404


def test_a_term_is_found_in_both_languages_and_what_begins_with_it_stands_first(shipped):
    assert selectors.terms("提单").first().zh.startswith("提单")
    assert selectors.terms("bill of lading").first().en.startswith("bill of lading")
    assert selectors.terms("dso").get().zh == "应收账款周转天数"
    assert not selectors.terms("100%_").exists()  # wildcards are letters


def test_progress_is_kept_once_for_each_reader(shipped):
    client = signed_in("chen")
    for _ in range(2):
        assert client.post("/academy/courses/first-order/1/done/").status_code == 302
    mine = selectors.courses(actor("chen")).get(slug="first-order")
    theirs = selectors.courses(actor("wu")).get(slug="first-order")
    assert (mine.finished, mine.total, theirs.finished) == (1, 3, 0)
    assert LessonDone.objects.count() == 1
    with pytest.raises(DomainError, match="not_allowed"):
        services.finish_lesson(ANONYMOUS, lesson=mine.lessons.first())


def test_a_draft_is_written_previewed_published_and_withdrawn():
    editor = signed_in("cao")
    shown = editor.get("/academy/articles/new/").content.decode()
    key = re.search(r'name="form_key" value="([^"]+)"', shown)[1]
    typed = {**{k: v or "" for k, v in WORDS.items()}, "text_en": "**bold**", "form_key": key}
    assert "<strong>bold</strong>" in editor.post("/academy/articles/new/", typed).content.decode()
    assert editor.post("/academy/articles/new/", {**typed, "_go": "confirm"}).status_code == 302
    article = Article.objects.get()
    assert Client().get("/academy/read/a-piece/").status_code == 404  # a draft
    editor.post(f"/academy/articles/{article.pk}/publish/")
    assert Client().get("/academy/read/a-piece/").status_code == 200
    editor.post(f"/academy/articles/{article.pk}/withdraw/")
    assert Client().get("/academy/read/a-piece/").status_code == 404


def test_two_editors_do_not_overwrite_each_other():
    article = services.write_article(actor("cao"), **WORDS)
    services.change_article(actor("cao"), article=article, version=1, **{**WORDS, "title_en": "First"})
    with pytest.raises(DomainError, match="stale"):
        services.change_article(actor("cao"), article=article, version=1, **{**WORDS, "title_en": "Second"})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"category": ""}, "category_of_news"),
        ({"section": "CASE"}, "category_of_news"),
        ({"section": "LIBRARY", "category": ""}, "report_needs_country"),
    ],
)
def test_what_does_not_fit_its_section_is_refused_by_the_service_and_by_the_database(change, code):
    wrong = {**WORDS, **change}
    with pytest.raises(DomainError, match=code):
        services.write_article(actor("cao"), **wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.create(**wrong)


def test_only_editors_write():
    with pytest.raises(DomainError, match="not_allowed"):
        services.write_article(actor("zhou"), **WORDS)
    assert signed_in("zhou").get("/academy/articles/").status_code == 403


def test_markdown_shows_no_html_no_script_and_no_image():
    html = as_html("<script>x</script> [go](javascript:x) ![i](https://x.example/i.png) <b>b</b>")
    assert "<script" not in html
    assert "javascript:" not in re.sub(r"\[go\]\(javascript:x\)", "", html)
    assert "<img" not in html
    assert "<b>" not in html


def test_the_api_reads_articles_and_terms(shipped):
    client = signed_in("chen")
    assert client.get("/api/v1/articles/case-ukraine/").json()["section"] == "CASE"
    assert client.get("/api/v1/terms/?q=提单").json()["results"]
