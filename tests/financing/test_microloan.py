"""信保贷 through its services: apply, offer, sign, draw, repay, and what is refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from declarations.models import Shipment
from financing import services as financing
from financing.microloan import authorising, drawing, selectors, services, showing
from financing.microloan.letters import CONTRACT
from financing.models import CreditLine, CreditState, Drawdown, FinancedInvoice, FinancingEntry, Loan, LoanState
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.documents.models import Document, Signature
from sinosure.notifications.models import Message
from sinosure.reference.services import rate_per_usd
from tests.factories.declarations import a_receipt
from tests.factories.financing import an_active_agreement
from tests.factories.micro import a_direct_claim
from tests.factories.microloan import (
    a_drawn_loan,
    a_product,
    a_referred_application,
    a_signed_line,
    an_active_line,
    an_applicant,
    an_application,
    an_invoice_to_draw_on,
    an_offer_by_the_bank,
)
from tests.factories.people import actor, organisation

pytestmark = pytest.mark.django_db


def rounded(usd: int) -> Decimal:
    """USD in CNY, down to whole thousands."""
    return (usd * rate_per_usd("CNY", clock.today())) // 1000 * 1000


def test_the_answer_comes_at_once_with_points_and_reasons():
    """12 + 20 + 25 + 15 + 7 + 6 = 85: grade A, 3.45 %; ceiling: 150,000 of the policy, in CNY."""
    line = an_application(300_000)
    assert (line.points, line.grade, line.state) == (85, "A", CreditState.OFFERED)
    assert (line.amount, line.rate_pct, line.tenor_days) == (300_000, Decimal("3.45"), 120)
    assert line.ceiling == min(Decimal(2_000_000), rounded(150_000))
    assert line.reasons == ["POLICY_AGE_1", "EXPORTS_0", "OVERDUE_0", "CLAIMS_0", "LIGHTS_2", "COUNTRIES_1"]
    assert [row.lost for row in showing.would_help(showing.scored(line))] == [8, 4, 3]
    assert line.offered_until == clock.today() + timedelta(days=15)


def test_the_authorisation_is_a_paper_with_its_hash():
    line = an_application()
    granted = line.authorisations.get()
    assert granted.text_hash == authorising.text_hash(granted)
    granted.purpose += "."
    assert granted.text_hash != authorising.text_hash(granted)
    assert set(granted.items) == {"COMPANY", "POLICY", "EXPORTS", "INVOICES", "OVERDUE", "CLAIMS", "LIGHTS"}
    assert Document.objects.of(line).get().title_zh == "数据授权书"
    assert (granted.bank, granted.valid_until) == (organisation("minhai"), clock.today() + timedelta(days=365))


def test_above_the_model_a_person_offers_and_another_signs():
    line = a_referred_application()
    assert (line.state, line.amount) == (CreditState.REFERRED, 650_000)
    assert Message.objects.filter(kind="credit.referred", organisation=organisation("minhai")).count() == 1
    offered = services.offer(
        actor=actor("wang"), line_id=line.pk, amount=Decimal(600_000), rate_pct=Decimal("3.40"), tenor_days=90
    )
    assert (offered.state, offered.amount) == (CreditState.OFFERED, 600_000)
    a_signed_line(offered)
    with pytest.raises(NotAllowed, match="four_eyes"):
        services.sign_bank(actor=actor("wang"), line_id=line.pk)
    with pytest.raises(IntegrityError, match="credit_line_four_eyes"), transaction.atomic():
        CreditLine.objects.filter(pk=line.pk).update(bank_signed_by=actor("wang").user_id)
    assert CreditLine.objects.filter(pk=line.pk).update(bank_signed_by=actor("li").user_id) == 1  # another person may


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": Decimal("650000.01")}, "above_scorecard"),
        ({"amount": Decimal(9_999)}, "above_scorecard"),
        ({"rate_pct": Decimal("3.46")}, "rate_above_table"),
        ({"rate_pct": Decimal(0)}, "rate_above_table"),
        ({"tenor_days": 181}, "tenor_too_long"),
    ],
)
def test_a_bank_offers_within_the_scorecard(changes, code):
    line = a_referred_application()
    named = {"amount": Decimal(650_000), "rate_pct": Decimal("3.45"), "tenor_days": 120}
    with pytest.raises(DomainError, match=code):
        services.offer(actor=actor("li"), line_id=line.pk, **{**named, **changes})


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"asked": Decimal("2000001")}, "above_product", "asked"),
        ({"asked": Decimal(1_900_000)}, "above_policy", "asked"),
        ({"asked": Decimal(9_999)}, "too_little", "asked"),
        ({"tenor_days": 181}, "tenor_too_long", "tenor_days"),
        ({"tenor_days": 0}, "tenor_too_long", "tenor_days"),
        ({"authorises": False}, "not_authorised", "authorises"),
        ({"product_id": 0}, "unknown_product", "product"),
    ],
)
def test_a_wish_that_cannot_be_met_is_named_and_nothing_is_kept(changes, code, field):
    with pytest.raises(DomainError) as refused:
        an_application(**changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not CreditLine.objects.exists()


def test_thirty_per_cent_of_last_years_exports_is_a_ceiling():
    """30 % of USD 100,000 in CNY, down to whole thousands; one yuan more is refused. 85 − 12 = 73 points: grade B, 80 %."""
    an_applicant(exports_last_year=Decimal(100_000))
    with pytest.raises(DomainError, match="above_exports"):
        an_application(asked=int(rounded(30_000)) + 1)
    line = an_application(asked=int(rounded(30_000)))
    assert (line.points, line.amount) == (73, rounded(30_000) * 4 // 5 // 1000 * 1000)


def test_only_a_signer_with_a_micro_policy_applies():
    product = a_product()
    named = {"product_id": product.pk, "asked": Decimal(100_000), "tenor_days": 90, "authorises": True}
    for name, code in (
        ("wu", "no_micro_policy"),
        ("zhao", "no_micro_policy"),
        ("chen", "signer_needed"),
        ("li", "signer_needed"),
    ):
        with pytest.raises(DomainError, match=code):
            services.apply(actor=actor(name), **named)


def test_one_application_at_a_time_also_in_the_database():
    line = an_application()
    with pytest.raises(DomainError, match="line_open"):
        an_application()
    with pytest.raises(IntegrityError, match="one_open_line_per_policy"), transaction.atomic():
        CreditLine.objects.create(**_copied(line, state="OFFERED"))
    CreditLine.objects.create(**_copied(line, state="WITHDRAWN"))  # one that is over does not count


def _copied(line: CreditLine, **changes):
    names = [one.attname for one in CreditLine._meta.concrete_fields if one.attname not in ("id", "number")]
    return {**{name: getattr(line, name) for name in names}, "number": f"{line.number}-2", **changes}


def test_a_policy_assigned_to_another_bank_bears_no_line():
    policy = an_applicant()
    an_active_agreement(policy, "jiangwan")
    with pytest.raises(DomainError, match="assigned_elsewhere"):
        an_application()


def test_who_has_much_overdue_reads_why_and_what_would_help():
    """An invoice of 20,000 that is due and unpaid is all that is open: 100 % overdue, and a claim on it."""
    policy = an_applicant()
    with clock.frozen(clock.today() - timedelta(days=60)):
        a_direct_claim(policy)
    line = an_application()
    assert (line.state, line.amount, line.barred) == (CreditState.DECLINED, 0, ["TOO_MUCH_OVERDUE"])
    # 12 + 20 + 0 + 7 + 7 + 10 or less for the country: what is lost most stands first
    assert showing.would_help(showing.scored(line))[0].lost == 25
    assert line.facts["claims"] == "1"
    assert Decimal(line.facts["late_amount"]) == 20_000
    assert Message.objects.filter(kind="credit.declined", organisation=organisation("yunshan")).exists()
    assert an_application(bank="jiangwan").state == CreditState.DECLINED  # free to ask another bank


def test_three_sign_and_the_line_is_drawn_from_the_book():
    """50,000 × 80 % = 40,000; a cent more is refused; buyer's money and the bank's repayment free the line."""
    line = an_active_line()
    shipment = an_invoice_to_draw_on(line)
    with pytest.raises(DomainError, match="over_invoice"):
        drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal("40000.01"))
    loan = drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal(40_000))
    assert (loan.state, loan.bank, loan.principal) == (LoanState.DISBURSED, organisation("minhai"), 40_000)
    assert FinancedInvoice.objects.get().holder == organisation("minhai")
    assert set(FinancingEntry.objects.values_list("fact", flat=True)) >= {"RESERVED", "DRAWN"}
    drawn = (Decimal(40_000) * rate_per_usd("CNY", clock.today())).quantize(Decimal("0.01"))
    assert selectors.use_of(line) == selectors.Use(drawn, 300_000 - drawn)
    line.agreement.refresh_from_db()
    assert line.agreement.contract_no == line.number
    financing.repay(actor=actor("li"), loan_id=loan.pk, amount=Decimal(10_000), paid_on=clock.today(), reference="HK-1")
    # a quarter is repaid, so a quarter of what was drawn is free again
    assert abs(selectors.use_of(line).drawn - drawn * 3 / 4) < Decimal("0.02")
    financing.repay(actor=actor("li"), loan_id=loan.pk, amount=Decimal(30_000), paid_on=clock.today(), reference="HK-2")
    assert selectors.use_of(line).left == 300_000
    assert services.close(actor=actor("wang"), line_id=line.pk).state == CreditState.CLOSED


def test_the_line_itself_is_a_ceiling_also_in_the_database():
    """CNY 300,000 at about seven is some USD 42,000: two invoices of 40,000 do not both fit."""
    line = an_active_line()
    a_drawn_loan(line)
    second = an_invoice_to_draw_on(line)
    left = drawing.room(line, "USD")
    with pytest.raises(DomainError, match="above_line"):
        drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=second.pk, principal=left + Decimal("0.01"))
    loan = financing.lend(
        actor=actor("li"), shipment_id=second.pk, principal=left, drawn_on=clock.today(), matures_on=second.due_on
    )
    with pytest.raises(IntegrityError, match="more is drawn"), transaction.atomic():
        Drawdown.objects.create(line=line, loan=loan, amount=line.amount, fx=7, rate_pct=3)
    Drawdown.objects.create(
        line=line, loan=loan, amount=selectors.use_of(line).left, fx=7, rate_pct=3
    )  # just as much fits


def test_money_waits_for_all_three_signatures():
    signed = services.sign_bank(actor=actor("wang"), line_id=a_signed_line().pk)
    assert showing.sentence(signed, actor("wu"))[0] == "amber"
    with pytest.raises(DomainError, match="assignment_unsigned"):
        drawing.draw(actor=actor("wu"), line_id=signed.pk, shipment_id=1, principal=Decimal(1))
    contract = Document.objects.of(signed).get(kind=CONTRACT)
    assert [one.party for one in Signature.objects.filter(document=contract).order_by("id")] == ["EXPORTER", "BANK"]


def test_a_revoked_authorisation_ends_an_application_and_stops_a_line():
    offered = an_application()
    assert authorising.revoke(actor=actor("wu"), line_id=offered.pk).state == CreditState.WITHDRAWN
    assert not selectors.may_read_data(offered, actor("li"))
    line = an_active_line()
    shipment = an_invoice_to_draw_on(line)
    authorising.revoke(actor=actor("wu"), line_id=line.pk)
    with pytest.raises(DomainError, match="no_data_authorisation"):
        drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal(1000))
    authorising.authorise(actor=actor("wu"), line_id=line.pk)
    assert drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal(1000)).pk


def test_an_invoice_that_another_bank_finances_bears_nothing():
    """The same number on another policy line: held by Jiangwan under the fingerprint of the invoice."""
    line = an_active_line()
    shipment = an_invoice_to_draw_on(line)
    loan = drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal(1000))
    Loan.objects.filter(pk=loan.pk).update(state="LAPSED", drawn_on=None)
    FinancedInvoice.objects.update(holder=organisation("jiangwan"))
    with pytest.raises(DomainError, match="duplicate_other_bank"):
        drawing.draw(actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal(1000))


def test_offers_and_lines_end_by_the_day():
    line = an_application()
    with clock.frozen(clock.today() + timedelta(days=16)):
        assert line.shown_state == CreditState.LAPSED
        with pytest.raises(DomainError, match="offer_lapsed"):
            services.sign(actor=actor("wu"), line_id=line.pk)
        assert an_application().state == CreditState.OFFERED  # apply anew, nothing typed


@pytest.mark.parametrize(("days", "code"), [(121, "tenor_too_long"), (91, "over_tenor")])
def test_a_drawdown_runs_within_the_line_and_thirty_days_after_the_invoice(days, code):
    """The line allows 120 days; the invoice is due in 60, so 90."""
    line = an_active_line()
    shipment = an_invoice_to_draw_on(line)
    day = clock.today() + timedelta(days=days)
    with pytest.raises(DomainError, match=code):
        drawing.draw(
            actor=actor("wu"), line_id=line.pk, shipment_id=shipment.pk, principal=Decimal(1000), matures_on=day
        )
    assert drawing.latest(line, shipment) == clock.today() + timedelta(days=90)


def test_a_decline_gives_the_assignment_back():
    line = a_signed_line(an_offer_by_the_bank())
    declined = services.decline(actor=actor("wang"), line_id=line.pk, reason="Address could not be verified.")
    declined.agreement.refresh_from_db()
    assert (declined.state, declined.agreement.state) == (CreditState.DECLINED, "DRAFT")
    with pytest.raises(WrongState):
        services.sign_bank(actor=actor("wang"), line_id=line.pk)


def test_a_buyer_that_paid_leaves_less_to_draw():
    """50,000 less 20,000 received: 80 % of 30,000."""
    line = an_active_line()
    shipment = an_invoice_to_draw_on(line)
    a_receipt(shipment, 20_000)
    verdict = drawing.verify(
        actor=actor("wu"), line=line, shipment_id=shipment.pk, principal=drawing.NOTHING, matures_on=shipment.due_on
    )
    assert verdict.headroom.amount == 24_000
    assert Shipment.objects.get(pk=shipment.pk).open_amount == 30_000
