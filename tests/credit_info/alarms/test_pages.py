"""资信报警器: the timeline, following and publishing by page and by API."""

from __future__ import annotations

import pytest
from django.urls import reverse

from credit_info.alarms import fan_out, publishing, selectors
from credit_info.models import RiskEvent
from tests.factories.alarms import a_new_event, an_alarm
from tests.factories.obligors import a_buyer
from tests.factories.people import actor
from tests.journeys.people import Caller, Reader

pytestmark = pytest.mark.django_db


def test_the_timeline_is_searched_by_the_three_dimensions():
    buyer = a_buyer("Nordwind GmbH")
    an_alarm(buyer, title_en="Warehouse burnt down")
    an_alarm(country="FR", title_en="Strike in the ports")
    publishing.publish(actor=actor("cao"), subject=("INDUSTRY", "20"), event=a_new_event(title_en="Lamp prices fall"))
    reader, url = Reader("chen"), reverse("credit_info:alarm-list")

    def shown(query: str) -> set[str]:
        text = reader.open(f"{url}?view=all&{query}").content.decode()
        return {one for one in ("Warehouse", "Strike", "Lamp prices") if one in text}

    assert shown("") == {"Warehouse", "Strike", "Lamp prices"}
    assert shown("dimension=INDUSTRY") == {"Lamp prices"}
    assert shown("country=DE") == {"Warehouse"}
    assert shown("section=20") == {"Lamp prices"}
    assert shown("q=nordwind") == {"Warehouse"}
    assert shown("severity=SEVERE") == set()


def test_a_buyer_is_followed_on_its_page_and_what_arrived_is_marked_as_read():
    buyer = a_buyer()
    chen, page = Reader("chen"), reverse("credit_info:obligor-detail", args=[buyer.pk])
    chen.act(page, "follow")
    an_alarm(buyer)
    fan_out.fan_out()
    listed = chen.open(reverse("credit_info:alarm-list")).content.decode()
    assert "Pays its suppliers late" in listed
    assert "Unread" in listed
    chen.act(reverse("credit_info:alarm-list"), "read")
    assert selectors.unread_count(actor("chen")) is None
    chen.act(page, "unfollow")
    assert "Pays its suppliers late" not in chen.open(reverse("credit_info:alarm-list")).content.decode()


def test_an_analyst_publishes_and_corrects_on_pages_and_the_text_is_markdown_without_html():
    buyer, cao = a_buyer(), Reader("cao")
    fields = {
        "dimension": "COMPANY", "company": buyer.code, "severity": "SEVERE", "kind_of_event": "INSOLVENCY", "happened_on": "2026-11-02",
        "title_zh": "进入破产程序", "title_en": "Insolvency opened", "text_en": "**Court** <script>x</script>", "source": "Court notice",
        "facts": "2026-11-02 Administrator appointed",
    }  # fmt: skip
    page = cao.fill(reverse("credit_info:alarm-new"), **fields).content.decode()
    assert "<strong>Court</strong>" in page
    assert "<script>x" not in page
    event = RiskEvent.objects.get()
    cao.fill(reverse("credit_info:alarm-correct", args=[event.pk]), severity="WARNING", title_en="Insolvency asked for")
    assert RiskEvent.objects.get(corrects=event).facts == event.facts


def test_the_api_does_what_the_pages_do():
    buyer = a_buyer()
    chen, cao = Caller("chen"), Caller("cao")
    chen.post("alarm-subscriptions/", {"kind": "COMPANY", "key": buyer.code, "by_email": False})
    assert [row["key"] for row in chen.get("alarm-subscriptions/")] == [buyer.code]
    told = {
        "dimension": "COMPANY", "key": buyer.code, "severity": "WARNING", "kind": "LEGAL", "happened_on": "2026-11-02",
        "title_zh": "诉讼", "title_en": "Sued", "source": "Court list", "facts": [{"on": "2026-11-02", "text": "Filed"}],
    }  # fmt: skip
    made = cao.post("alarms/", told)
    assert chen.get("alarms/", followed="1")["results"][0]["number"] == made["number"]
    corrected = {name: value for name, value in told.items() if name not in ("dimension", "key")}
    assert cao.post(f"alarms/{made['id']}/correct/", corrected)["corrects"] == made["number"]
    chen.post("alarm-subscriptions/unfollow/", {"kind": "COMPANY", "key": buyer.code})
    assert chen.get("alarm-subscriptions/") == []
    answer = chen.client.post(
        "/api/v1/alarm-subscriptions/",
        {"kind": "COUNTRY", "key": "XX"},
        content_type="application/json",
        headers=chen.headers,
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "unknown_subject")
