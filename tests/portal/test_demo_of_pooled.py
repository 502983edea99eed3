"""The demo's pooled platform: 300 members and those who joined late, refused rows with their reasons."""

from __future__ import annotations

from datetime import date

import pytest

from claims.models import Claim
from declarations.models import Shipment
from limits.levels import load_levels
from policies.models import MemberList, PlatformMember, Policy, PooledPlatform
from policies.pooled.figures import figures
from policies.pooled.pages import home
from sinosure.core import clock
from sinosure.portal.demo.obligors import seed_obligors
from sinosure.portal.demo.people import seed_people
from sinosure.portal.demo.pooled import LATE, MEMBERS, seed_pooled
from sinosure.portal.demo.timeline import Timeline
from sinosure.reference.seed.load import load_reference
from tests.factories.pooled import a_bare_platform

pytestmark = pytest.mark.django_db


def test_the_platform_has_its_year_behind_it_and_a_second_seeding_adds_nothing():
    with clock.frozen(date(2026, 6, 30)):
        load_reference()
        load_levels()
        seed_people()
        timeline = Timeline("x")
        seed_obligors(timeline.actor("cao"))
        other = a_bare_platform()  # as the regional scheme has one
        seed_pooled()
        platform = PooledPlatform.objects.exclude(pk=other.pk).get()
        assert PlatformMember.objects.filter(state="ISSUED").count() == MEMBERS + LATE
        late = Policy.objects.filter(starts_on__gt=platform.starts_on)
        assert (late.count(), set(late.values_list("ends_on", flat=True))) == (LATE, {platform.ends_on})
        first, _late, waiting = MemberList.objects.order_by("id")
        codes = set(first.rows.exclude(code="").values_list("code", flat=True))
        assert codes == {"uscc_check", "duplicate_in_file", "above_threshold", "no_exports", "bad_number", "required"}
        assert (waiting.state, waiting.rows_bad) == ("READY", 2)
        shang = timeline.actor("shang")
        found = figures(platform, shang)
        assert found.total.firms.value == MEMBERS + LATE
        # (12,000 + 9,000 + 15,000 + 10,500 + 8,500) × 80 %, of five firms in one city: few enough to be told
        assert {line.name: line.paid.value for line in found.lines if line.paid.value} == {"临川市": 44_000}
        assert found.total.paid.value == 44_000
        assert sorted(Claim.objects.values_list("state", flat=True).distinct()) == ["LOSS_ADJUSTMENT", "SUBROGATED"]
        assert set(Shipment.objects.values_list("state", flat=True)) == {"BOOKED"}  # no paper stands under two insured
        hidden = {line.name for line in found.lines if line.firms.is_hidden}
        assert len(hidden) == 2  # the city of three firms, and the one that would give it away
        tiles, todos = home(shang)
        assert (len(tiles), [todo.title for todo in todos]) == (5, [waiting.number])
        assert platform.receipts.get().amount == 300 * 840
        seed_pooled()
        assert PooledPlatform.objects.count() == 2
