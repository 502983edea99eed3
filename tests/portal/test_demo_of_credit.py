"""The demo's 信保贷: a line in every state, a declined firm with reasons; a second run adds nothing."""

from __future__ import annotations

from datetime import date

import pytest

from financing.microloan import selectors, showing
from financing.models import CreditLine, CreditState, Loan, RegionalScheme, SchemeCase
from limits.levels import load_levels
from sinosure.core import clock
from sinosure.portal.demo.credit import STORIES, seed_credit
from sinosure.portal.demo.obligors import seed_obligors
from sinosure.portal.demo.people import seed_people
from sinosure.portal.demo.schemes import seed_scheme
from sinosure.portal.demo.timeline import Timeline
from sinosure.reference.seed.load import load_reference

pytestmark = pytest.mark.django_db


def test_every_state_is_there_and_the_declined_firm_reads_why():
    """Drawn: 24,000 repaid, 25,600 and 14,400 open. Overdue: one invoice of 24,000 since 70 days, all that is open."""
    with clock.frozen(date(2026, 6, 30)):
        load_reference()
        load_levels()
        seed_people()
        seed_obligors(Timeline("x").actor("cao"))
        seed_credit()
        states = dict(CreditLine.objects.values_list("policyholder__code", "state"))
        assert states == {
            "zhusun": "ACTIVE", "taozi": "OFFERED", "xiangliao": "REFERRED", "wenju": "SIGNED", "diaoyu": "ACTIVE",
            "maotan": "DECLINED", "chahu": "DECLINED",
        }  # fmt: skip
        assert list(Loan.objects.order_by("id").values_list("principal", "repaid")) == [
            (24_000, 24_000), (25_600, 0), (14_400, 0)]  # fmt: skip
        maotan = CreditLine.objects.get(policyholder__code="maotan")
        assert maotan.barred[0] == "TOO_MUCH_OVERDUE"
        assert showing.barred(maotan)
        revoked = CreditLine.objects.get(policyholder__code="diaoyu")
        assert (selectors.standing_authorisation(revoked), revoked.state) == (None, CreditState.ACTIVE)
        count = CreditLine.objects.count()
        seed_credit()
        assert CreditLine.objects.count() == count < len(STORIES)
        seed_scheme()
        scheme = RegionalScheme.objects.get()
        assert (scheme.fund_balance, scheme.top_ups.filter(state="PROPOSED").count()) == (3_500_000, 1)
        line = CreditLine.objects.get(policyholder__code="cgongsi")  # C of the handbook: CNY 650,000 in three days
        assert (line.amount, line.state, (line.bank_signed_at - line.applied_at).days) == (650_000, "ACTIVE", 3)
        assert (SchemeCase.objects.get().loss, SchemeCase.objects.get().state) == (32_000, "REPORTED")
        seed_scheme()
        assert RegionalScheme.objects.count() == 1
