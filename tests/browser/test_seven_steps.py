"""The seven steps clicked in Chromium by exporter, underwriter, claims officer, finance and bank, in Chinese and in English.

The same story as in tests/journeys, with real clicks; every page on the way is looked at once: no complaint of the browser
(scripts, content security policy, answers ≥ 500), nothing to be scrolled sideways on a phone. English runs in the dark display.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page

from tests.factories.people import organisation, user
from tests.journeys.by_page import ByPage
from tests.journeys.people import PASSWORD
from tests.journeys.story import tell
from tests.journeys.test_seven_steps import as_it_must_end, expected

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Seen:
    """A page as the story reads it: text and address."""

    def __init__(self, page: Page) -> None:
        self.content = page.content().encode()
        self.request = {"PATH_INFO": urlsplit(page.url).path}


class Clicker:
    """One person at the browser, with the verbs of tests.journeys.people.Reader."""

    def __init__(self, name: str, page: Page, checks: Checks, files: Path) -> None:
        self.page, self.checks, self.files = page, checks, files
        person = user(name)
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
        page.goto("/signin/?next=/deadlines/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        self._click(page.locator("#signin button[type=submit]"))
        assert "/signin/" not in page.url, name

    def open(self, path: str) -> Seen:
        self.page.goto(path)
        self.checks.look(self.page)
        return Seen(self.page)

    def fill(self, path: str, press: tuple[str, str] | None = None, **fields: Any) -> Seen:
        self.open(path)
        return self._fill_here(press, fields)

    def act(self, path: str, step: str, **fields: Any) -> Seen:
        self.open(path)
        form = self.page.locator(f'main form[method=post][action$="/{step}/"]')
        if form.count():
            return self._submit(form.first, None, fields)
        self._click(self.page.locator(f'main a[href$="/{step}/"], main a[href*="/{step}/?"]').first)
        self.checks.look(self.page)
        return self._fill_here(None, fields)

    def attach(self, path: str, step: str, upload: Any) -> Seen:
        target = self.files / upload.name
        target.write_bytes(upload.read())
        return self.act(path, step, file=target)

    def _fill_here(self, press: tuple[str, str] | None, fields: dict[str, Any]) -> Seen:
        wanted = [f'[name="{name}"]' for name in fields] + ([f'[name="{press[0]}"]'] if press else [])
        form = self.page.locator("main form[method=post]")
        for selector in wanted or ["[name=form_key]"]:
            form = form.filter(has=self.page.locator(selector))
        return self._submit(form.first, press, fields)

    def _submit(self, form: Locator, press: tuple[str, str] | None, fields: dict[str, Any]) -> Seen:
        for closed in form.locator("xpath=ancestor::details[not(@open)]/summary").all():
            closed.click()
        for name, value in fields.items():
            _answer(form.locator(f'[name="{name}"]'), value)
        button = f'button[name="{press[0]}"][value="{press[1]}"]' if press else "button[type=submit]:not([name=save])"
        self._click(form.locator(button).first)
        self.checks.look(self.page)
        sure = self.page.locator("main button[name=_go][value=confirm]")
        if sure.count():
            self._click(sure)
            self.checks.look(self.page)
        errors = self.page.locator("main [data-errors]")
        assert not errors.count(), (self.page.url, errors.all_inner_texts())
        return Seen(self.page)

    def _click(self, target: Locator) -> None:
        with self.page.expect_navigation() as going:
            target.click()
        assert going.value is None or going.value.status < 400, (self.page.url, self.page.inner_text("main")[:400])


def _answer(field: Locator, value: Any) -> None:
    """Type, tick, choose or attach as the kind of field asks; a combobox keeps its list behind."""
    first = field.first
    kind = first.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
    if kind == "select":
        first.select_option(str(value), force=True)
    elif kind == "radio":
        field.and_(field.page.locator(f'[value="{value}"]')).check()
    elif kind == "checkbox":
        first.check()
    elif kind == "file":
        first.set_input_files(value)
    elif kind != "hidden":
        first.fill(str(value))


class Checks:
    """What every page must hold, asked once for each kind of page."""

    def __init__(self) -> None:
        self.complaints: list[str] = []
        self.wide: list[str] = []
        self.known: set[str] = set()

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(f"{page.url}: {said.text}"))
        page.on("response", lambda got: got.status >= 500 and self.complaints.append(f"{got.status} {got.url}"))

    def look(self, page: Page) -> None:
        kind = re.sub(r"\d+", "0", urlsplit(page.url).path)
        if kind in self.known:
            return
        self.known.add(kind)
        page.set_viewport_size(PHONE)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.set_viewport_size(DESK)
        if over > 0:
            self.wide.append(f"{page.url}: {over} px")


@pytest.fixture
def checks() -> Iterator[Checks]:
    found = Checks()
    yield found
    assert found.complaints == []
    assert found.wide == []


@pytest.mark.parametrize(
    ("language", "locale", "scheme"), [("zh-hans", "zh-CN", "light"), ("en", "en-GB", "dark")], ids=["Chinese", "English, dark"]
)  # fmt: skip
def test_the_seven_steps_are_clicked_by_five_roles(
    browser: Browser, live_server: Any, checks: Checks, tmp_path: Path, language: str, locale: str, scheme: Any
) -> None:
    contexts: list[Any] = []

    def sit_down(name: str) -> Clicker:
        contexts.append(
            browser.new_context(base_url=live_server.url, locale=locale, viewport=DESK, color_scheme=scheme)
        )
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        checks.watch(page)
        return Clicker(name, page, checks, tmp_path)

    outcome = tell(ByPage(sit_down, language), to_bank=language == "en")
    payee = "闽海银行" if language == "en" else organisation("haituo").name_zh
    assert outcome == expected(payee)
    as_it_must_end()
    for context in contexts:
        context.close()
