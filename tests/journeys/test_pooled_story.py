"""A sponsor lists, the insurer issues, a member pays its part, claims and is paid; by page and by API, the same figures.

T3 costs 840.00, of which the government pays 60 % = 504.00 and Yunshan 336.00. Invoice XG-1 of 100,000.00 is never paid:
100,000 × 80 % = 80,000.00, just within the cap of 80,000 for one buyer. Recovery 40,000 less 4,000 = 36,000, of which
36,000 × 80,000 / 100,000 = 28,800.00 are the insurer's.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from django.urls import reverse

from declarations.models import PremiumNotice
from policies.models import MemberList, Policy
from policies.pooled import issue
from policies.pooled.figures import figures
from tests.factories.micro import USCC
from tests.factories.people import actor, organisation
from tests.factories.pooled import a_file, a_platform, lines
from tests.journeys.people import Caller, Reader
from tests.journeys.small_story import MICRO_PEOPLE, MicroByApi, MicroByPage, SmallOutcome, tell_micro

pytestmark = pytest.mark.django_db
ROWS = (f"{USCC},云山农产品有限公司,Yunshan Farm Produce Co. Ltd.,临川市,900000", *lines(5))


class PooledByPage(MicroByPage):
    unshipped: dict[str, str] = {}

    def apply(self) -> None:
        """Shang lists, Cai confirms the subsidy, Zhou issues."""
        organisation("yunshan")
        self.platform = a_platform()
        home, shang = reverse("policies:pooled-detail", args=[self.platform.pk]), Reader("shang")
        shang.act(home, "upload", file=a_file(*ROWS))
        listed = reverse("policies:pooled-list-detail", args=[MemberList.objects.get().pk])
        shang.fill(listed)
        shang.act(listed, "publish")
        Reader("cai").act(listed, "subsidy")
        Reader("zhou").act(home, "issue")
        issue.work(self.platform.runs.get().pk)
        self.policy = reverse("policies:policy-detail", args=[Policy.objects.get(policyholder__uscc=USCC).pk])

    def pay_first(self) -> Decimal:
        page = self.who("chen").open(self.policy).content.decode()
        assert "504.00" in page
        assert "336.00" in page
        policy = Policy.objects.get(policyholder__uscc=USCC)
        self.who("chen").fill(reverse("declarations:policy-pay", args=[policy.pk]))
        return PremiumNotice.objects.get(policy=policy).paid


class PooledByApi(MicroByApi):
    unshipped: dict[str, str] = {}
    offer: dict[str, Any] = {}
    money = ("840.000", "504.000", "336.000")

    def __init__(self) -> None:
        self.who = cache(lambda name: Caller(MICRO_PEOPLE.get(name, name)))

    def apply(self) -> None:
        organisation("yunshan")
        self.platform = a_platform(**self.offer)
        shang = self.who("shang")
        made = shang.upload("pooled-lists/", platform=self.platform.pk, file=a_file(*ROWS))
        assert (made["rows_good"], made["rows_bad"]) == (6, 0)
        shang.post(f"pooled-lists/{made['id']}/confirm/")
        shang.post(f"pooled-lists/{made['id']}/publish/")
        self.who("cai").post(f"pooled-lists/{made['id']}/grant/")
        run = self.who("zhou").post(f"pooled-platforms/{self.platform.pk}/issue/")
        issue.work(run["id"])
        done = self.who("zhou").get(f"pooled-runs/{run['id']}/")
        assert (done["state"], done["issued"], done["refused"]) == ("DONE", 6, 0)
        member = next(one for one in shang.get("pooled-members/")["results"] if one["uscc"] == USCC)
        assert (member["gross"], member["subsidy"], member["payable"]) == self.money
        self.policy = Policy.objects.get(number=member["policy_number"]).pk

    def pay_first(self) -> Decimal:
        found = self.who("chen").get("premium-notices/")["results"][0]
        assert (found["gross"], found["subsidy"], found["payable"]) == self.money
        self.who("chen").post(f"premium-notices/{found['id']}/pay/")
        return Decimal(found["payable"])


class FreeOfCharge(PooledByApi):
    """The government pays all: the member receives its policy and has nothing to pay."""

    offer = {"subsidy_mode": "GOVERNMENT_PAYS"}
    money = ("840.000", "840.000", "0.000")

    def pay_first(self) -> Decimal:
        assert Policy.objects.get(pk=self.policy).state == "IN_FORCE"
        return Decimal(0)


@pytest.mark.parametrize("way", [PooledByPage, PooledByApi], ids=["by page", "by API"])
def test_a_member_from_the_sponsors_list_to_the_paid_claim_and_recovery(way: type[Any]) -> None:
    told = way()
    expected = SmallOutcome(
        Decimal(336), Decimal(80_000), "云山农产品有限公司", Decimal(80_000), Decimal(28_800), Decimal(7_200)
    )
    assert tell_micro(told) == expected
    assert figures(told.platform, actor("zhou")).total.paid.value == 80_000
    own = figures(told.platform, actor("shang"))
    assert own.total.paid.value is None  # of one firm
    assert (own.total.firms.value, own.coverage) == (6, Decimal(6) / 40)


def test_a_member_whose_premium_the_government_pays_is_paid_like_any_other():
    paid = tell_micro(FreeOfCharge())
    assert (paid.premium, paid.indemnity) == (Decimal(0), Decimal(80_000))
