"""The pages and the API of a platform: who sees what, and figures that tell of no single firm (PLT-6)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from policies import services as policies
from policies.models import MemberList, PlatformMember, Policy, PooledPlatform
from policies.pooled import issue, lists
from policies.pooled.figures import figures
from sinosure.accounts.actor import SYSTEM
from tests.factories.people import actor, organisation, user
from tests.factories.pooled import a_file, a_list, a_platform, a_published_list, issued, lines
from tests.journeys.people import Reader

pytestmark = pytest.mark.django_db


def an_issued_platform():
    """20 members: 7, 7 and 6 in three cities; two of one city were paid 1,000 each, six of another 500 each."""
    platform = a_platform(subsidy_mode="GOVERNMENT_PAYS")
    a_published_list(platform, 20)
    issued(platform)
    for city, firms, amount in (("南屏市", 2, 1_000), ("东浦市", 6, 500)):
        for member in PlatformMember.objects.filter(city=city).order_by("id")[:firms]:
            policies.draw_liability(actor=SYSTEM, policy_id=member.policy_id, amount=Decimal(amount))
    return platform


def test_a_sponsor_gets_no_figure_of_fewer_than_five_firms_and_the_staff_gets_all():
    platform = an_issued_platform()
    own, all_of_it = figures(platform, actor("shang")), figures(platform, actor("zhou"))
    paid = {line.name: line.paid.value for line in all_of_it.lines}
    assert (paid["南屏市"], paid["东浦市"], all_of_it.total.paid.value) == (2_000, 3_000, 5_000)
    told = {line.name: line.paid.value for line in own.lines}
    # with 5,000 and 3,000 told, 2,000 of two firms would be known: the six firms' cell goes too
    assert (told["南屏市"], told["东浦市"], told["临川市"], own.total.paid.value) == (None, None, 0, 5_000)
    assert own.total.firms.value == 20
    assert own.coverage == Decimal(20) / 40
    assert own.total.exports.value == sum(100_000 + 1_000 * n for n in range(1, 21))


def test_the_pages_of_a_sponsor_hold_its_own_platform_and_nobody_elses():
    platform = an_issued_platform()
    shang = Reader("shang")
    home = shang.open("/").content.decode()
    assert "50.0%" in home
    page = shang.open(f"/policies/pooled/{platform.pk}/").content.decode()
    assert "***" in page
    assert "5,000" in page
    members = shang.open(f"/policies/pooled/{platform.pk}/members/?q=云州企业7").content.decode()
    assert "云州企业7" in members
    assert "云州企业8" not in members
    assert "XBY-" in members
    assert shang.open(f"/policies/pooled/{platform.pk}/members/?export=csv").status_code == 200
    other = organisation("jiangwan")
    stranger = user("cai")
    stranger.organisation = _another_sponsor(other)
    stranger.save()
    client = Client()
    client.force_login(stranger)
    for path in ("", "members/", "issue/"):
        assert client.get(f"/policies/pooled/{platform.pk}/{path}").status_code in (404, 403)
    assert client.get(f"/api/v1/pooled-platforms/{platform.pk}/figures/").status_code == 404
    assert client.get("/api/v1/pooled-members/").json()["results"] == []


def _another_sponsor(row):
    row.pk, row.code, row.kind, row.bic, row._state.adding = None, "other", "SPONSOR", "", True
    row.save()
    return row


def test_a_list_is_handed_in_confirmed_and_published_by_page():
    platform = a_platform()
    shang = Reader("shang")
    client = shang.client
    answer = client.post(f"/policies/pooled/{platform.pk}/upload/", {"file": a_file(*lines(2), "bad,甲,,临川市,1")})
    found = MemberList.objects.get()
    assert answer.status_code == 302
    shown = shang.open(f"/policies/pooled/lists/{found.pk}/").content.decode()
    assert "甲" in shown
    refused = client.post(f"/policies/pooled/lists/{found.pk}/", {"csrfmiddlewaretoken": "x"})
    assert refused.status_code == 422
    client.post(f"/policies/pooled/lists/{found.pk}/", {"leave_out_bad": "on"})
    client.post(f"/policies/pooled/lists/{found.pk}/publish/")
    found.refresh_from_db()
    assert (found.state, found.members.count()) == ("PUBLISHED", 2)
    cai = Reader("cai")
    assert found.number in cai.open("/").content.decode()
    assert "1,008.00" in cai.open(f"/policies/pooled/lists/{found.pk}/subsidy/").content.decode()  # 2 × 504
    cai.client.post(f"/policies/pooled/lists/{found.pk}/subsidy/")
    found.refresh_from_db()
    assert found.subsidy_confirmed_at is not None


def test_an_underwriter_sets_a_platform_up_and_finance_books_its_subsidy_by_page():
    zhou, yuan = Reader("zhou"), Reader("yuan")
    sponsors = {code: organisation(code).pk for code in ("swj", "czj")}
    office = organisation("swj").office_id
    answer = zhou.client.post("/policies/pooled/new/", {
        "name_zh": "云州省统保平台", "name_en": "Yunzhou", "commerce": sponsors["swj"], "finance": sponsors["czj"],
        "office": office, "starts_on": str(a_platform().starts_on), "eligible_firms": "40", "product": "MICRO",
        "max_exports": "3,000,000", "tier": "T3", "subsidy_mode": "PERCENT", "subsidy_ratio": "60",
    })  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()[:3000]
    platform = PooledPlatform.objects.latest("id")
    zhou.client.post(f"/policies/pooled/{platform.pk}/open/")
    a_published_list(platform, 3)
    assert "840.00" in zhou.open(f"/policies/pooled/{platform.pk}/").content.decode()
    zhou.client.post(f"/policies/pooled/{platform.pk}/issue/")
    run = platform.runs.get()
    assert "0" in zhou.open(f"/policies/pooled/runs/{run.pk}/").content.decode()
    issue.work(run.pk)
    assert zhou.open(f"/policies/pooled/runs/{run.pk}/").status_code == 200
    path = f"/policies/pooled/{platform.pk}/subsidy/"
    wrong = yuan.client.post(path, {"amount": "1", "received_on": str(platform.starts_on), "reference": "CZ-9"})
    assert wrong.status_code == 422
    yuan.client.post(path, {"amount": "1,512.00", "received_on": str(platform.starts_on), "reference": "CZ-9"})
    assert platform.receipts.get().amount == 1_512  # 3 × 504
    assert zhou.open(f"/policies/{Policy.objects.latest('id').pk}/").status_code == 200


def test_a_sponsor_of_one_part_does_not_do_the_others():
    found = a_list(a_platform(), *lines(1))
    lists.confirm(actor=actor("shang"), list_id=found.pk)
    cai = Reader("cai")
    assert cai.client.post(f"/policies/pooled/lists/{found.pk}/publish/").status_code == 403
    found.refresh_from_db()
    assert found.state == "CONFIRMED"
