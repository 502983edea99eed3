"""Webhooks (R7, R8): only public addresses are called, every call is signed, nothing is lost, nothing is hidden."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.server
import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.notifications.models import Outbox, OutboxState
from sinosure.notifications.webhooks import addresses, queueing, relay, services, signing
from sinosure.notifications.webhooks.models import WebhookEndpoint
from tests.factories.people import actor
from tests.journeys.people import Caller, Reader

NAMES: dict[str, list[list[str]]] = {}


def resolve(host: str, port: int) -> list[str]:
    """A name server of the test: the answers of a name in turn, the last one for ever; numbers are addresses."""
    answers = NAMES.get(host)
    if answers is None:
        is_number = ":" in host or host[0].isdigit()
        return addresses.ask_system(host, port) if is_number else []
    return answers.pop(0) if len(answers) > 1 else answers[0]


@pytest.fixture(autouse=True)
def _name_server(settings: Any) -> None:
    NAMES.clear()
    NAMES["hooks.example"] = [["93.184.216.34"]]
    settings.WEBHOOK_RESOLVER = f"{__name__}.resolve"


class Sink(http.server.ThreadingHTTPServer):
    """A receiver on this machine: answers with `statuses` in turn, keeps what it got."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Receiver)
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = [204]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook"


class Receiver(http.server.BaseHTTPRequestHandler):
    server: Sink

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        statuses = self.server.statuses
        status = statuses.pop(0) if len(statuses) > 1 else statuses[0]
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("location", self.server.url + "/elsewhere")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_args: Any) -> None:
        return


@pytest.fixture
def sink(settings: Any) -> Iterator[Sink]:
    settings.WEBHOOKS_TO_LOOPBACK = True
    server = Sink()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


# addresses

PRIVATE = (
    "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/", "https://0/", "https://10.0.0.8/",
    "https://172.16.3.4/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data", "https://100.64.0.1/",
    "https://[::1]/", "https://[::]/", "https://[fe80::1]/", "https://[fd00::1]/", "https://[::ffff:127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://224.0.0.1/", "https://255.255.255.255/",
)  # fmt: skip


@pytest.mark.parametrize("url", PRIVATE)
def test_an_address_inside_a_private_network_is_refused_in_any_spelling(url):
    with pytest.raises(DomainError) as caught:
        addresses.checked(url)
    assert caught.value.code == "private_address"


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/", "ftp://hooks.example/", "hooks.example", "https://", "https://a:b@hooks.example/",
        "https://hooks.example/#x", "https://hooks.example:99999/", "https://hooks.example/ x", "https://hooks.example\\@10.0.0.1/",
        "https://钩子.example/", "https://hooks.example/\r\nx", "https://hooks.example/" + "x" * 300, "https://[::1", "",
    ],
)  # fmt: skip
def test_what_is_no_whole_https_address_is_refused(url):
    with pytest.raises(DomainError) as caught:
        addresses.checked(url)
    assert caught.value.code == "bad_webhook_url"


def test_a_public_name_is_checked_and_one_private_answer_spoils_it():
    target = addresses.checked("https://hooks.example:8443/a?b=1")
    assert (target.ip, target.host, target.port, target.path) == ("93.184.216.34", "hooks.example", 8443, "/a?b=1")
    NAMES["mixed.example"] = [["93.184.216.34", "10.0.0.1"]]
    for url, code in (
        ("https://mixed.example/", "private_address"),
        ("https://nowhere.example/", "webhook_host_unknown"),
    ):
        with pytest.raises(DomainError) as caught:
            addresses.checked(url)
        assert caught.value.code == code


# signing


def test_a_call_is_recognisable_and_any_flipped_bit_or_old_moment_is_not():
    secret, body = b"s" * 32, b'{"type":"test"}'
    head = signing.headers(secret, "msg_7", 1_764_000_000, body)
    wanted = base64.b64encode(hmac.new(secret, b"msg_7.1764000000." + body, hashlib.sha256).digest()).decode()
    assert head["webhook-signature"] == f"v1,{wanted}"
    for bit in range(len(body) * 8):
        other = bytearray(body)
        other[bit // 8] ^= 1 << bit % 8
        assert signing.signature(secret, "msg_7", 1_764_000_000, bytes(other)) != head["webhook-signature"]
    for changed in (("msg_8", 1_764_000_000), ("msg_7", 1_764_000_001)):
        assert signing.signature(secret, *changed, body) != head["webhook-signature"]


def test_the_script_of_the_documents_accepts_a_call_once_and_refuses_stale_and_tampered_ones():
    text = (__import__("pathlib").Path(__file__).parents[2] / "docs" / "webhooks.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(text.split("```python\n")[1].split("```")[0], names)  # noqa: S102  our own document
    secret, body, now = signing.new_secret(), b'{"type":"test","data":{}}', 1_764_000_000
    head = signing.headers(secret, "msg_7", now, body)
    seen: set[str] = set()
    check = lambda b=body, at=now, h=head: names["verified"](signing.shown(secret), h, b, seen, at)  # noqa: E731
    assert check() == {"type": "test", "data": {}}
    for wrong in ({"b": body + b" "}, {"at": now + 301}, {"at": now - 301}, {"h": {**head, "webhook-id": "msg_8"}}, {}):
        with pytest.raises(ValueError, match=r"signature|old|seen"):
            check(**wrong)


# endpoints and calls


@pytest.mark.django_db
def test_only_who_holds_the_duty_sets_up_a_webhook_and_the_secret_is_not_stored_as_it_is():
    for name in ("chen", "zhou", "wei"):
        with pytest.raises(NotAllowed):
            services.add(actor=actor(name), url="https://hooks.example/")
    row = services.add(actor=actor("zhao"), url="https://hooks.example/")
    secret = signing.opened(row.secret)
    assert len(secret) == 32
    assert secret not in bytes(row.secret)
    with pytest.raises(DomainError) as caught:
        services.add(actor=actor("zhao"), url="https://hooks.example/")
    assert caught.value.code == "endpoint_known"


@pytest.mark.django_db
def test_the_database_keeps_an_endpoint_once_and_a_call_has_one():
    row = services.add(actor=actor("zhao"), url="https://hooks.example/")
    services.test(actor=actor("zhao"), endpoint_id=row.pk)
    row.pk = None
    with pytest.raises(IntegrityError, match="webhook_endpoint_once"), transaction.atomic():
        row.save(force_insert=True)
    with pytest.raises(IntegrityError, match="outbox_calls_have_an_endpoint"), transaction.atomic():
        Outbox.objects.update(endpoint=None)


@pytest.mark.django_db
def test_a_call_arrives_signed_and_retries_keep_its_id(sink):
    row = services.add(actor=actor("zhao"), url=sink.url)
    secret = signing.opened(row.secret)
    services.test(actor=actor("zhao"), endpoint_id=row.pk)
    sink.statuses = [500, 302, 204]
    for hours in (0, 1, 2):
        with clock.frozen(clock.now() + timedelta(hours=hours)):
            relay.relay()
    ids = {head["webhook-id"] for head, _body in sink.got}
    assert (len(sink.got), len(ids)) == (3, 1)  # the redirect led nowhere
    for head, body in sink.got:
        stamp = int(head["webhook-timestamp"])
        assert head["webhook-signature"] == signing.signature(secret, head["webhook-id"], stamp, body)
    assert json.loads(sink.got[-1][1])["type"] == "test"
    call = Outbox.objects.get(channel="webhook")
    assert (call.state, call.attempts, call.last_error) == (OutboxState.SENT, 3, "")


@pytest.mark.django_db
def test_a_name_that_turns_private_after_it_was_checked_is_not_called(sink, settings):
    settings.WEBHOOKS_TO_LOOPBACK = False
    NAMES["turning.example"] = [["93.184.216.34"], ["127.0.0.1"]]
    row = services.add(actor=actor("zhao"), url=f"https://turning.example:{sink.server_port}/hook")
    services.test(actor=actor("zhao"), endpoint_id=row.pk)
    assert relay.relay() == 0
    call = Outbox.objects.get(channel="webhook")
    assert (call.state, sink.got) == (OutboxState.WAITING, [])
    assert "private_address" in call.last_error
    NAMES["turning.example"] = [["127.0.0.1"]]  # the control: where it is allowed, the same name is called
    settings.WEBHOOKS_TO_LOOPBACK = True
    WebhookEndpoint.objects.update(url=f"http://turning.example:{sink.server_port}/hook")
    with clock.frozen(clock.now() + timedelta(hours=1)):
        assert relay.relay() == 1
    assert len(sink.got) == 1


@pytest.mark.django_db
def test_a_call_is_given_up_after_a_day_its_owner_sees_it_and_sends_it_again(sink):
    row = services.add(actor=actor("zhao"), url=sink.url)
    queueing.queue_for_endpoint("alarm.published", {"number": "ALM-1"}, "alarm:1", row.pk)
    queueing.queue_for_endpoint("alarm.published", {"number": "ALM-1"}, "alarm:1", row.pk)  # once
    sink.statuses = [503]
    relay.relay()
    with clock.frozen(clock.now() + timedelta(hours=25)):
        relay.relay()
    call = Outbox.objects.get(channel="webhook")
    assert (call.state, call.attempts, call.last_error) == (OutboxState.DEAD, 2, "answered 503")
    assert "answered 503" in Reader("wei").open(reverse("portal:operations")).content.decode()
    zhao, page = Reader("zhao"), reverse("notifications:webhook-detail", args=[row.pk])
    assert "answered 503" in zhao.open(page).content.decode()
    zhao.act(page, "again")
    sink.statuses = [200]
    assert relay.relay() == 1


@pytest.mark.django_db
def test_while_an_endpoint_fails_what_else_waits_for_it_rests(sink):
    row = services.add(actor=actor("zhao"), url=sink.url)
    for number in range(3):
        queueing.queue_for_endpoint("test", {}, f"test:{number}", row.pk)
    sink.statuses = [500]
    relay.relay()
    assert len(sink.got) == 1


@pytest.mark.django_db
def test_pages_show_the_secret_once_and_another_firm_sees_nothing():
    zhao = Reader("zhao")
    first = zhao.fill(reverse("notifications:webhook-new"), url="https://hooks.example/a").content.decode()
    row = WebhookEndpoint.objects.get()
    secret = signing.shown(signing.opened(row.secret))
    page = reverse("notifications:webhook-detail", args=[row.pk])
    assert secret in first
    assert secret not in zhao.open(page).content.decode()
    zhao.act(page, "secret")
    row.refresh_from_db()
    assert signing.shown(signing.opened(row.secret)) != secret
    wu = Reader("wu").client
    assert wu.get(page).status_code == 404
    assert wu.post(reverse("notifications:webhook-test", args=[row.pk])).status_code == 404
    answer = zhao.client.post(reverse("notifications:webhook-new"), {"url": "https://10.0.0.1/"})
    assert answer.status_code == 422
    zhao.act(page, "remove")
    assert zhao.client.get(page).status_code == 404


@pytest.mark.django_db
def test_the_api_gives_the_secret_once_even_to_a_repeated_request():
    zhao = Caller("zhao")
    body, head = {"url": "https://hooks.example/b"}, {**zhao.headers, "idempotency-key": "k"}
    first, again = (
        zhao.client.post("/api/v1/webhooks/", body, content_type="application/json", headers=head).json()
        for _ in range(2)
    )
    assert first["secret"].startswith("whsec_")
    assert again == {**first, "secret": None}
    zhao.post(f"webhooks/{first['id']}/test/")
    assert [call["state"] for call in zhao.get(f"webhooks/{first['id']}/calls/")] == ["WAITING"]
