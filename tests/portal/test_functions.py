"""All functions: four blocks, each link leads to a page that its reader may open."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.factories.people import user

pytestmark = pytest.mark.django_db


def links(client: Client) -> list[str]:
    page = client.get("/functions/").content.decode()
    return re.findall(r'<li><a href="([^"#]+)[^"]*"><b>', page)


def test_each_reader_sees_what_opens_for_them():
    chen, guest = Client(), Client()
    chen.force_login(user("chen"), backend="django.contrib.auth.backends.ModelBackend")
    for client in (chen, guest):
        found = links(client)
        assert [path for path in found if client.get(path).status_code != 200] == []
    assert len(links(chen)) >= 22
    assert "/buyers/risk/" in links(guest)
    assert "/claims/" not in links(guest)
