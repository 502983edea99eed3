"""The check that no sentence goes without its Chinese line, and that it notices each way of failing."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from django.utils import translation

from sinosure.ui import translations

USED = {("", "Due on %(day)s"): None, ("", "Yes"): None}


@pytest.fixture
def findings(tmp_path, monkeypatch):
    """What is found when the Chinese lines are those given."""
    path = tmp_path / "django.po"
    monkeypatch.setattr(translations, "po_path", lambda label: path)

    def judge(**lines: str) -> translations.Findings:
        catalog = Catalog(locale="zh_Hans")
        for text, chinese in lines.items():
            catalog.add(text.replace("_", " "), chinese)
        path.write_bytes(translations._as_po(catalog))
        return translations.check("ui", {("", text.replace("_", " ")): None for text in ("Hello", "Due_on_%(day)s")})

    return judge


def test_a_missing_and_an_empty_line_are_found(findings):
    found = findings(Hello="")
    assert (found.missing, found.empty) == ([("", "Due on %(day)s")], [("", "Hello")])


def test_a_stale_line_is_found(findings):
    assert findings(**{"Hello": "你好", "Due_on_%(day)s": "%(day)s 到期", "Gone": "没了"}).stale == [("", "Gone")]


def test_an_invented_placeholder_is_found(findings):
    assert findings(**{"Hello": "你好", "Due_on_%(day)s": "%(date)s 到期"}).placeholders


def test_good_lines_pass(findings):
    assert not list(findings(**{"Hello": "你好", "Due_on_%(day)s": "%(day)s 到期"}).lines())


def test_templates_belong_to_the_app_of_their_folder():
    folders = translations.own_apps()
    base = Path(translations.settings.BASE_DIR) / "templates"
    owners = [
        translations._owner(base / name, folders)
        for name in ("base.html", "errors/404.html", "letters/x.html", "ui/x.html")
    ]
    assert owners == ["ui", "ui", "documents", "ui"]


def test_sentences_are_found_in_python_and_in_templates():
    used = translations.used_messages()["ui"]
    assert ("", "Write a whole number such as 60.") in used
    assert ("", "Skip to content") in used
    assert ("deadline", "by") in used


def test_the_kit_speaks_chinese():
    assert translations.problems(["ui"]) == []
    with translation.override("zh-hans"):
        assert translation.gettext("Skip to content") == "跳到正文"
