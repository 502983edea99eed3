"""The SME policy by its pages: chosen, quoted with its turnover and one rate, printed without what it does not have."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from declarations.models import PremiumNotice
from policies.models import Policy
from sinosure.core import clock
from sinosure.documents.models import Document
from tests.factories.people import actor
from tests.factories.policies import an_sme_policy_in_force
from tests.journeys.people import Reader
from tests.policies.test_pages import typed_form

pytestmark = pytest.mark.django_db
DAY = date(2025, 1, 6)


def test_an_sme_policy_is_applied_for_quoted_and_signed_by_page():
    """2,000,000 × 0.27 % × 80/90 = 4,800.00, paid before cover begins."""
    with clock.frozen(DAY):
        chen, zhou = Reader("chen"), Reader("zhou")
        chen.fill(
            reverse("policies:policy-new"), product="SME", **typed_form(starts_on=DAY, expected_turnover="2,000,000")
        )
        policy = Policy.objects.get()
        assert (policy.product, policy.state) == ("SME", "SUBMITTED")
        home = reverse("policies:policy-detail", args=[policy.pk])
        zhou.act(home, "take")
        form = zhou.open(reverse("policies:policy-quote", args=[policy.pk])).context["form"]
        gone = {"declaration_mode", "covers_services", "discretionary_limit", "deposit_premium", "rate_basis"}
        assert not gone & set(form.fields)
        zhou.act(home, "quote", estimated_turnover="2,000,000", flat_rate_pct="0.27", minimum_premium="1,000")
        Reader("zhao").act(home, "accept", is_read="on")
        Reader("zhao").act(home, "sign", is_read="on")
        Reader("qian").act(home, "countersign", is_read="on")
    notice = PremiumNotice.objects.get()
    assert (notice.kind, notice.payable) == ("ANNUAL", Decimal(4_800))
    assert Policy.objects.get().number.startswith("SME-2025-")


def test_the_menu_has_limits_but_no_declarations():
    with clock.frozen(DAY):
        an_sme_policy_in_force(DAY)
        labels = [entry.url for entry in Reader("chen").open("/").wsgi_request.navigation]
    assert reverse("limits:list") in labels
    assert reverse("declarations:list") not in labels


def test_the_policy_prints_its_turnover_and_no_way_of_declaring():
    policy = an_sme_policy_in_force(DAY)
    context = Document.objects.of(policy).filter(kind="policy.contract").get().context
    assert Decimal(str(context["estimated_turnover"])) == Decimal(2_000_000)
    assert context["requires_declaration"] is False
    assert context["is_notice_optional"] is True
    assert actor("chen").organisation_id == policy.policyholder_id
