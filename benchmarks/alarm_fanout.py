"""One alarm to 100,000 followers in 500 firms: inbox, e-mail and webhooks. A worker is killed inside its third page.

The clock runs from the first worker's first page until the next worker has finished. Beside it a loop that reaches each
follower in a transaction of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import Any

from django.db import connection, transaction

from benchmarks._database import database_url, own_database
from credit_info.alarms import fan_out
from credit_info.models import Delivery, RiskEvent, RiskSubject, Subscription
from sinosure.accounts.models import Organisation, User
from sinosure.accounts.roles import Kind
from sinosure.core import clock
from sinosure.notifications.models import Message, Outbox
from sinosure.notifications.webhooks import signing
from sinosure.notifications.webhooks.models import WebhookEndpoint
from tests.factories.alarms import an_alarm
from tests.factories.obligors import a_buyer

FOLLOWERS, FIRMS, HOOKED, SAMPLE = 100_000, 500, 50, 1_000
PEOPLE = """
    INSERT INTO accounts_user (password, username, email, name_zh, name_en, organisation_id, is_active, is_demo, language, date_joined)
    SELECT '!', 'f' || n, 'f' || n || '@firm.example', 'f' || n, 'f' || n, (%(firms)s::bigint[])[1 + n %% cardinality(%(firms)s)],
        true, false, 'zh-hans', now() FROM generate_series(1, %(count)s) n
"""
FOLLOW = """
    INSERT INTO credit_info_subscription (user_id, subject_id, is_followed, is_default, by_email, by_webhook, changed_at)
    SELECT id, %s, true, false, true, true, now() FROM accounts_user WHERE email <> ''
"""


def run(scale: float) -> dict[str, Any]:
    followers, batch = int(FOLLOWERS * scale), max(50, int(fan_out.BATCH * scale))
    with own_database("fanout"):
        buyer = a_buyer()
        an_alarm(buyer)
        fan_out.fan_out()
        subject = RiskSubject.objects.get(obligor=buyer)
        _fill(followers, subject)
        event = an_alarm(buyer, severity="SEVERE", title_en="Insolvency opened")
        seconds = _reached_with_a_kill(batch)
        loop = _one_by_one(subject, event, min(SAMPLE, followers))
        people = Delivery.objects.filter(event=event).count()
        messages = Message.objects.filter(subject_id=event.pk, kind="alarm.severe")
        mails = Outbox.objects.filter(kind="alarm.severe", channel="email").count()
        calls = Outbox.objects.filter(channel="webhook").count()
        distinct = messages.values("user").distinct().count()
        figures = {
            "followers": followers, "reached in s": round(seconds, 2), "reached per s": round(followers / seconds),
            "one by one per s": round(loop), "lost": followers - distinct,
            "doubled": messages.count() - distinct + abs(people - distinct) + abs(mails - distinct), "webhook calls": calls,
        }  # fmt: skip
    return {
        "name": "alarm_fanout",
        "figures": figures,
        "ratios": {"times one by one": round(followers / seconds / loop, 1)},
        "goals": {"reached in s": ("<=", 60), "lost": ("<=", 0), "doubled": ("<=", 0), "times one by one": (">=", 5)},
    }


def _fill(followers: int, subject: RiskSubject) -> None:
    firms = Organisation.objects.bulk_create(
        Organisation(kind=Kind.EXPORTER, code=f"firm{n}", name_zh=f"firm {n}", name_en=f"firm {n}")
        for n in range(FIRMS)
    )
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, {"firms": [firm.pk for firm in firms], "count": followers})
        cursor.execute(FOLLOW, [subject.pk])
        cursor.execute("VACUUM ANALYZE accounts_user, credit_info_subscription")
    someone = User.objects.filter(username="f1").get()
    secret = signing.sealed(signing.new_secret())
    WebhookEndpoint.objects.bulk_create(
        WebhookEndpoint(
            organisation=firm, url="https://hooks.example/", secret=secret, created_at=clock.now(), created_by=someone
        )
        for firm in firms[:HOOKED]
    )


def _reached_with_a_kill(batch: int) -> float:
    worker = subprocess.Popen(
        [sys.executable, "-m", "benchmarks._fanout_worker", str(batch)],
        env={**os.environ, "DATABASE_URL": database_url()}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert worker.stdout is not None
    began = float(worker.stdout.readline())
    assert worker.stdout.readline().strip() == "in the middle"
    worker.kill()
    worker.wait()
    while fan_out.fan_out(batch) == 0:  # the killed worker's lock falls with its connection
        time.sleep(0.01)
    return time.time() - began


def _one_by_one(subject: RiskSubject, event: RiskEvent, count: int) -> float:
    """Followers a second of a loop over model objects, with the same three rows each."""
    rows = Subscription.objects.filter(subject=subject).select_related("user")[:count]
    other = RiskEvent.objects.exclude(pk=event.pk).get()
    start = time.perf_counter()
    for row in rows:
        with transaction.atomic():
            if not row.is_followed or Delivery.objects.filter(event=other, user=row.user).exists():
                continue
            Delivery.objects.create(event=other, user=row.user, delivered_at=clock.now())
            message = Message.objects.create(
                organisation_id=row.user.organisation_id, user=row.user, kind="alarm.loop", subject_type="x", subject_id=other.pk,
                sent_at=clock.now(),
            )  # fmt: skip
            Outbox.objects.create(
                dedup=f"message:{message.pk}:{row.user_id}", recipient=row.user.email, kind="alarm.loop", created_at=clock.now(),
                next_try_at=clock.now(),
            )  # fmt: skip
    return count / (time.perf_counter() - start)
