"""小微企业信保易: who may buy which tier, what one payment does, renewal, and the caps (PRD-4, PRM-3, IND-12)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from declarations.models import DeclarationPeriod, PremiumNotice
from declarations.services.online import pay_online
from policies.endorsements import services as endorsements
from policies.endorsements.selectors import may_ask
from policies.micro import buying
from policies.micro.caps import draw_buyer_cap, release_buyer_cap
from policies.micro.selectors import threshold, tiers
from policies.models import BuyerPayout, LiabilityCounter, MicroCover, MicroThreshold, Policy, PolicyState
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.deadlines.models import Deadline
from sinosure.documents.models import Document, Signature
from sinosure.ledger.models import Account, Posting
from sinosure.reference.models import Office
from tests.factories.micro import a_bought_policy, a_micro_policy, an_order
from tests.factories.people import actor, user

pytestmark = pytest.mark.django_db


def refused(code: str, field: str, **order: object) -> None:
    with pytest.raises(DomainError) as error:
        buying.buy(actor=actor("wu"), order=an_order(**order))
    assert (error.value.code, error.value.field) == (code, field)
    assert not Policy.objects.exists()


def test_five_tiers_are_on_sale_with_the_caps_of_prd_4():
    assert [(int(tier.buyer_cap), int(tier.annual_cap)) for tier in tiers()] == [
        (30_000, 30_000), (50_000, 50_000), (80_000, 100_000), (100_000, 150_000), (150_000, 150_000)
    ]  # fmt: skip


def test_a_bought_policy_is_signed_with_number_paper_and_bill():
    policy = a_bought_policy(tier="T3", covers_unshipped=True)
    assert (policy.state, policy.number[:4]) == (PolicyState.SIGNED, "XBY-")
    assert (policy.ends_on - policy.starts_on).days in (364, 365)
    assert LiabilityCounter.objects.get(policy=policy).maximum == 100_000
    assert PremiumNotice.objects.get(policy=policy).payable == 1_008  # 840 + 168 for unshipped orders
    paper = Document.objects.of(policy).get(kind="policy.contract")
    assert paper.context["buyer_cap"] in ("80000", "80000.000", Decimal(80_000))
    assert Signature.objects.of(policy).get().signer_id == actor("wu").user_id


def test_cover_begins_when_the_one_payment_is_booked():
    policy = a_bought_policy()
    assert policy.state == PolicyState.SIGNED
    pay_online(actor=actor("wu"), notice_id=PremiumNotice.objects.get(policy=policy).pk)
    policy.refresh_from_db()
    assert (policy.state, policy.deposit_received) == (PolicyState.IN_FORCE, 1_200)  # P5: 1,000,000 × 0.12 %
    in_bank = Posting.objects.filter(account=Account.BANK, journal__policyholder_id=policy.policyholder_id)
    assert sum(row.amount for row in in_bank) == 1_200


def test_a_micro_policy_asks_for_no_declarations():
    policy = a_micro_policy()
    assert not DeclarationPeriod.objects.filter(policy=policy).exists()
    assert not Deadline.objects.filter(kind="DECLARATION").exists()


def test_nothing_is_paid_twice_and_a_clerk_cannot_buy():
    policy = a_micro_policy()
    with pytest.raises(DomainError, match="nothing_due"):
        pay_online(actor=actor("wu"), notice_id=PremiumNotice.objects.get(policy=policy).pk)
    with pytest.raises(NotAllowed):
        buying.buy(actor=actor("chen"), order=an_order())
    with pytest.raises(NotAllowed):
        buying.buy(actor=actor("zhou"), order=an_order())


def test_online_payment_is_closed_where_there_is_no_channel(settings):
    policy = a_bought_policy()
    settings.DEMO = False
    with pytest.raises(DomainError, match="channel_closed"):
        pay_online(actor=actor("wu"), notice_id=PremiumNotice.objects.get(policy=policy).pk)


def in_office(name_zh: str) -> Office:
    actor("wu")  # loads people and reference data
    office = Office.objects.get(name_zh=name_zh)
    Organisation.objects.filter(code="yunshan").update(office=office)
    return office


def test_an_exporter_above_the_threshold_is_told_at_the_field_what_to_buy_instead():
    in_office("云南分公司")
    refused("above_threshold", "exports_last_year", exports_last_year=Decimal("10000000.01"))


def test_an_exporter_at_the_threshold_may_buy():
    in_office("云南分公司")
    assert a_bought_policy(exports_last_year=Decimal(10_000_000)).number


def test_a_region_has_its_own_threshold():  # Ningbo 5 million [cixi], no row: the wording's 10 million
    ningbo = in_office("宁波分公司")
    tiers()
    assert (threshold(ningbo), threshold(None)) == (5_000_000, 10_000_000)
    refused("above_threshold", "exports_last_year", exports_last_year=Decimal(5_000_001))
    with pytest.raises(IntegrityError), transaction.atomic():
        MicroThreshold.objects.create(office=ningbo, valid_from=date(2026, 1, 1), amount=0, tag="D")


def test_wrong_answers_are_refused_at_their_field():
    refused("unknown_tier", "tier", tier="T9")
    refused("not_declared", "is_truthful", is_truthful=False)
    refused("must_be_positive", "exports_last_year", exports_last_year=Decimal(0))
    refused("uscc_differs", "uscc", uscc="91330200MA2AGXT410")


def test_a_second_policy_for_the_same_time_is_refused_by_rule_and_by_the_database():
    policy = a_micro_policy()
    with pytest.raises(DomainError) as error:
        buying.buy(actor=actor("wu"), order=an_order())
    assert error.value.code == "micro_held"
    other = Policy.objects.get(pk=policy.pk)
    other.pk, other.number, other.application_no = None, "XBY-X", "AP-X"
    other.save()
    cover = MicroCover.objects.get(policy=policy)
    cover.pk = other.pk
    with pytest.raises(IntegrityError, match="micro_cover_no_overlap"), transaction.atomic():
        cover.save(force_insert=True)


def test_the_database_knows_threshold_and_caps():
    policy = a_micro_policy()
    rows = MicroCover.objects.filter(policy=policy)
    for change in ({"exports_last_year": F("threshold") + 1}, {"buyer_cap": F("annual_cap") + 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)


def test_renewal_opens_sixty_days_before_the_end_at_any_tier_and_happens_once():
    policy = a_micro_policy(tier="T2")
    with pytest.raises(DomainError, match="renewal_not_open"):
        buying.renew(actor=actor("wu"), policy_id=policy.pk, order=an_order())
    with clock.frozen(policy.ends_on - timedelta(days=60)):
        new = buying.renew(actor=actor("wu"), policy_id=policy.pk, order=an_order(tier="T4"))
        assert (new.renewed_from_id, new.starts_on) == (policy.pk, policy.ends_on + timedelta(days=1))
        assert Deadline.objects.of(policy).get(kind="RENEWAL").state == "MET"
        assert MicroCover.objects.get(policy=new).buyer_cap == 100_000
        with pytest.raises(DomainError) as error:
            buying.renew(actor=actor("wu"), policy_id=policy.pk, order=an_order())
        assert error.value.code == "renewed_already"
        pay_online(actor=actor("wu"), notice_id=PremiumNotice.objects.get(policy=new).pk)
    new.refresh_from_db()
    assert new.state == PolicyState.SIGNED  # paid early; cover waits for its first day


def test_the_cap_for_one_buyer_is_drawn_and_given_back():  # cap 80,000: 50,000 + 30,000 fit, 0.01 more does not
    policy = a_micro_policy(tier="T3")
    for amount in ("50000", "30000"):
        draw_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=7, amount=Decimal(amount))
    with pytest.raises(DomainError, match="over_buyer_cap"):
        draw_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=7, amount=Decimal("0.01"))
    draw_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=8, amount=Decimal(80_000))
    release_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=7, amount=Decimal(30_000))
    assert BuyerPayout.objects.get(obligor_id=7).paid_total == 50_000
    with pytest.raises(DomainError, match="over_release"):
        release_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=7, amount=Decimal(50_001))


def test_the_database_refuses_more_than_the_cap():
    policy = a_micro_policy(tier="T1")
    draw_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=7, amount=Decimal(30_000))
    with pytest.raises(IntegrityError, match="buyer_paid_within_cap"), transaction.atomic():
        BuyerPayout.objects.update(paid_total=F("paid_total") + 1)


@pytest.mark.django_db(transaction=True)
def test_of_two_payments_at_once_only_one_fits_under_the_cap():
    """Cap 30,000, two payments of 20,000 at the same moment: the conditional UPDATE lets one through."""
    policy = a_micro_policy(tier="T1")
    draw_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=7, amount=Decimal(1))
    release_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=7, amount=Decimal(1))

    def draw() -> None:
        draw_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=7, amount=Decimal(20_000))

    assert sorted(_at_once(draw)) == ["ok", "over_buyer_cap"]
    assert BuyerPayout.objects.get(obligor_id=7).paid_total == 20_000


@pytest.mark.django_db(transaction=True)
def test_control_without_the_guard_both_payments_pass():
    """Read, compare, write back, with the CHECK dropped: both think that 20,000 fit, and 40,000 is paid under 30,000."""
    policy = a_micro_policy(tier="T1")
    draw_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=7, amount=Decimal(1))
    release_buyer_cap(actor=actor("yuan"), policy=policy, obligor_id=7, amount=Decimal(1))
    both_have_read = Barrier(2, timeout=10)

    def naive() -> None:
        counter = BuyerPayout.objects.get(obligor_id=7)
        assert counter.paid_total + 20_000 <= counter.cap
        both_have_read.wait()
        BuyerPayout.objects.filter(pk=counter.pk).update(paid_total=F("paid_total") + 20_000)

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE policies_buyerpayout DROP CONSTRAINT buyer_paid_within_cap")
    try:
        assert _at_once(naive) == ["ok", "ok"]
        assert BuyerPayout.objects.get(obligor_id=7).paid_total == 40_000
    finally:
        BuyerPayout.objects.update(paid_total=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE policies_buyerpayout ADD CONSTRAINT buyer_paid_within_cap"
                " CHECK (paid_total >= 0 AND paid_total <= cap)"
            )


def _at_once(deed) -> list[str]:
    def run() -> str:
        try:
            with transaction.atomic():
                deed()
        except DomainError as error:
            return error.code
        finally:
            connection.close()
        return "ok"

    with ThreadPoolExecutor(2) as pool:
        return [one.result() for one in [pool.submit(run), pool.submit(run)]]


def test_the_cover_of_the_year_is_not_endorsed():
    policy = a_micro_policy()
    with pytest.raises(DomainError, match="fixed_for_the_year"):
        endorsements.request(actor=actor("qian"), policy_id=policy.pk, wish="More", effective_from=clock.today())
    assert not may_ask(policy, actor("qian"))


def test_a_bank_does_not_find_the_product_of_small_exporters(client):
    client.force_login(user("li"))
    assert client.get("/policies/micro/").status_code == 404
    assert "/policies/micro/" not in client.get("/policies/").content.decode()
