"""The demo's banks as insureds: a bank policy and a forfaiting policy, each with something overdue and a paid claim."""

from __future__ import annotations

from datetime import date

import pytest

from claims.models import Claim
from declarations.models import Shipment
from limits.levels import load_levels
from policies.models import Policy
from sinosure.accounts.models import User
from sinosure.core import clock
from sinosure.portal.demo.bank_policies import seed_bank_policies
from sinosure.portal.demo.banks import CREDITS
from sinosure.portal.demo.obligors import seed_obligors
from sinosure.portal.demo.people import seed_people
from sinosure.portal.demo.timeline import Timeline
from sinosure.reference.seed.load import load_reference

pytestmark = pytest.mark.django_db


def test_minhai_has_two_branches_each_with_an_officer_and_an_approver():
    load_reference()
    seed_people()
    for code in ("ningbo", "fuzhou"):
        roles = User.objects.filter(organisation__code="minhai", branch__code=code).values_list(
            "grants__role", flat=True
        )
        assert set(roles) == {"BANK_OFFICER", "BANK_APPROVER"}
    assert User.objects.get(username="li").branch is None
    assert {credit.branch for credit in CREDITS.values() if credit.bank == "minhai"} == {"", "ningbo", "fuzhou"}


def test_both_banks_have_a_policy_with_claims_and_a_second_run_adds_nothing():
    with clock.frozen(date(2026, 6, 30)):
        load_reference()
        load_levels()
        seed_people()
        seed_obligors(Timeline("x").actor("cao"))
        seed_bank_policies()
        for product in ("BANK", "FORFAITING"):
            rows = Shipment.objects.filter(policy__product=product)
            assert rows.exclude(seller="").count() > 5
            assert rows.overdue(clock.today()).exists()
            assert Claim.objects.get(policy__product=product).paid_total > 0
        seed_bank_policies()
        assert Policy.objects.count() == 2
