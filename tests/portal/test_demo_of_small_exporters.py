"""The demo's small exporters: SME and micro with a paid claim each, and an application in the single window to resume."""

from __future__ import annotations

from datetime import date

import pytest

from claims.models import Claim, RecoveryReceipt
from declarations.models import PremiumNotice
from limits.levels import load_levels
from policies.models import Policy
from policies.single_window import selectors
from sinosure.core import clock
from sinosure.portal.demo.obligors import seed_obligors
from sinosure.portal.demo.people import seed_people
from sinosure.portal.demo.small_policies import seed_small_policies
from sinosure.portal.demo.timeline import Timeline
from sinosure.reference.seed.load import load_reference

pytestmark = pytest.mark.django_db


def test_sme_and_micro_are_paid_the_window_can_be_resumed_and_a_second_run_adds_nothing():
    """SME: 48,000 × 80 % = 38,400, premium 1,200,000 × 0.27 % × 80/90 = 2,880. Micro: 18,000 × 80 % = 14,400, T3 840."""
    with clock.frozen(date(2026, 6, 30)):
        load_reference()
        load_levels()
        seed_people()
        timeline = Timeline("x")
        seed_obligors(timeline.actor("cao"))
        seed_small_policies()
        for product, premium, paid in (("SME", 2_880, 38_400), ("MICRO", 840, 14_400)):
            policy = Policy.objects.get(product=product)
            notice = PremiumNotice.objects.filter(policy=policy).earliest("id")
            assert (notice.payable, notice.paid) == (premium, premium)
            assert Claim.objects.get(policy=policy).paid_total == paid
            assert RecoveryReceipt.objects.filter(case__claim__policy=policy).exists()
        owner = timeline.actor("xiaoman")
        unfinished = selectors.unfinished(owner)
        assert selectors.step_of(unfinished, owner) == "AUTH"  # identity is proved anew in every session
        assert [row.step for row in unfinished.steps.order_by("position")] == ["AUTH", "ENTRY", "CONFIRM", "SEAL"]
        seed_small_policies()
        assert Policy.objects.count() == 2
