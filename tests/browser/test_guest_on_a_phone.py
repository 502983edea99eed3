"""A guest on a phone: from the academy to the light of a buyer and the page of its country, without signing in."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect

from credit_info import facts
from sinosure.core import clock
from tests.factories.obligors import a_buyer
from tests.factories.people import actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def test_a_guest_looks_up_a_buyer_and_reads_its_country(browser: Browser, live_server):
    cache.clear()
    buyer = a_buyer("Nordlicht Handels GmbH")
    facts.record(
        actor=actor("cao"), obligor_id=buyer.pk, kind="bankrupt", on=clock.today(), text="Filed in Kiel", source="Court"
    )  # fmt: skip
    phone = {"width": 390, "height": 844}
    page = browser.new_context(base_url=live_server.url, locale="en-GB", viewport=phone).new_page()
    page.goto("/academy/")
    assert fits(page)
    page.get_by_role("link", name="Check a risk").click()
    page.get_by_label("Company name, registration number or BIC").fill("nordlicht handel")
    page.get_by_role("button", name="Look up").click()
    expect(page.get_by_text("Red: think twice")).to_be_visible()
    expect(page.get_by_text("Bankrupt").first).to_be_visible()
    expect(page.get_by_text("Filed in Kiel")).to_have_count(0)  # the text behind it is for those signed in
    assert fits(page)
    page.goto("/buyers/countries/?q=germany")
    page.get_by_role("link", name="Germany · class A · Open").click()
    expect(page.get_by_role("heading", name="Germany", level=1)).to_be_visible()
    assert fits(page)
    page.context.close()
