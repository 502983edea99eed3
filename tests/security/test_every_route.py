"""S1: every route × role. A route without a declared access fails; roles without the capability are refused."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from sinosure.accounts.access import PUBLIC, SIGNED_IN
from sinosure.accounts.roles import ALL_CAPABILITIES
from tests.factories.people import PEOPLE, WORKPLACES, actor, user
from tests.security.routes import Route, routes

MISSING = "999999999"
ONE_OF_EACH_ROLE = sorted(
    {(role, name in WORKPLACES): name for name, (_company, role, _tier) in PEOPLE.items()}.values()
)
STATIC_NAMES = {"static"}


def concrete(route: Route, pk: int | str = MISSING) -> str:
    """The path with one id, by default one that does not exist, in every placeholder."""
    path = re.sub(r"\(\?P<[^>]+>[^)]*\)", str(pk), route.path)
    path = re.sub(r"<(?:\w+:)?\w+>", str(pk), path)
    return "/" + path.replace("^", "").replace("$", "").replace("\\Z", "").replace("\\.", ".")


def declared(route: Route) -> list[str]:
    found = route.access
    return list(found.values()) if isinstance(found, dict) else [found]


def test_every_route_declares_who_may_open_it():
    assert [route.path for route in routes() if route.access is None] == []


def test_every_api_action_declares_who_may_do_it():
    missing = [
        f"{route.path} {action}"
        for route in routes()
        if isinstance(route.access, dict)
        for action in route.actions.values()
        if action not in route.access
    ]
    assert missing == []


def test_every_declared_capability_is_held_by_some_role():
    known = {PUBLIC, SIGNED_IN, *ALL_CAPABILITIES}
    assert [(route.path, name) for route in routes() for name in declared(route) if name not in known] == []


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in_everywhere_but_on_public_pages():
    client = Client()
    for route in routes():
        if route.access == PUBLIC or route.is_api:
            continue
        response = client.get(concrete(route))
        assert response.status_code == 302, route.path
        assert response["Location"].startswith("/signin/"), route.path


@pytest.mark.django_db
def test_a_stranger_gets_401_from_the_api():
    client = Client()
    for route in routes():
        if not route.is_api or route.access == PUBLIC:
            continue
        for method in route.actions or {"get": ""}:
            response = client.generic(method.upper(), concrete(route))
            assert response.status_code in (401, 403), f"{method} {route.path} {response.status_code}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ONE_OF_EACH_ROLE)
def test_a_role_without_the_capability_is_refused_and_with_it_a_missing_row_is_404(name):
    """403 without the duty; with it, an id that does not exist is 404, 405 or a page, never a 5xx."""
    client = Client()
    client.force_login(user(name))
    me = actor(name)
    for route in routes():
        if route.is_api or route.access in (PUBLIC, SIGNED_IN):
            continue
        response = client.get(concrete(route))
        if me.can(route.access):
            assert response.status_code in (200, 302, 404, 405, 409, 422), f"{route.path} {response.status_code}"
        else:
            assert response.status_code == 403, f"{route.path} {response.status_code}"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ONE_OF_EACH_ROLE)
def test_the_api_refuses_a_role_without_the_capability(name):
    client = Client()
    client.force_login(user(name))
    me = actor(name)
    for route in routes():
        if not route.is_api or not isinstance(route.access, dict):
            continue
        for method, action in route.actions.items():
            response = client.generic(method.upper(), concrete(route), data=b"{}", content_type="application/json")
            wanted = route.access[action]
            if wanted != SIGNED_IN and not me.can(wanted):
                assert response.status_code == 403, f"{method} {route.path} {response.status_code}"
            else:
                assert response.status_code < 500, f"{method} {route.path} {response.status_code}"
