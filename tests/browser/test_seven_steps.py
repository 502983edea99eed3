"""The seven steps clicked in Chromium by exporter, underwriter, claims officer, finance and bank, in Chinese and in English.

The same story as in tests/journeys, with real clicks; every page on the way is looked at once: no complaint of the browser
(scripts, content security policy, answers ≥ 500), nothing to be scrolled sideways on a phone. English runs in the dark display.
"""

from __future__ import annotations

import pytest

from tests.browser.clicking import Room
from tests.factories.people import organisation
from tests.journeys.by_page import ByPage
from tests.journeys.story import tell
from tests.journeys.test_seven_steps import as_it_must_end, expected

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("locale", "scheme"), [("zh-CN", "light"), ("en-GB", "dark")], ids=["Chinese", "English, dark"]
)
def test_the_seven_steps_are_clicked_by_five_roles(room: Room, locale: str, scheme: str) -> None:
    room.set_up(locale, scheme=scheme)
    to_bank = room.language == "en"
    outcome = tell(ByPage(room.seat, room.language), to_bank=to_bank)
    assert outcome == expected("闽海银行" if to_bank else organisation("haituo").name_zh)
    as_it_must_end()
