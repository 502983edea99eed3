"""Headers, languages, error pages, navigation: what surrounds every page."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.test import Client

from sinosure.accounts.actor import ANONYMOUS
from sinosure.ui import navigation
from sinosure.ui.navigation import NavItem
from tests.factories import people

pytestmark = [pytest.mark.urls("tests.ui.urls")]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False, headers={"accept-language": "zh-CN"})


@pytest.mark.django_db
def test_every_answer_carries_the_policy_and_no_inline_source(client):
    policy = client.get("/ui-kit/").headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


@pytest.mark.django_db
def test_one_view_may_name_more_sources_and_others_do_not_inherit_them(client):
    assert "style-src 'self' 'unsafe-inline'" in client.get("/third-party/").headers["Content-Security-Policy"]
    assert "unsafe" not in client.get("/ui-kit/").headers["Content-Security-Policy"]


def test_templates_hold_no_inline_script_style_or_handler():
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        if "letters" in path.parts:
            continue
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:", text), path


def test_colours_are_named_in_the_tokens_only():
    for name in ("base.css", "components.css"):
        text = Path(settings.BASE_DIR, "static", "css", name).read_text()
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b|rgba?\(", re.sub(r"#[a-z-]+ ?\{", "", text)), name


@pytest.mark.parametrize(
    ("url", "status", "words"),
    [
        ("/nowhere/", 404, "没有找到"),
        ("/wrong-state/", 409, "本次操作未执行"),
        ("/broken/", 500, "系统出错了"),
        ("/gone/", 503, "稍等片刻"),
        ("/only-post/", 405, "此地址只接收表单"),
    ],
)
def test_an_error_says_what_to_do_next_without_asking_the_database(client, url, status, words):
    answer = client.get(url)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


def test_an_error_page_speaks_english_too():
    answer = Client(headers={"accept-language": "en"}).get("/nowhere/")
    assert "Nothing found here" in answer.content.decode()
    assert '<html lang="en">' in answer.content.decode()


def test_a_method_that_is_not_taken_still_names_those_that_are(client):
    assert client.get("/only-post/").headers["Allow"] == "POST"


def test_too_many_fields_are_a_413_not_a_500(client):
    fields = {f"f{n}": "1" for n in range(1001)}
    assert client.post("/ui-kit/", fields).status_code == 413


def test_a_form_without_its_token_is_told_to_reload(settings):
    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})
    answer = strict.post("/language/", {"language": "en"})
    assert answer.status_code == 403
    assert "The page was open too long" in answer.content.decode()


def test_the_api_gets_problems_not_pages(client):
    answer = client.get("/api/v1/nowhere/")
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.django_db
def test_chinese_is_spoken_unless_the_browser_asks_for_english():
    assert 'lang="zh-CN"' in Client().get("/ui-kit/").content.decode()
    assert 'lang="zh-CN"' in Client(headers={"accept-language": "zh-TW,fr"}).get("/ui-kit/").content.decode()
    assert '<html lang="en">' in Client(headers={"accept-language": "en-GB,en"}).get("/ui-kit/").content.decode()


@pytest.mark.django_db
def test_the_switch_is_remembered_and_leads_back_to_this_site_only(client):
    answer = client.post("/language/", {"language": "en", "next": "/ui-kit/?a=1"})
    assert answer.url == "/ui-kit/?a=1"
    assert '<html lang="en">' in client.get("/ui-kit/").content.decode()
    assert client.post("/language/", {"language": "en", "next": "https://evil.example/"}).url == "/"


@pytest.fixture
def _own_navigation(monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_navigation")
def test_the_navigation_shows_what_the_actor_may_use_and_where_the_reader_is(rf):
    navigation.register(NavItem("kit", "Kit", "ui:kit", "limits.apply", order=2, count=lambda actor: 8))
    navigation.register(NavItem("bank", "Bank", "ui:language", "financing.sign_bank", order=1))
    shown = navigation.entries(rf.get("/ui-kit/"), people.actor("chen"))
    assert [(entry.label, entry.here, entry.count) for entry in shown] == [("Kit", True, 8)]
    assert [entry.label for entry in navigation.entries(rf.get("/ui-kit/"), people.actor("zheng"))] == []
    assert navigation.entries(rf.get("/ui-kit/"), ANONYMOUS) == []


@pytest.mark.django_db
@pytest.mark.usefixtures("_own_navigation")
def test_a_group_is_one_entry_of_the_menu_and_a_row_on_its_pages(rf):
    navigation.register(
        NavItem("first", "First", "ui:language", "limits.apply", 1, count=lambda actor: 2, group="Both")
    )
    navigation.register(NavItem("second", "Second", "ui:kit", "limits.apply", 2, count=lambda actor: 3, group="Both"))
    navigation.register(NavItem("not mine", "Not mine", "ui:kit", "financing.sign_bank", 3, group="Both"))
    navigation.register(NavItem("alone", "Alone", "ui:kit", "limits.apply", 4, group="Of one"))
    both, alone = navigation.entries(rf.get("/ui-kit/"), people.actor("chen"))
    assert (both.label, both.url, both.count) == ("Both", "/language/", 2 + 3)
    assert [entry.label for entry in both.below] == ["First", "Second"]
    assert (alone.label, alone.below) == ("Alone", ())


@pytest.mark.urls("sinosure.urls")
def test_every_registered_entry_leads_to_a_page():
    assert [item.key for item in navigation.registered() if not navigation._url(item)] == []


def test_every_template_can_be_read():
    base = Path(settings.BASE_DIR, "templates")
    for path in sorted(base.rglob("*.html")):
        get_template(str(path.relative_to(base)))
