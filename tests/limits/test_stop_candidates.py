"""A severe alarm asks the underwriters whether cover goes on; a suspended country stops it by itself (LIM-10)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from limits.candidates import selectors, services
from limits.candidates.models import StopCandidate
from limits.candidates.stake import Stake, at_stake
from limits.models import LimitStop
from sinosure.audit.models import AuditEntry
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.notifications.models import Message
from tests.factories.alarms import an_alarm
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.obligors import a_buyer
from tests.factories.people import actor
from tests.journeys.people import Caller, Reader

pytestmark = pytest.mark.django_db


def decide(deed: object, event: object, comment: str = "Insolvent.", name: str = "zhou") -> list[StopCandidate]:
    ids = list(StopCandidate.objects.filter(event=event).values_list("pk", flat=True))
    return deed(actor=actor(name), event_id=event.pk, candidate_ids=ids, comment=comment)  # type: ignore[operator,attr-defined]


def test_a_severe_alarm_asks_once_for_each_buyer_with_cover_and_says_what_is_at_stake():
    limit = a_limit()
    a_shipment(limit)  # 100,000 of the 200,000
    other = a_limit(policy=limit.policy, obligor=a_buyer(country="DE"))
    a_buyer(country="DE")  # no cover: nothing to ask
    an_alarm(limit.obligor)  # a warning does not ask
    event = an_alarm(country="DE", severity="SEVERE", kind="POLITICAL")
    services.on_event(event=event, actor=actor("cao"))  # once, whoever repeats it
    asked = StopCandidate.objects.filter(event=event)
    assert set(asked.values_list("obligor_id", flat=True)) == {limit.obligor_id, other.obligor_id}
    assert at_stake([limit.obligor_id]) == {
        limit.obligor_id: [Stake("USD", 1, Decimal(200_000), Decimal(100_000), 1, Decimal(100_000))]
    }
    assert selectors.open_count(actor("zhou")) == 2
    assert selectors.open_count(actor("he")) is None
    assert Message.objects.filter(kind="limit.stop_candidates", role="UNDERWRITER").count() == 1


def test_an_underwriter_stops_or_keeps_with_a_reason_and_once():
    limit = a_limit()
    event = an_alarm(limit.obligor, severity="SEVERE", kind="INSOLVENCY")
    with pytest.raises(NotAllowed):
        decide(services.stop, event, name="chen")
    with pytest.raises(DomainError, match="comment_required"):
        decide(services.keep, event, comment=" ")
    [row] = decide(services.stop, event)
    [stop] = LimitStop.objects.filter(limit=limit)
    limit.refresh_from_db()
    assert (limit.is_stopped, stop.reason, stop.source_id, stop.comment) == (
        True,
        "UNDERWRITER",
        event.pk,
        "Insolvent.",
    )
    assert (row.state, row.at_stake[0]["limit"]) == ("STOPPED", "200000.000")
    assert AuditEntry.objects.filter(action="stop_candidate.stop", subject_id=row.pk).exists()
    with pytest.raises(DomainError, match="wrong_state"):
        decide(services.keep, event)
    assert not StopCandidate.objects.filter(
        event=an_alarm(limit.obligor, severity="SEVERE")
    ).exists()  # stopped already


def test_a_candidate_of_another_alarm_is_not_decided_with_it():
    limit = a_limit()
    first, second = (an_alarm(limit.obligor, severity="SEVERE") for _ in range(2))
    ids = list(StopCandidate.objects.values_list("pk", flat=True))
    for chosen, code in ((ids, "unknown_candidate"), ([], "none_chosen")):
        with pytest.raises(DomainError, match=code):
            services.stop(actor=actor("zhou"), event_id=first.pk, candidate_ids=chosen, comment="x")
    assert second.stop_candidates.get().state == "OPEN"


def test_the_database_asks_once_and_keeps_no_decision_without_a_reason():
    limit = a_limit()
    event = an_alarm(limit.obligor, severity="SEVERE")
    row = StopCandidate.objects.get()
    with pytest.raises(IntegrityError, match="stop_candidate_decided_with_reason"), transaction.atomic():
        StopCandidate.objects.filter(pk=row.pk).update(state="STOPPED")
    row.pk = None
    with pytest.raises(IntegrityError, match="stop_candidate_once"), transaction.atomic():
        row.save(force_insert=True)
    decide(services.keep, event)  # the control: with a reason it is kept
    assert StopCandidate.objects.get().state == "KEPT"


def test_the_desk_decides_on_a_page_and_by_the_api():
    limit = a_limit()
    first, second = (an_alarm(limit.obligor, severity="SEVERE", title_en=title) for title in ("Raided", "Insolvent"))
    zhou = Reader("zhou")
    assert "Raided" in zhou.open(reverse("limits:candidate-list")).content.decode()
    page = reverse("limits:candidate-detail", args=[first.pk])
    candidate = first.stop_candidates.get()
    body = {"chosen": [candidate.pk], "decision": "keep", "comment": ""}
    assert zhou.client.post(page, body).status_code == 422
    answer = zhou.client.post(page, {**body, "comment": "A mix-up of names."}, follow=True)
    assert "A mix-up of names." in answer.content.decode()
    sun = Caller("sun")
    [waiting] = sun.get("stop-candidates/", state="OPEN")["results"]
    assert (waiting["event"], waiting["at_stake"][0]["limit"]) == (second.pk, "200000.000")
    assert sun.post(f"stop-candidates/{waiting['id']}/stop/", {"comment": "Insolvent."})["state"] == "STOPPED"
