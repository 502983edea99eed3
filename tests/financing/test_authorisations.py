"""定向授权: the exporter decides which indicators a bank reads; only coarse sums leave; every reading is kept."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from financing.authorisations import indicators, services
from financing.models import Authorisation, Indicator, Reading
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.notifications.models import Message
from tests.factories.declarations import a_shipment
from tests.factories.limits import a_limit
from tests.factories.obligors import a_buyer
from tests.factories.people import actor, organisation, user


@given(st.decimals(1, 10**12, places=2))
def test_a_band_holds_its_amount_and_is_never_narrower_than_double(amount: Decimal) -> None:
    low, high = indicators.band(amount)
    assert low <= amount < high
    assert high >= 2 * low


def test_figures_are_rounded_so_that_no_deal_can_be_told():
    """60 + 36 + 4: shares 60, 36 → 35, and 4 % goes to the others → 5. HHI 3600 + 1296 + 16 = 4912 → 4900."""
    values = {"DE": Decimal(60), "PL": Decimal(36), "VN": Decimal(4)}
    assert indicators.countries(values) == [["DE", 60], ["PL", 35], ["", 5]]
    assert indicators.buyers(values) == {"count": [2, 5], "top_five": 100, "concentration": 4900}
    assert indicators.scale(Decimal(430_000), Decimal(99), "USD")["limits"] == ["200000", "500000"]
    assert indicators.countries({}) == []


def a_grant(bank: str = "minhai", names: tuple[str, ...] = tuple(Indicator.values), days: int = 30) -> Authorisation:
    today = clock.today()
    return services.grant(
        actor=actor("zhao"), bank_id=organisation(bank).pk, names=names, valid_from=today,
        valid_until=today + timedelta(days=days),
    )  # fmt: skip


def client(name: str) -> Client:
    found = Client()
    found.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return found


pytestmark = pytest.mark.django_db


def test_the_bank_reads_what_was_granted_and_nothing_else():
    """Two buyers, 100,000 to Germany and 25,000 to Poland: 80 and 20 %; limits 200,000 twice: band 200,000 to 500,000."""
    german = a_limit(obligor=a_buyer(country="DE"))
    polish = a_limit(policy=german.policy, obligor=a_buyer(country="PL"))
    a_shipment(german)
    a_shipment(polish, amount=Decimal(25_000))
    row = a_grant(names=("SCALE", "COUNTRIES"))
    shown = services.read(actor=actor("li"), authorisation_id=row.pk).shown
    assert shown["COUNTRIES"] == [["DE", 80], ["PL", 20]]
    assert shown["SCALE"] == {"currency": "USD", "limits": ["200000", "500000"], "declared": ["100000", "200000"]}
    assert "BUYERS" not in shown
    assert german.obligor.name not in str(shown)


def test_before_after_and_once_revoked_nothing_is_read():
    a_limit()
    row = a_grant(days=10)
    services.read(actor=actor("li"), authorisation_id=row.pk)
    with clock.frozen(row.valid_until + timedelta(days=1)), pytest.raises(DomainError, match="not_authorised"):
        services.read(actor=actor("li"), authorisation_id=row.pk)
    services.revoke(actor=actor("zhao"), authorisation_id=row.pk)
    with pytest.raises(DomainError, match="not_authorised"):
        services.read(actor=actor("li"), authorisation_id=row.pk)
    assert Reading.objects.count() == 1
    kinds = Message.objects.filter(organisation__code="minhai").values_list("kind", flat=True)
    assert {"authorisation.granted", "authorisation.revoked"} <= set(kinds)


def test_another_bank_another_exporter_and_a_clerk_are_refused():
    a_limit()
    row = a_grant()
    with pytest.raises(Authorisation.DoesNotExist):
        services.read(actor=actor("kong"), authorisation_id=row.pk)
    with pytest.raises(Authorisation.DoesNotExist):
        services.revoke(actor=actor("wu"), authorisation_id=row.pk)
    for name in ("chen", "li", "zhou"):
        with pytest.raises(NotAllowed):
            services.revoke(actor=actor(name), authorisation_id=row.pk)
    assert {n: Authorisation.objects.visible_to(actor(n)).count() for n in ("chen", "li", "kong", "wu")} == {
        "chen": 1, "li": 1, "kong": 0, "wu": 0,
    }  # fmt: skip


def test_a_new_grant_takes_the_place_of_the_one_before():
    a_limit()
    first, second = a_grant(), a_grant()
    first.refresh_from_db()
    assert first.revoked_at is not None
    with pytest.raises(IntegrityError, match="authorisation_once"), transaction.atomic():
        Authorisation.objects.filter(pk=first.pk).update(revoked_at=None)
    assert second.revoked_at is None


@pytest.mark.parametrize(
    ("names", "first", "last", "code"),
    [((), 0, 10, "required"), (("SCALE",), -1, 10, "date_in_past"), (("SCALE",), 5, 4, "date_out_of_range"),
     (("SCALE",), 0, 367, "date_out_of_range")],
)  # fmt: skip
def test_a_wrong_grant_is_named_at_its_field(names, first, last, code):
    organisation("haituo")
    today = clock.today()
    with pytest.raises(DomainError, match=code):
        services.grant(
            actor=actor("zhao"), bank_id=organisation("minhai").pk, names=names,
            valid_from=today + timedelta(days=first), valid_until=today + timedelta(days=last),
        )  # fmt: skip


def test_a_reading_is_never_changed():
    a_limit()
    reading = services.read(actor=actor("li"), authorisation_id=a_grant().pk)
    with pytest.raises((InternalError, IntegrityError), match="append-only"), transaction.atomic():
        Reading.objects.filter(pk=reading.pk).update(shown={})


def test_granted_read_and_revoked_by_page():
    a_shipment(a_limit())
    today = clock.today()
    typed = {
        "bank": organisation("minhai").pk, "indicators": ["SCALE", "BUYERS", "COUNTRIES"], "valid_from": str(today),
        "valid_until": str(today + timedelta(days=30)),
    }  # fmt: skip
    page = client("zhao").post(reverse("financing:authorisation-new"), typed)["Location"]
    row = Authorisation.objects.get()
    client("li").post(reverse("financing:authorisation-read", args=[row.pk]))
    for name in ("zhao", "li", "zhou"):
        text = client(name).get(page, headers={"accept-language": "en"}).content.decode()
        assert "USD 100,000.00 – 200,000.00" in text
        assert row.number in client(name).get(reverse("financing:authorisation-list")).content.decode()
    assert client("zhao").get(reverse("financing:authorisation-revoke", args=[row.pk])).status_code == 200
    client("zhao").post(reverse("financing:authorisation-revoke", args=[row.pk]))
    assert client("li").post(reverse("financing:authorisation-read", args=[row.pk])).status_code == 403
    assert Reading.objects.count() == 1


def test_granted_read_and_revoked_by_api():
    a_shipment(a_limit())
    today, api = clock.today(), "/api/v1/authorisations/"
    body = {
        "bank": organisation("minhai").pk,
        "indicators": ["BUYERS"],
        "valid_from": str(today),
        "valid_until": str(today),
    }
    made = client("zhao").post(api, body, content_type="application/json")
    assert (made.status_code, made.json()["state"]) == (201, "VALID")
    address = f"{api}{made.json()['id']}/"
    assert client("li").post(f"{address}read/").json()["shown"]["BUYERS"]["count"] == [1, 2]
    assert len(client("zhao").get(f"{address}readings/").json()) == 1
    assert client("zhao").post(f"{address}revoke/").json()["state"] == "REVOKED"
    assert client("li").post(f"{address}read/").status_code == 403
    assert client("kong").post(f"{address}read/").status_code == 404
