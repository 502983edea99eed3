"""An exporter follows a buyer, an analyst publishes a severe alarm, it arrives once, an underwriter stops cover."""

from __future__ import annotations

from typing import Any, Protocol

import pytest
from django.urls import reverse

from credit_info.alarms.fan_out import fan_out
from credit_info.models import Obligor, RiskEvent
from limits.candidates.models import StopCandidate
from sinosure.accounts.models import User
from sinosure.notifications.models import Outbox
from tests.factories.limits import a_limit
from tests.journeys.people import Caller, Reader

pytestmark = pytest.mark.django_db
TOLD = {
    "severity": "SEVERE",
    "happened_on": "2026-11-02",
    "title_zh": "进入破产程序",
    "title_en": "Insolvency opened",
    "source": "Court",
}


class Way(Protocol):
    def follow(self, buyer: Obligor) -> None: ...
    def publish(self, buyer: Obligor) -> None: ...
    def told(self) -> str: ...
    def stop(self, event: RiskEvent) -> None: ...


class ByPage:
    def follow(self, buyer: Obligor) -> None:
        self.chen = Reader("chen")
        self.chen.act(
            reverse("credit_info:obligor-detail", args=[buyer.pk]), "unfollow"
        )  # a limit made Chen a follower
        self.chen.act(reverse("credit_info:obligor-detail", args=[buyer.pk]), "follow")

    def publish(self, buyer: Obligor) -> None:
        fields = {**TOLD, "dimension": "COMPANY", "company": buyer.code, "kind_of_event": "INSOLVENCY"}
        Reader("cao").fill(reverse("credit_info:alarm-new"), **fields)

    def told(self) -> str:
        return str(self.chen.open(reverse("notifications:inbox")).content.decode())

    def stop(self, event: RiskEvent) -> None:
        zhou, page = Reader("zhou"), reverse("limits:candidate-detail", args=[event.pk])
        assert "200,000" in zhou.open(page).content.decode()
        [row] = event.stop_candidates.all()
        zhou.client.post(page, {"chosen": row.pk, "decision": "stop", "comment": "Insolvent."})


class ByApi:
    def follow(self, buyer: Obligor) -> None:
        self.chen = Caller("chen")
        self.chen.post("alarm-subscriptions/", {"kind": "COMPANY", "key": buyer.code})

    def publish(self, buyer: Obligor) -> None:
        Caller("cao").post("alarms/", {**TOLD, "dimension": "COMPANY", "key": buyer.code, "kind": "INSOLVENCY"})

    def told(self) -> str:
        return str(self.chen.get("alarms/", followed="1")["results"][0]["title_en"])

    def stop(self, event: RiskEvent) -> None:
        zhou = Caller("zhou")
        [row] = zhou.get("stop-candidates/", state="OPEN")["results"]
        zhou.post(f"stop-candidates/{row['id']}/stop/", {"comment": "Insolvent."})


@pytest.mark.parametrize("way", [ByPage, ByApi], ids=["by page", "by API"])
def test_from_following_a_buyer_to_stopped_cover(way: type[Any]) -> None:
    limit, story = a_limit(), way()
    story.follow(limit.obligor)
    User.objects.filter(username="chen").update(email="chen@haituo.example")
    story.publish(limit.obligor)
    for _ in range(2):
        fan_out()
    event = RiskEvent.objects.get()
    assert "Insolvency opened" in story.told()
    assert event.deliveries.filter(user__username="chen").count() == 1
    assert Outbox.objects.filter(kind="alarm.severe", recipient="chen@haituo.example").count() == 1
    story.stop(event)
    limit.refresh_from_db()
    assert limit.is_stopped
    assert StopCandidate.objects.get().state == "STOPPED"
