"""S1 within one bank: an officer of another branch gets the same answer as for a thing that does not exist (FIN-3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from django.test import Client

from financing.amendments import services as amendments
from financing.models import CoverNotice
from financing.scopes import ALL_EXPORTS
from sinosure.accounts.models import User
from sinosure.documents.models import Document
from tests.factories.claims import a_loss_notice
from tests.factories.declarations import a_shipment
from tests.factories.financing import a_loan, an_active_agreement
from tests.factories.limits import a_limit
from tests.factories.people import actor, branch, organisation, user
from tests.financing.test_authorisations import a_grant
from tests.security.routes import Route, routes
from tests.security.test_every_route import concrete

pytestmark = pytest.mark.django_db
# paths of single things, and in `world` the name of the thing
PLACES = {
    "financing/agreements/<": "agreement", "financing/amendments/<": "terms", "financing/loans/new/<": "shipment",
    "financing/loans/<": "loan", "financing/notices/<": "notice", "financing/authorisations/<": "authorisation",
    "documents/<": "document", "policies/<": "policy", "limits/<": "limit", "declarations/<": "shipment", "claims/notices/<": "loss_notice",
    "api/v1/agreements/(": "agreement", "api/v1/agreement-versions/(": "terms", "api/v1/loans/(": "loan",
    "api/v1/cover-notices/(": "notice", "api/v1/authorisations/(": "authorisation", "api/v1/policies/(": "policy",
    "api/v1/limits/(": "limit", "api/v1/shipments/(": "shipment", "api/v1/loss-notices/(": "loss_notice",
}  # fmt: skip


@pytest.fixture
def world() -> dict[str, int]:
    """Everything of one insured firm whose agreement with Minhai is handled in Ningbo."""
    limit = a_limit()
    agreement = an_active_agreement(limit.policy, branch_id=branch("ningbo").pk)
    shipment = a_shipment(limit, financing_bank_id=organisation("minhai").pk)
    loan = a_loan(shipment)
    terms = amendments.propose(
        actor=actor("chen"), agreement_id=agreement.pk, reason="New account", given=ALL_EXPORTS, account_name="A",
        account_bank="B", account_no="6200000000001",
    )  # fmt: skip
    notice = CoverNotice.objects.get(shipment=shipment)
    lost = a_loss_notice(shipment)
    document = Document.objects.filter(subject_type="financing.covernotice").order_by("-pk")[0]
    return {
        "agreement": agreement.pk, "terms": terms.pk, "shipment": shipment.pk, "loan": loan.pk, "notice": notice.pk,
        "document": document.pk, "policy": limit.policy_id, "limit": limit.pk, "loss_notice": lost.pk,
        "authorisation": a_grant().pk,
    }  # fmt: skip


def of_things(world: dict[str, int]) -> Iterator[tuple[Route, int]]:
    for route in routes():
        place = next((name for prefix, name in PLACES.items() if route.path.replace("^", "").startswith(prefix)), "")
        if place:
            yield route, world[place]


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


def answers(client: Client, route: Route, pk: int | str, methods: Sequence[str]) -> list[int]:
    named = {"data": b"{}", "content_type": "application/json"} if route.is_api else {}
    return [client.generic(method.upper(), concrete(route, pk), **named).status_code for method in methods]  # type: ignore[arg-type]


def test_another_branch_finds_nothing_by_any_route_and_method(world):
    client, seen = client_of("yu"), 0
    for route, pk in of_things(world):
        methods = list(route.actions) or ["get", "post"]
        found, missing = answers(client, route, pk, methods), answers(client, route, "999999999", methods)
        assert found == missing, f"{route.path}: {found}, a missing one {missing}"
        assert set(found) <= {400, 403, 404, 405}, f"{route.path}: {found}"
        seen += 404 in found
    assert seen > 40


@pytest.mark.parametrize("name", ["fang", "li"])
def test_the_own_branch_and_head_office_find_it(world, name):
    """The control: the same things open for those whose they are."""
    client = client_of(name)
    opened = {route.path for route, pk in of_things(world) if 200 in answers(client, route, pk, ["get"])}
    assert len(opened) > 15, opened


def test_an_officer_who_moves_to_the_branch_finds_it_at_once(world):
    """And the rows that another branch cannot see are there: only its workplace keeps them from Yu."""
    client = client_of("yu")
    assert client.get(f"/financing/loans/{world['loan']}/").status_code == 404
    User.objects.filter(username="yu").update(branch=branch("ningbo"))
    assert client.get(f"/financing/loans/{world['loan']}/").status_code == 200


def test_lists_search_inbox_and_home_of_another_branch_name_nobody(world):
    client = client_of("yu")
    pages = (
        "/", "/financing/", "/financing/loans/", "/financing/agreements/", "/financing/notices/", "/policies/", "/limits/",
        "/declarations/", "/claims/notices/", "/documents/", "/messages/", "/financing/authorisations/", "/find/?q=INV",
        "/api/v1/loans/", "/api/v1/agreements/", "/api/v1/cover-notices/", "/api/v1/policies/", "/api/v1/shipments/",
        "/api/v1/limits/", "/api/v1/loss-notices/", "/api/v1/reminders/", "/api/v1/agreement-versions/",
    )  # fmt: skip
    for path in pages:
        answer = client.get(path, headers={"accept-language": "en"})
        assert answer.status_code == 200, path
        assert "Haituo" not in answer.content.decode(), path
        assert "INV-" not in answer.content.decode(), path
