"""§8.5: F1 to F8 of the golden file on the rules and on the services, duplicates across banks, reservations, probing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction

from declarations.models import Shipment
from financing import facts, probing, services
from financing.buyer_money import waterfall
from financing.clocks import RESERVATION
from financing.fingerprints import document_fingerprint, invoice_fingerprint
from financing.models import Check, FinancedInvoice, Loan, LoanState
from financing.verification import Ask, Standing, judge
from limits import services as limits
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.parsing import canonical_invoice_no
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.sweep import sweep
from sinosure.notifications.models import Message
from tests.factories.declarations import a_receipt, a_shipment
from tests.factories.financing import (
    a_financeable_shipment,
    a_loan,
    a_repayment,
    an_approved_loan,
)
from tests.factories.people import actor, organisation

DAY = date(2026, 3, 2)
INV_1 = Standing(
    currency="USD", policy_currency="USD", fx=Decimal(1), invoice=Decimal(100_000), received=Decimal(0),
    lent_invoice=Decimal(0), limit=Decimal(200_000), lent_obligor=Decimal(0), liability=Decimal(3_000_000),
    lent_policy=Decimal(0), insured_ratio=Decimal("0.9"), due_on=DAY + timedelta(days=60),
)  # fmt: skip
F1 = {"lent_obligor": Decimal(90_000), "lent_policy": Decimal(90_000)}
INV_2 = replace(INV_1, invoice=Decimal(120_000), **F1)


def ask(principal: int | str) -> Ask:
    return Ask(Decimal(principal), DAY, DAY + timedelta(days=60))


@pytest.mark.parametrize(
    ("case", "standing", "principal", "code", "headroom"),
    [
        ("F1", INV_1, 90_000, "OK", "90000.00"),
        ("F2", replace(INV_1, held_by_other=True), 10_000, "DUPLICATE_OTHER_BANK", "0"),
        ("F3", replace(INV_1, lent_invoice=Decimal(90_000), **F1), 5_000, "OVER_INVOICE", "0"),
        ("F4", INV_2, 100_000, "OVER_DEBTOR", "90000.00"),  # 180,000 − 90,000
        ("F5", replace(INV_2, lent_obligor=Decimal(50_000)), 100_000, "OK", "108000.00"),  # 120,000 × 90 %
        ("F6", replace(INV_1, documents=(Decimal(150_000), Decimal(100_000))), 20_000, "DUPLICATE_DOCUMENT", "0"),
        ("F7", replace(INV_1, uninsured=("NOT_DECLARED", "PREMIUM_UNPAID")), 1, "NOT_INSURED", "0"),
        # micro: 100,000 × 80 %, cap per buyer 150,000
        ("F8", replace(INV_1, insured_ratio=Decimal("0.8"), limit=Decimal(150_000)), 85_000, "OVER_INVOICE", "80000.00"),
    ],
)  # fmt: skip
def test_the_golden_cases_on_the_rules(case, standing, principal, code, headroom):
    verdict = judge(standing, ask(principal))
    assert (case, verdict.code, verdict.headroom.amount) == (case, code, Decimal(headroom))


def test_every_failed_reason_is_listed_and_another_bank_learns_nothing_else():
    bad = replace(INV_1, uninsured=("NO_AGREEMENT", "STOPPED"), liability=Decimal(10))
    late = Ask(Decimal(95_000), DAY, DAY + timedelta(days=91))
    assert judge(bad, late).failed == ("NO_AGREEMENT", "STOPPED", "OVER_INVOICE", "OVER_POLICY", "OVER_TENOR")
    hidden = judge(replace(bad, held_by_other=True), late)
    assert (hidden.failed, hidden.steps) == (("DUPLICATE_OTHER_BANK",), ())


def test_a_loan_runs_until_thirty_days_after_the_due_date_and_not_a_day_longer():
    last = DAY + timedelta(days=90)
    assert judge(INV_1, Ask(Decimal(1), DAY, last)).code == "OK"
    assert judge(INV_1, Ask(Decimal(1), DAY, last + timedelta(days=1))).code == "OVER_TENOR"
    long = replace(INV_1, due_on=DAY + timedelta(days=170))
    assert judge(long, Ask(Decimal(1), DAY, DAY + timedelta(days=181))).code == "OVER_TENOR"


def test_what_the_headroom_says_passes_and_one_cent_more_does_not():
    for received, lent, limit, rate in (
        (0, 0, 200_000, "1"),
        (33_333, 7_777, 41_000, "7.1234"),
        (1, 89_000, 99, "0.9"),
    ):
        one = replace(
            INV_1, received=Decimal(received), lent_invoice=Decimal(lent), limit=Decimal(limit), fx=Decimal(rate)
        )
        room = judge(one, ask(0)).headroom.amount
        assert judge(one, ask(str(room))).code == "OK"
        assert judge(one, ask(str(room + Decimal("0.01")))).code.startswith("OVER_")


@pytest.mark.parametrize("written", ["ht-00001", "ＨＴ－００００１", "HT 00001", "HT\u200b-00001", " HT/00001 "])
def test_however_the_invoice_is_written_its_fingerprint_is_the_same(written):
    key = invoice_fingerprint("91330200MA2AGXT410", str(canonical_invoice_no(written).value))
    assert key == invoice_fingerprint("91330200ma2agxt410", "HT00001")
    assert document_fingerprint("BL", written) == document_fingerprint("BL", "HT-00001")


# on the services ------------------------------------------------------------------------------------------------------


def two_policies_one_invoice(**changes: object) -> tuple[Shipment, Shipment]:
    """The same invoice of Haituo declared under two policies, one assigned to each bank."""
    first = a_financeable_shipment("minhai", invoice_no="INV-1", **changes)
    second = a_financeable_shipment("jiangwan", invoice_no="inv 1", **changes)
    return first, second


@pytest.mark.django_db
def test_f1_to_f3_on_the_services():
    first, second = two_policies_one_invoice()
    a_loan(first, 90_000)
    with pytest.raises(DomainError) as refused:
        a_loan(second, 10_000, bank="jiangwan")
    assert (refused.value.code, refused.value.status) == ("duplicate_other_bank", 409)
    assert "闽海" not in refused.value.text
    assert "Minhai" not in refused.value.text
    with pytest.raises(DomainError, match="over_invoice"):
        a_loan(first, 5_000)
    assert Loan.objects.count() == 1


@pytest.mark.django_db
def test_f4_and_f5_on_the_services():
    first = a_financeable_shipment()
    loan = a_loan(first, 90_000)
    second = a_shipment(first.limit, amount=Decimal(120_000))
    with pytest.raises(DomainError) as refused:
        a_loan(second, 100_000)
    assert refused.value.code == "over_debtor"
    assert "90,000.00" in refused.value.text
    a_receipt(first, 40_000)
    a_repayment(loan, 40_000)
    assert a_loan(second, 100_000).principal == 100_000


@pytest.mark.django_db
def test_f6_one_customs_declaration_bears_no_more_than_its_value():
    first = a_financeable_shipment(transport_no="BL1", customs_no="223400000000000001")
    a_loan(first, 50_000, customs_value=Decimal(100_000))
    other = a_financeable_shipment(
        "jiangwan", transport_no="bl 1", customs_no="223400000000000001", shares_transport=True
    )
    with pytest.raises(DomainError, match="duplicate_document"):
        a_loan(other, 20_000, bank="jiangwan", customs_value=Decimal(900_000))


@pytest.mark.django_db
def test_f7_an_open_loss_notice_or_an_undeclared_shipment_bears_no_loan():
    shipment = a_financeable_shipment()
    limits.stop(actor=actor("zhou"), limit_id=shipment.limit_id, reason="LOSS_NOTICE", comment="Notice filed")
    Shipment.objects.filter(pk=shipment.pk).update(state="ON_HOLD")
    verdict = services.verify(
        actor=actor("li"), shipment_id=shipment.pk, ask=Ask(Decimal(1), clock.today(), shipment.due_on)
    )
    assert (verdict.code, set(verdict.failed)) == ("NOT_INSURED", {"NOT_DECLARED", "LOSS_NOTICE_OPEN"})


@pytest.mark.django_db
def test_a_repaid_invoice_is_free_for_another_bank():
    first, second = two_policies_one_invoice()
    a_repayment(a_loan(first, 10_000))
    assert a_loan(second, 10_000, bank="jiangwan").state == LoanState.DISBURSED


@pytest.mark.django_db
def test_a_reservation_holds_the_invoice_for_three_working_days_and_then_lapses():
    first, second = two_policies_one_invoice()
    loan = an_approved_loan(first)
    assert loan.reserved_until is not None
    deadline = Deadline.objects.of(loan).get(kind=RESERVATION)
    assert deadline.legal_due == loan.reserved_until
    with pytest.raises(DomainError, match="duplicate_other_bank"):
        an_approved_loan(second, bank="jiangwan")
    with clock.frozen(loan.reserved_until + timedelta(days=1)):
        sweep()
        loan.refresh_from_db()
        assert loan.state == LoanState.LAPSED
        assert an_approved_loan(second, bank="jiangwan").state == LoanState.APPROVED


@pytest.mark.django_db
def test_a_drawn_reservation_does_not_lapse_and_a_given_up_one_frees_the_invoice():
    loan = services.draw(actor=actor("li"), loan_id=an_approved_loan().pk, drawn_on=clock.today())
    with clock.frozen(clock.today() + timedelta(days=9)):
        sweep()
    loan.refresh_from_db()
    assert loan.state == LoanState.DISBURSED
    other = an_approved_loan()
    services.give_up(actor=actor("li"), loan_id=other.pk, reason="Not needed")
    assert not FinancedInvoice.objects.filter(pk=other.financed_id, released_at=None).exists()


@pytest.mark.django_db
def test_nothing_is_drawn_once_the_limit_is_stopped():
    loan = an_approved_loan()
    limits.stop(actor=actor("zhou"), limit_id=loan.shipment.limit_id, reason="UNDERWRITER", comment="Adverse news")
    with pytest.raises(DomainError, match="not_insured"):
        services.draw(actor=actor("li"), loan_id=loan.pk, drawn_on=clock.today())


@pytest.mark.django_db
def test_refusals_are_kept_and_after_too_many_the_person_waits():
    shipment = a_financeable_shipment()
    with pytest.raises(DomainError, match="over_invoice"):
        an_approved_loan(shipment, 95_000)
    kept = Check.objects.get()
    assert (kept.code, kept.asked_by_id, kept.bank) == ("OVER_INVOICE", actor("li").user_id, organisation("minhai"))
    copies = [Check(**{f.attname: getattr(kept, f.attname) for f in Check._meta.concrete_fields if f.attname != "id"})
              for _n in range(probing.MOST_REFUSALS - 1)]  # fmt: skip
    Check.objects.bulk_create(copies)
    with pytest.raises(DomainError) as refused:
        an_approved_loan(shipment, 10_000)
    assert (refused.value.code, refused.value.status) == ("too_many_checks", 429)
    with clock.frozen(clock.today() + timedelta(days=1)):
        assert an_approved_loan(shipment, 10_000).state == LoanState.APPROVED


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["zheng", "chen", "zhou"])
def test_only_bank_officers_verify(name):
    shipment = a_financeable_shipment()
    with pytest.raises(NotAllowed):
        services.verify(actor=actor(name), shipment_id=shipment.pk, ask=ask(1))


@pytest.mark.django_db
def test_the_database_lets_one_bank_hold_an_invoice():
    loan = a_loan(principal=10_000)
    held = loan.financed
    held.pk, held.line_root, held.holder = None, 10**9, organisation("jiangwan")
    with pytest.raises(IntegrityError, match="invoice_held_once"), transaction.atomic():
        held.save()


@pytest.mark.django_db
def test_the_buyers_money_goes_to_the_loans_first_and_both_sides_are_told():
    """95,000 received on loans of 40,000 and 50,000: 5,000 stay with the exporter."""
    assert waterfall(Decimal(95_000), [Decimal(40_000), Decimal(50_000)]) == ([40_000, 50_000], 5_000)
    assert waterfall(Decimal(30_000), [Decimal(40_000), Decimal(50_000)]) == ([30_000, 0], 0)
    loan = a_loan(principal=40_000)
    a_receipt(loan.shipment, 55_000)
    told = Message.objects.filter(kind="loan.buyer_paid")
    assert {row.organisation for row in told} == {organisation("minhai"), organisation("haituo")}
    assert {(row.params["due"], row.params["surplus"]) for row in told} == {("USD 40,000.00", "USD 15,000.00")}


# the race -------------------------------------------------------------------------------------------------------------


def race(shipments: list[tuple[Shipment, str]]) -> None:
    """Each bank asks for its line of the same invoice at the same moment."""
    start = Barrier(len(shipments))

    def attempt(shipment: Shipment, bank: str) -> None:
        try:
            start.wait()
            an_approved_loan(shipment, 10_000, bank=bank)
        except (DomainError, IntegrityError):
            pass
        finally:
            connection.close()

    threads = [Thread(target=attempt, args=one) for one in shipments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_of_two_banks_that_ask_at_once_one_wins_and_without_the_keys_both_would():
    """The control drops the unique keys, and holds on to what each bank sees before the other commits."""
    first, second = two_policies_one_invoice()
    for _n in range(3):
        race([(first, "minhai"), (second, "jiangwan")])
        winners = set(Loan.objects.filter(state="APPROVED").values_list("bank__code", flat=True))
        assert len(winners) == 1
        for loan in Loan.objects.filter(state="APPROVED"):
            services.give_up(
                actor=actor("li" if loan.bank.code == "minhai" else "kong"), loan_id=loan.pk, reason="again"
            )
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX invoice_held_once")
    try:
        barrier = Barrier(2)
        look = facts.standing

        def slow(*args: object, **named: object) -> Standing:
            found = look(*args, **named)  # type: ignore[arg-type]
            if not barrier.broken and barrier.n_waiting < 2:
                barrier.wait(timeout=10)
            return found

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(facts, "standing", slow)
            patch.setattr("financing.facts.held", lambda shipment: FinancedInvoice.objects.filter(
                line_root=shipment.pk, released_at=None))  # fmt: skip
            race([(first, "minhai"), (second, "jiangwan")])
        assert Loan.objects.filter(state="APPROVED").count() == 2
    finally:
        FinancedInvoice.objects.filter(released_at=None).update(released_at=clock.now())
        with connection.cursor() as cursor:
            cursor.execute(
                "CREATE UNIQUE INDEX invoice_held_once ON financing_financedinvoice (key_hash) WHERE released_at IS NULL"
            )
