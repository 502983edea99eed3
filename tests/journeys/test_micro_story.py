"""The micro exporter by page and by API: three screens to buy, one page to claim."""

from __future__ import annotations

from datetime import timedelta

import pytest

from claims.models import Claim
from policies.models import Policy
from sinosure.core import clock
from tests.journeys.people import Reader

pytestmark = pytest.mark.django_db


def test_wu_buys_in_three_screens_and_claims_on_one_page():
    """Tier T5, 1,200 for the year; an invoice of 20,000 unpaid, 5,000 of it received: 15,000 claimed."""
    start = clock.today() - timedelta(days=120)
    with clock.frozen(start):
        wu = Reader("wu")
        assert "T5" in wu.open("/policies/micro/").content.decode()
        paying = wu.fill(
            "/policies/micro/buy/?tier=T5", tier="T5", exports_last_year="1,000,000", contact_name="Wu", contact_phone="0871",
            uscc="91530100MA6K3TF72M", is_truthful="on",
        )  # fmt: skip
        assert "1,200.00" in paying.content.decode()
        policy = Policy.objects.get()
        wu.fill(f"/declarations/premium/policies/{policy.pk}/pay/")
    policy.refresh_from_db()
    assert policy.state == "IN_FORCE"
    assert wu.open(f"/policies/{policy.pk}/").status_code == 200
    assert "/claims/direct/" in wu.open("/").content.decode()
    wu.fill(
        "/claims/direct/", name="Bac Ninh Mushroom Trading Co., Ltd.", country="VN", invoice_no="XG-1", currency="USD",
        amount="20,000", received="5,000", shipped_on=str(start + timedelta(days=10)), due_on=str(start + timedelta(days=70)),
        term="OA", cause="BUYER_DEFAULT", occurred_on=str(start + timedelta(days=70)), statement="No payment.",
        simplified="on",
    )  # fmt: skip
    claim = Claim.objects.get()
    assert (claim.state, claim.claimed, claim.is_simplified) == ("FILED", 15_000, True)
