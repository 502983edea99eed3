"""One run issues all policies, once each, and they are policies like any other (PLT-3, PLT-4, PLT-5, PRM-3)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from declarations.models import PremiumNotice
from declarations.services import book_payment
from policies.micro import buying
from policies.micro.selectors import buyer_cap
from policies.models import MicroCover, PlatformMember, Policy, PolicyState
from policies.pooled import issue, lists, money, platforms
from policies.pooled.selectors import is_pooled_member
from policies.tasks import issue_waiting
from sinosure.accounts.models import Organisation
from sinosure.audit.models import AuditEntry
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.deadlines.models import Deadline
from sinosure.documents.models import Document, Rendition
from sinosure.documents.services import rendition_of
from sinosure.ledger.models import Account, Posting
from sinosure.ledger.services import balance
from tests.factories.micro import an_order
from tests.factories.people import actor, organisation
from tests.factories.pooled import a_list, a_platform, a_published_list, a_region, an_offer, issued, lines

pytestmark = pytest.mark.django_db


def pay(policy: Policy, amount: str) -> Policy:
    notice = PremiumNotice.objects.get(policy=policy)
    book_payment(
        actor=actor("yuan"),
        notice_id=notice.pk,
        amount=Decimal(amount),
        received_on=clock.today(),
        reference=f"P{policy.pk}",
    )
    policy.refresh_from_db()
    return policy


def test_every_published_member_has_one_policy_with_all_that_belongs_to_it():
    platform = a_platform()
    a_published_list(platform, 12)
    run = issued(platform)
    assert (run.state, run.issued, run.refused, run.total) == ("DONE", 12, 0, 12)
    policies = list(Policy.objects.order_by("id"))
    assert [policy.number[-5:] for policy in policies] == [f"{n:05d}" for n in range(1, 13)]
    one = policies[0]
    assert (one.product, one.starts_on, one.ends_on) == ("MICRO", clock.today(), platform.ends_on)
    assert one.schedule.max_liability == one.liability.maximum == 100_000
    assert buyer_cap(one) == 80_000
    assert one.policyholder.name_zh == "云州企业1"
    kinds = Deadline.objects.of(one).open().values_list("kind", flat=True)
    assert set(kinds) == {"POLICY_EXPIRY", "RENEWAL"}
    assert Document.objects.of(one).get().kind == "pooled.certificate"
    assert not is_pooled_member(one.policyholder_id, clock.today())  # its own part of the premium is not paid


def test_the_invoice_ties_and_each_part_is_in_the_book():
    platform = a_platform()
    a_published_list(platform, 10)
    issued(platform)
    notice = PremiumNotice.objects.order_by("id").first()
    assert (notice.gross, notice.subsidy, notice.payable) == (840, 504, 336)
    assert balance(Account.PREMIUM_RECEIVABLE, "USD", subject=notice) == 336
    assert balance(Account.SUBSIDY_RECEIVABLE, "USD", subject=notice) == 504
    assert balance(Account.PREMIUM_INCOME, "USD", subject=notice) == -840
    assert balance(Account.PREMIUM_INCOME, "USD") == -8_400
    paper = Document.objects.of(notice).get().context
    assert [Decimal(paper[name]) for name in ("gross", "subsidy", "payable")] == [840, 504, 336]


def test_cover_begins_when_the_own_part_is_paid_and_the_subsidy_is_confirmed():
    platform = a_platform()
    found = a_published_list(platform, 10, grant=False)
    issued(platform)
    policy = pay(Policy.objects.order_by("id")[0], "336")
    assert policy.state == PolicyState.SIGNED  # the subsidy is still open
    lists.grant(actor=actor("cai"), list_id=found.pk)
    policy.refresh_from_db()
    assert (policy.state, policy.deposit_received) == (PolicyState.IN_FORCE, 840)
    assert is_pooled_member(policy.policyholder_id, clock.today())
    other = Policy.objects.order_by("id")[1]
    assert (other.state, other.deposit_received) == (PolicyState.SIGNED, 504)
    assert pay(other, "336").state == PolicyState.IN_FORCE


def test_where_the_government_pays_all_cover_begins_with_the_issue():
    platform = a_platform(subsidy_mode="GOVERNMENT_PAYS")
    a_published_list(platform, 5)
    issued(platform)
    assert set(Policy.objects.values_list("state", flat=True)) == {"IN_FORCE"}
    assert set(PremiumNotice.objects.values_list("payable", "state")) == {(Decimal(0), "PAID")}
    assert not Deadline.objects.filter(kind="PREMIUM_PAYMENT").exists()


def test_who_pays_first_gets_the_money_of_the_authority_back():
    platform = a_platform(subsidy_mode="PAY_THEN_REIMBURSE", subsidy_ratio=Decimal("0.5"))
    a_published_list(platform, 3)
    issued(platform)
    policy = Policy.objects.order_by("id")[0]
    assert (policy.state, PremiumNotice.objects.get(policy=policy).payable) == (PolicyState.SIGNED, 840)
    assert money.amount_due(platform).amount == 0  # nobody has paid yet
    assert pay(policy, "840").state == PolicyState.IN_FORCE
    assert money.amount_due(platform).amount == 420
    receipt = money.book(
        actor=actor("yuan"), platform_id=platform.pk, amount=Decimal(420), received_on=clock.today(), reference="CZ-1"
    )
    assert (receipt.members, balance(Account.DUE_TO_INSURED, "USD")) == (1, 0)
    assert balance(Account.BANK, "USD") == 840
    rows = Posting.objects.filter(account=Account.DUE_TO_INSURED).order_by("id").values_list("amount", flat=True)
    assert list(rows) == [-420, 420]


def test_the_money_of_the_authority_is_booked_once_and_to_the_cent():
    platform = a_platform()
    a_published_list(platform, 10)
    issued(platform)
    named = {"actor": actor("yuan"), "platform_id": platform.pk, "received_on": clock.today()}
    for amount, reference, code in (
        ("5039.99", "A", "amount_differs"),
        ("5040", "A", ""),
        ("5040", "B", "nothing_due"),
    ):
        if not code:
            money.book(**named, amount=Decimal(amount), reference=reference)
            continue
        with pytest.raises(DomainError) as error:
            money.book(**named, amount=Decimal(amount), reference=reference)
        assert error.value.code == code
    assert (balance(Account.SUBSIDY_RECEIVABLE, "USD"), balance(Account.BANK, "USD")) == (0, 5_040)


def test_a_run_that_dies_in_the_middle_goes_on_and_nobody_is_insured_twice(monkeypatch):
    platform = a_platform()
    a_published_list(platform, 10)
    run = issue.ask(actor=actor("zhou"), platform_id=platform.pk)
    monkeypatch.setattr(issue, "SET", 4)
    real, calls = issue._issue, []

    def dies_in_the_second_set(*args):
        calls.append(1)
        real(*args)
        if len(calls) == 2:
            raise SystemExit

    monkeypatch.setattr(issue, "_issue", dies_in_the_second_set)
    with pytest.raises(SystemExit):
        issue.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.issued, Policy.objects.count()) == ("RUNNING", 4, 4)
    monkeypatch.setattr(issue, "_issue", real)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        assert issue_waiting() == 1
    run.refresh_from_db()
    assert (run.state, run.issued) == ("DONE", 10)
    holders = Policy.objects.values_list("policyholder_id", flat=True)
    assert len(holders) == len(set(holders)) == 10
    assert PlatformMember.objects.filter(state="ISSUED", policy__isnull=False).count() == 10


def test_a_second_run_has_no_effect():
    platform = a_platform()
    a_published_list(platform, 5)
    run = issued(platform)
    before = (Policy.objects.count(), Posting.objects.count(), Document.objects.count(), AuditEntry.objects.count())
    assert issue.work(run.pk) == "nothing to do"
    with pytest.raises(DomainError) as error:
        issue.ask(actor=actor("zhou"), platform_id=platform.pk)
    assert error.value.code == "nothing_to_issue"
    assert before == (
        Policy.objects.count(),
        Posting.objects.count(),
        Document.objects.count(),
        AuditEntry.objects.count(),
    )


def test_one_row_of_the_trail_stands_for_a_set_with_its_digest():
    platform = a_platform()
    a_published_list(platform, 5)
    run = issued(platform)
    row = AuditEntry.objects.get(action="pooled.issued")
    assert (row.detail["policies"], len(row.detail["digest"])) == (5, 64)
    assert row.detail["digest"] == run.digest  # one set: the run's digest is the set's


def test_the_work_for_a_set_does_not_grow_with_its_members():
    platform = a_platform()
    a_published_list(platform, 30)
    a_published_list(platform, 3, first=100)
    run = issue.ask(actor=actor("zhou"), platform_id=platform.pk)
    issue._begin(run.pk)
    counts = []
    for size in (30, 3):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            issue.issue_set(run.pk, size)
        counts.append(len(queries))
    assert abs(counts[0] - counts[1]) <= 3, counts


def test_who_was_insured_on_its_own_in_the_meantime_is_refused_with_the_reason():
    platform = a_platform()
    yunshan = organisation("yunshan")
    found = a_list(platform, *lines(2), f"{yunshan.uscc},云山农产品有限公司,,临川市,900000")
    lists.confirm(actor=actor("shang"), list_id=found.pk)
    lists.publish(actor=actor("shang"), list_id=found.pk)
    buying.buy(actor=actor("wu"), order=an_order())
    run = issued(platform)
    assert (run.issued, run.refused) == (2, 1)
    member = PlatformMember.objects.get(uscc=yunshan.uscc)
    assert (member.state, member.reason, member.policy) == ("REFUSED", "insured_already", None)
    assert MicroCover.objects.filter(policyholder=yunshan).count() == 1


def test_a_member_cannot_buy_a_micro_policy_beside_the_pooled_one():
    platform = a_platform()
    yunshan = organisation("yunshan")
    found = a_list(platform, f"{yunshan.uscc},云山农产品有限公司,,临川市,900000")
    lists.confirm(actor=actor("shang"), list_id=found.pk)
    lists.publish(actor=actor("shang"), list_id=found.pk)
    issued(platform)
    assert Organisation.objects.filter(uscc=yunshan.uscc).count() == 1
    with pytest.raises(DomainError) as error:
        buying.buy(actor=actor("wu"), order=an_order())
    assert error.value.code == "micro_held"


def test_a_late_joiner_is_covered_from_the_day_of_issue_to_the_common_expiry():
    start = clock.today()
    platform = a_platform()
    a_published_list(platform, 5)
    issued(platform)
    with clock.frozen(start + timedelta(days=200)):
        a_published_list(platform, 1, first=50)
        assert issued(platform).issued == 1
    late = Policy.objects.order_by("-id")[0]
    assert (late.starts_on, late.ends_on) == (start + timedelta(days=200), platform.ends_on)


def test_a_platform_that_begins_later_issues_policies_that_begin_with_it():
    start = clock.today() + timedelta(days=10)
    platform = a_platform_of(start)
    a_published_list(platform, 2)
    issued(platform)
    policy = Policy.objects.order_by("id")[0]
    assert (policy.starts_on, policy.state) == (start, PolicyState.SIGNED)
    assert Deadline.objects.of(policy).open().filter(kind="POLICY_START").exists()


def a_platform_of(start):
    made = platforms.create(
        actor=actor("zhou"), region=a_region(starts_on=start), offer=an_offer(subsidy_mode="GOVERNMENT_PAYS")
    )
    return platforms.open_for_lists(actor=actor("zhou"), platform_id=made.pk)


def test_an_sme_platform_charges_the_rate_on_the_exports_of_the_year_before():
    """1,000,000 × 0.27 % × 80/90 = 2,400.00; the government pays half."""
    platform = a_platform(
        product="SME",
        tier="",
        max_liability=Decimal(500_000),
        subsidy_ratio=Decimal("0.5"),
        flat_rate_pct=Decimal("0.27"),
    )
    found = a_list(platform, f"{lines(1)[0].rsplit(',', 1)[0]},1000000")
    lists.confirm(actor=actor("shang"), list_id=found.pk)
    lists.publish(actor=actor("shang"), list_id=found.pk)
    issued(platform)
    policy = Policy.objects.get()
    assert (policy.number[:4], policy.schedule.estimated_turnover, policy.schedule.deposit_premium) == (
        "SME-",
        1_000_000,
        2_400,
    )
    notice = PremiumNotice.objects.get()
    assert (notice.gross, notice.subsidy, notice.payable) == (2_400, 1_200, 1_200)


def test_the_certificate_is_printed_when_it_is_first_opened():
    platform = a_platform()
    a_published_list(platform, 2)
    issued(platform)
    assert not Rendition.objects.exists()
    paper = Document.objects.filter(kind="pooled.certificate").order_by("id").first()
    first = rendition_of(paper)
    assert len(first.sha256) == 64
    assert rendition_of(paper).sha256 == first.sha256
    assert Rendition.objects.count() == 1
