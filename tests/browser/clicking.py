"""People at the browser: the verbs of tests.journeys.people.Reader with real clicks, and what every page must hold.

`Room` seats them: one language, one size of screen, light or dark; a person who comes back finds the same window.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Locator, Page

from credit_info.models import Obligor
from tests.factories.people import user
from tests.journeys.people import PASSWORD

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


class Seen:
    """A page as the story reads it: text and address."""

    def __init__(self, page: Page) -> None:
        self.content = page.content().encode()
        self.request = {"PATH_INFO": urlsplit(page.url).path}


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
        own: Any = page.viewport_size
        page.set_viewport_size(PHONE)
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        page.set_viewport_size(own)
        if over > 0:
            self.wide.append(f"{page.url}: {over} px")


class Clicker:
    """One person at the browser, signed in with a password."""

    def __init__(self, name: str, page: Page, checks: Checks, files: Path) -> None:
        self.page, self.checks, self.files = page, checks, files
        person = user(name)
        person.set_password(PASSWORD)
        person.save(update_fields=["password"])
        page.goto("/signin/?next=/deadlines/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        self.click(page.locator("#signin button[type=submit]"))
        assert "/signin/" not in page.url, name

    def open(self, path: str) -> Seen:
        self.page.goto(path)
        self.checks.look(self.page)
        return Seen(self.page)

    def follow(self, words: str) -> Seen:
        """Click the link of the main part that says so."""
        self.click(self.page.locator("main").get_by_role("link", name=words).first)
        self.checks.look(self.page)
        return Seen(self.page)

    def text(self) -> str:
        """What stands in the main part."""
        return self.page.inner_text("main")

    def fill(self, path: str, press: tuple[str, str] | None = None, **fields: Any) -> Seen:
        self.open(path)
        return self.fill_here(press, **fields)

    def act(self, path: str, step: str, **fields: Any) -> Seen:
        self.open(path)
        form = self.page.locator(f'main form[method=post][action$="/{step}/"]')
        if form.count():
            return self._submit(form.first, None, fields)
        self.click(self.page.locator(f'main a[href$="/{step}/"], main a[href*="/{step}/?"]').first)
        self.checks.look(self.page)
        return self.fill_here(None, **fields)

    def attach(self, path: str, step: str, upload: Any) -> Seen:
        target = self.files / upload.name
        target.write_bytes(upload.read())
        return self.act(path, step, file=target)

    def fill_here(self, press: tuple[str, str] | None = None, **fields: Any) -> Seen:
        """Fill in the form of this page that has these fields, send it and confirm what is asked back."""
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
        self.click(form.locator(button).first)
        self.checks.look(self.page)
        sure = self.page.locator("main button[name=_go][value=confirm]")
        if sure.count():
            self.click(sure)
            self.checks.look(self.page)
        errors = self.page.locator("main [data-errors]")
        assert not errors.count(), (self.page.url, errors.all_inner_texts())
        return Seen(self.page)

    def click(self, target: Locator) -> None:
        with self.page.expect_navigation() as going:
            target.click()
        assert going.value is None or going.value.status < 400, (self.page.url, self.page.inner_text("main")[:400])


def _answer(field: Locator, value: Any) -> None:
    """Type, tick, choose or attach as the kind of field asks; a combobox keeps its list behind."""
    first = field.first
    kind = first.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
    if kind == "select" and first.get_attribute("data-ask"):
        _find(first, int(value))
    elif kind == "select":
        first.select_option(str(value), force=True)
    elif kind == "radio":
        field.and_(field.page.locator(f'[value="{value}"]')).check()
    elif kind == "checkbox":
        first.set_checked(bool(value))
    elif kind == "file":
        first.set_input_files(value)
    elif kind != "hidden":
        first.fill(str(value))


def _find(select: Locator, buyer_id: int) -> None:
    """Type the name of a buyer and take it from what the register answers."""
    box, name = select.get_attribute("id"), Obligor.objects.get(pk=buyer_id).name
    select.page.locator(f"#{box}-combo").press_sequentially(name)
    select.page.locator(f"#{box}-list [role=option]").filter(has_text=name).first.click()
    assert select.input_value() == str(buyer_id), name


class Room:
    """Where people sit: a browser of one language, size and scheme each."""

    def __init__(self, browser: Browser, base: str, checks: Checks, files: Path) -> None:
        self.browser, self.base, self.checks, self.files = browser, base, checks, files
        self.locale, self.size, self.scheme = "zh-CN", DESK, "light"
        self.contexts: list[BrowserContext] = []
        self.people: dict[str, Clicker] = {}

    def set_up(self, locale: str = "zh-CN", size: dict[str, int] = DESK, scheme: str = "light") -> Room:
        self.locale, self.size, self.scheme = locale, size, scheme
        return self

    @property
    def language(self) -> str:
        return "zh-hans" if self.locale.startswith("zh") else "en"

    def window(self) -> Page:
        """Nobody is signed in here."""
        named: Any = {"locale": self.locale, "viewport": self.size, "color_scheme": self.scheme}
        self.contexts.append(self.browser.new_context(base_url=self.base, **named))
        page = self.contexts[-1].new_page()
        page.set_default_timeout(20_000)
        self.checks.watch(page)
        return page

    def seat(self, name: str) -> Clicker:
        if name not in self.people:
            self.people[name] = Clicker(name, self.window(), self.checks, self.files)
        return self.people[name]

    def close(self) -> None:
        for context in self.contexts:
            context.close()
