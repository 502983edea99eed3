"""Each small ES module does what it says, by keyboard, under the content security policy, and the page works without it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
KIT = "/ui-kit/"


@pytest.fixture
def page(browser: Browser, live_server) -> Iterator[Page]:
    """The kit in Chinese; whatever the browser complains about fails the test."""
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport={"width": 1440, "height": 900})
    page, complaints = context.new_page(), []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.goto(KIT)
    yield page
    context.close()
    assert [text for text in complaints if "responded with a status of 4" not in text] == []  # a refused form says so


def combo(page: Page):
    return page.locator("#id_country-combo")


def test_a_country_is_chosen_by_keyboard_alone(page: Page):
    combo(page).focus()
    page.keyboard.type("peru")
    assert combo(page).get_attribute("aria-expanded") == "true"
    assert page.locator("#id_country-list [role=option]").all_inner_texts() == ["秘鲁 Peru"]
    page.keyboard.press("Enter")
    assert page.locator("#id_country").evaluate("select => select.value") == "PE"
    assert combo(page).get_attribute("aria-expanded") == "false"


def test_arrows_move_through_the_options_and_say_where_they_are(page: Page):
    combo(page).focus()
    for _ in range(3):  # the first opens, the second and third step to the first and second option
        page.keyboard.press("ArrowDown")
    active = combo(page).get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").inner_text() == "阿联酋 UAE"
    assert page.locator("#id_country-list [aria-selected=true]").count() == 1


def test_escape_leaves_the_choice_as_it_was(page: Page):
    combo(page).focus()
    page.keyboard.type("ger")
    page.keyboard.press("Escape")
    assert combo(page).input_value() == ""
    assert page.locator("#id_country").evaluate("select => select.value") == ""


def test_what_fits_nothing_is_said_and_not_sent(page: Page):
    combo(page).fill("atlantis")
    assert page.locator("#id_country-list").inner_text() == "没有符合的选项"
    page.keyboard.press("Tab")
    assert page.locator("#id_country").evaluate("select => select.value") == ""


def test_the_error_summary_takes_the_focus_and_leads_into_the_field(page: Page):
    page.fill("#id_amount", "1e3")
    page.click("form.form button[type=submit]")
    page.wait_for_selector("[data-errors]")
    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")
    page.click(".errors a >> nth=0")
    assert page.evaluate("document.activeElement.id") == "id_amount"
    assert page.input_value("#id_amount") == "1e3"


def test_the_dark_display_is_remembered(page: Page):
    page.click("[data-theme-toggle]")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert page.locator("[data-theme-toggle]").get_attribute("aria-pressed") == "true"


def test_the_calendar_button_writes_the_day_as_it_is_shown_everywhere(page: Page):
    page.locator("#id_shipped_on ~ input[type=date]").evaluate(
        "picker => { picker.value = '2026-11-02'; picker.dispatchEvent(new Event('change')) }"
    )
    assert page.input_value("#id_shipped_on") == "2026-11-02"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("url", [KIT, "/signin/", "/nowhere/"])
def test_axe_finds_nothing_and_nothing_sticks_out(browser: Browser, live_server, theme, width, locale, url):
    context = browser.new_context(
        base_url=live_server.url,
        locale=locale,
        color_scheme=theme,
        bypass_csp=True,
        viewport={"width": width, "height": 900},
    )
    page = context.new_page()
    page.goto(url)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert [found["id"] for found in Axe().run(page).response["violations"]] == []
    context.close()


def test_the_page_works_without_scripts(browser: Browser, live_server):
    context = browser.new_context(base_url=live_server.url, locale="en-GB", java_script_enabled=False)
    page = context.new_page()
    page.goto(KIT)
    page.select_option("#id_country", "PE")
    page.fill("#id_amount", "1e3")
    page.click("form.form button[type=submit]")
    assert "what you typed is kept" in page.locator("[data-errors]").inner_text()
    assert page.locator("#id_country option[selected]").get_attribute("value") == "PE"
    context.close()
