"""A limit application: the buyer is found by keyboard as one types, and read out by name."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, expect

from tests.factories.obligors import a_buyer
from tests.factories.policies import a_policy_in_force
from tests.journeys.people import Reader

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_buyer_is_found_and_chosen_by_keyboard(browser: Browser, live_server) -> None:
    a_policy_in_force()
    buyer = a_buyer("Weber Handel GmbH")
    cookie = Reader("chen").client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport={"width": 390, "height": 844})
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
    page = context.new_page()
    page.goto("/limits/applications/new/")
    box = page.get_by_role("combobox", name="买方（信用证项下为开证行）").or_(page.locator("#id_obligor-combo")).first
    box.focus()
    page.keyboard.type("webr handel")  # a letter is missing
    option = page.get_by_role("option", name=f"Weber Handel GmbH · {buyer.code}")
    expect(option).to_be_visible()
    assert page.locator("label[for=id_obligor-combo]").count() == 1
    assert page.locator("#id_obligor-find").count() == 0
    page.keyboard.press("Enter")
    assert page.locator("#id_obligor").evaluate("select => select.value") == str(buyer.pk)
    assert box.input_value().startswith("Weber Handel GmbH")
    assert Axe().run(page).response["violations"] == []
    context.close()
