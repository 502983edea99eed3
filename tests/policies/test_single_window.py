"""单一窗口 (Rulebook §2.3, SW-1 to SW-4): seven steps in order, what is made once, the signature, the approval."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
from cryptography.fernet import InvalidToken
from django.db import IntegrityError, transaction
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from declarations.models import PremiumNotice
from declarations.services.online import pay_online
from policies import services as policies
from policies.micro import applying, buying
from policies.models import MicroCover, Policy, PolicyState
from policies.selectors import desk
from policies.single_window import papers, seals, selectors, services
from policies.single_window.models import DataAuthorisation, ESeal, IdentityCheck, WindowApplication, WindowStep
from policies.single_window.steps import ORDER, Step, next_step
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.documents.models import Rendition
from sinosure.documents.rendering import render_pdf
from sinosure.reference.models import Office
from tests.factories.micro import an_order
from tests.factories.people import actor
from tests.factories.single_window import a_submitted_application, an_application, do

pytestmark = [pytest.mark.django_db, pytest.mark.letters]
FOUR = (Step.AUTH, Step.ENTRY, Step.CONFIRM, Step.SEAL)


def now_at(application: WindowApplication) -> str:
    return selectors.step_of(selectors.applications(actor("wu")).get(pk=application.pk), actor("wu"))


def test_the_first_incomplete_step_is_next_and_identity_is_proved_in_every_session():
    assert next_step([], is_known=False) == "AUTH"
    assert next_step(["AUTH", "ENTRY"], is_known=True) == "CONFIRM"
    assert next_step(["AUTH", "ENTRY"], is_known=False) == "AUTH"
    assert next_step(ORDER, is_known=False) == "SUBMITTED"


def test_seven_steps_lead_to_the_underwriters_queue():
    application = a_submitted_application()
    assert [row.step for row in application.steps.order_by("position")] == list(ORDER)
    policy = application.policy
    assert (policy.state, policy.product, policy.number) == (PolicyState.SUBMITTED, "MICRO", None)
    assert policy in policies_desk()
    assert not PremiumNotice.objects.exists()


def policies_desk() -> list[Policy]:
    return list(desk(actor("zhou")))


def test_identity_is_recorded_masked_with_its_level_and_as_simulated():
    application = an_application(Step.AUTH)
    check = IdentityCheck.objects.get(application=application)
    assert (check.method, check.assurance, check.is_simulated) == ("IC_CARD", "HIGH", True)
    assert check.subject == "吴敏 ****5678"


@pytest.mark.parametrize(
    ("method", "number", "code"),
    [
        ("PASSPORT", "12345678", "unknown_method"),
        ("LEGAL_ID", "12345", "bad_identity"),
        ("IC_CARD", "", "bad_identity"),
    ],
)
def test_an_identity_of_the_wrong_form_is_refused(method: str, number: str, code: str):
    application = an_application()
    with pytest.raises(DomainError, match=code):
        services.authenticate(
            actor=actor("wu"), application_id=application.pk, method=method, name="吴敏", number=number
        )
    assert not IdentityCheck.objects.exists()


def test_a_step_out_of_order_is_refused_by_rule_and_by_the_database():
    application = an_application(Step.AUTH)
    for step in (Step.AUTH, Step.CONFIRM, Step.SEAL, Step.SERVICE_AGREEMENT, Step.DATA_AUTH):
        with pytest.raises(DomainError, match="out_of_order"):
            do(application, step)
    row = {"application": application, "done_at": clock.now(), "done_by_id": actor("wu").user_id}
    with pytest.raises(IntegrityError, match="before the step before it"), transaction.atomic():
        WindowStep.objects.create(step=Step.CONFIRM, position=3, **row)
    with pytest.raises(IntegrityError, match="window_step_once"), transaction.atomic():
        WindowStep.objects.create(step=Step.AUTH, position=1, **row)


def test_a_person_leaves_and_resumes_where_they_were_after_proving_who_they_are():
    application = an_application(Step.AUTH, Step.ENTRY)
    assert services.start(actor=actor("wu")).pk == application.pk
    with clock.frozen(clock.now() + timedelta(hours=13)):
        assert now_at(application) == Step.AUTH
        with pytest.raises(DomainError, match="out_of_order"):
            do(application, Step.CONFIRM)
        do(application, Step.AUTH)
        assert now_at(application) == Step.CONFIRM


def test_an_exporter_above_the_threshold_stops_at_the_eligibility_check():
    application = an_application(Step.AUTH)
    with pytest.raises(DomainError) as error:
        services.enter(actor=actor("wu"), application_id=application.pk, exports_last_year=Decimal(10_000_001))
    assert (error.value.code, error.value.field) == ("above_threshold", "exports_last_year")
    assert now_at(application) == Step.ENTRY


def test_a_missing_tick_is_refused_and_nothing_is_kept():
    application = an_application(*FOUR)
    by = {"actor": actor("wu"), "application_id": application.pk}
    with pytest.raises(DomainError, match="not_read"):
        services.sign_agreement(**by, has_read=False)
    do(application, Step.SERVICE_AGREEMENT)
    with pytest.raises(DomainError) as error:
        services.authorise(**by, is_ticked=False)
    assert (error.value.code, error.value.field) == ("not_ticked", "is_ticked")
    assert not DataAuthorisation.objects.exists()
    assert not Policy.objects.exists()
    do(application, Step.DATA_AUTH)
    with pytest.raises(IntegrityError, match="data_authorisation_ticked"), transaction.atomic():
        DataAuthorisation.objects.update(is_ticked=False)


def test_the_declaration_must_be_ticked_in_the_proposal():
    application = an_application(Step.AUTH, Step.ENTRY)
    with pytest.raises(DomainError, match="not_declared"):
        services.confirm(actor=actor("wu"), application_id=application.pk, order=an_order(is_truthful=False))


def test_what_a_firm_has_done_before_is_passed_over_with_its_day():
    first = a_submitted_application()
    policies.take(actor=actor("zhou"), policy_id=first.policy_id)
    policies.decline(actor=actor("zhou"), policy_id=first.policy_id, reason="Not this year.")
    made_on = clock.today()
    with clock.frozen(made_on + timedelta(days=30)):
        second = an_application(Step.AUTH, Step.ENTRY, Step.CONFIRM)
        assert second.policy.state == PolicyState.SUBMITTED
    passed = second.steps.exclude(earlier_on=None)
    assert {row.step for row in passed} == {"SEAL", "SERVICE_AGREEMENT", "DATA_AUTH"}
    assert {row.earlier_on for row in passed} == {made_on}
    assert ESeal.objects.count() == 1


def test_a_revoked_authorisation_is_asked_for_again():
    first = a_submitted_application()
    policies.decline(actor=actor("zhou"), policy_id=first.policy_id, reason="Not this year.")
    services.revoke(actor=actor("wu"))
    with pytest.raises(DomainError, match="nothing_authorised"):
        services.revoke(actor=actor("wu"))
    second = an_application(Step.AUTH, Step.ENTRY, Step.CONFIRM)
    assert now_at(second) == Step.DATA_AUTH
    do(second, Step.DATA_AUTH)
    assert DataAuthorisation.objects.count() == 2
    with pytest.raises(IntegrityError, match="data_authorisation_one_live"), transaction.atomic():
        DataAuthorisation.objects.update(revoked_at=None, revoked_by=None)


def test_one_application_at_a_time():
    application = an_application()
    with pytest.raises(IntegrityError, match="window_one_open"), transaction.atomic():
        WindowApplication.objects.create(
            policyholder_id=application.policyholder_id, started_at=clock.now(), started_by_id=actor("wu").user_id
        )
    services.withdraw(actor=actor("wu"), application_id=application.pk)
    with pytest.raises(DomainError, match="window_closed"):
        do(application, Step.AUTH)
    assert services.start(actor=actor("wu")).pk != application.pk


def test_a_second_application_waits_for_the_decision_and_a_held_policy_stops_it():
    a_submitted_application()
    with pytest.raises(DomainError, match="window_waits"):
        services.start(actor=actor("wu"))


def test_with_a_policy_in_force_nothing_is_started():
    buying.buy(actor=actor("wu"), order=an_order())
    with pytest.raises(DomainError, match="micro_held"):
        services.start(actor=actor("wu"))


def test_another_firm_and_a_clerk_are_refused():
    application = an_application(Step.AUTH)
    with pytest.raises(NotAllowed):
        services.start(actor=actor("chen"))  # a clerk of another exporter does not sign
    with pytest.raises(NotAllowed):
        services.start(actor=actor("wang"))  # a bank has products of its own
    stranger = actor("zhao")
    with pytest.raises(WindowApplication.DoesNotExist):
        services.enter(actor=stranger, application_id=application.pk, exports_last_year=Decimal(1))
    assert not selectors.applications(stranger).filter(pk=application.pk).exists()


def test_the_seal_shows_the_name_and_its_key_is_kept_encrypted(settings):
    an_application(*FOUR)
    seal = ESeal.objects.get()
    name = Organisation.objects.get(pk=seal.policyholder_id).name_zh
    assert all(f">{letter}</text>" in seal.image for letter in name)
    assert "演示印章" in seal.image
    plain = seals.opened(bytes(seal.private_key))
    assert plain[:1] == b"\x30"
    assert plain not in bytes(seal.private_key)
    settings.SEAL_KEY = "another key"
    with pytest.raises(InvalidToken):
        seals.opened(bytes(seal.private_key))


def test_a_name_cannot_break_out_of_the_picture():
    assert "<script" not in seals.drawn("<script>&公司")


def the_agreement() -> bytes:
    an_application(*FOUR, Step.SERVICE_AGREEMENT)
    kept = Rendition.objects.get(document=selectors.agreement_of(actor("wu").organisation_id).document)
    return kept.file.read()


def test_the_signed_agreement_names_its_signer_and_is_intact():
    pdf = the_agreement()
    (found,) = papers.verdicts(pdf)
    assert found.is_intact
    assert found.seal is not None
    assert found.seal.policyholder_id == actor("wu").organisation_id
    assert found.signed_at is not None
    agreement = selectors.agreement_of(actor("wu").organisation_id)
    assert agreement.sha256 == Rendition.objects.get(document=agreement.document).sha256


def test_a_changed_byte_and_an_appended_page_are_noticed():
    pdf = the_agreement()
    place = pdf.index(b"stream") + 60  # inside what is signed
    changed = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
    assert not any(found.is_intact for found in papers.verdicts(changed))
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    writer.root[pdf_name("/Extra")] = pdf_string("more")
    writer.update_root()
    more = io.BytesIO()
    writer.write(more)
    assert not any(found.is_intact for found in papers.verdicts(more.getvalue()))


def test_a_seal_of_a_stranger_is_no_registered_one():
    the_agreement()
    stranger = ESeal.objects.get()
    pair = seals.new_key_pair("冒名公司")
    stranger.certificate, stranger.private_key = pair.certificate, pair.private_key
    plain = papers.signed(unsigned(), stranger, "冒名公司")
    (found,) = papers.verdicts(plain)
    assert (found.is_intact, found.seal, found.signer) == (True, None, "冒名公司")


def unsigned() -> bytes:
    return render_pdf("letters/policies/service_agreement.html", {"reference": "X", "insured": "冒名公司"}, "zh-hans")


@pytest.mark.parametrize("content", [b"%PDF-1.7\nnothing", b"hello", b""])
def test_a_file_that_is_no_pdf_is_refused(content: bytes):
    with pytest.raises(DomainError, match="unreadable_pdf"):
        papers.verdicts(content)


def test_a_pdf_without_signature_is_refused():
    actor("wu")
    with pytest.raises(DomainError, match="not_signed"):
        papers.verdicts(unsigned())


def test_the_underwriter_approves_at_the_tier_price_and_cover_begins_with_the_payment():
    application = a_submitted_application()
    pk = application.policy_id
    with pytest.raises(DomainError, match="wrong_state"):
        applying.approve(actor=actor("zhou"), policy_id=pk)
    policies.take(actor=actor("zhou"), policy_id=pk)
    with pytest.raises(NotAllowed):
        applying.approve(actor=actor("wu"), policy_id=pk)
    policy = applying.approve(actor=actor("zhou"), policy_id=pk)
    assert (policy.state, policy.number[:4], policy.starts_on) == (PolicyState.SIGNED, "XBY-", clock.today())
    cover = MicroCover.objects.get(policy=policy)
    assert (cover.annual_cap, cover.premium, cover.declared_by_id) == (150_000, 1_200, actor("wu").user_id)
    notice = PremiumNotice.objects.get(policy=policy)
    assert notice.payable == 1_200  # tier T5
    pay_online(actor=actor("wu"), notice_id=notice.pk)
    policy.refresh_from_db()
    assert policy.state == PolicyState.IN_FORCE


def test_an_application_that_another_purchase_overtook_is_not_approved():
    application = a_submitted_application()
    policies.take(actor=actor("zhou"), policy_id=application.policy_id)
    buying.buy(actor=actor("wu"), order=an_order())
    with pytest.raises(DomainError, match="micro_held"):
        applying.approve(actor=actor("zhou"), policy_id=application.policy_id)
    application.policy.refresh_from_db()
    assert application.policy.state == PolicyState.UNDERWRITING


def test_a_local_version_is_shown_for_offices_that_have_one():
    actor("wu")
    assert selectors.local_window(Office.objects.get(name_zh="深圳分公司")) is not None
    assert selectors.local_window(Office.objects.get(name_zh="云南分公司")) is None
