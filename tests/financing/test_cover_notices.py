"""《承保情况通知书》: written at once when financing is wanted, true to the day, revoked by what ends cover, never changed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from declarations.models import Shipment
from declarations.services import book_payment, cancel_notice, withdraw
from financing.cover_notices import letters, services
from financing.models import Cause, CoverNotice, CoverState
from limits import services as limits
from limits.models import CreditLimit
from policies.services import lift_suspension, suspend
from sinosure.accounts.actor import SYSTEM
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.deadlines.sweep import sweep
from sinosure.documents.kinds import KINDS
from sinosure.documents.rendering import render_pdf
from sinosure.notifications.models import Message
from tests.factories.claims import a_loss_notice
from tests.factories.declarations import a_premium_notice, a_receipt, a_shipment
from tests.factories.financing import a_released_agreement, an_active_agreement
from tests.factories.limits import a_limit
from tests.factories.people import actor, organisation, user

pytestmark = pytest.mark.django_db


def a_noticed_shipment() -> Shipment:
    """USD 100,000 declared today with financing wanted from Minhai, whose agreement is in force."""
    limit = a_limit()
    an_active_agreement(limit.policy)
    return a_shipment(limit, financing_bank_id=organisation("minhai").pk)


def history(shipment: Shipment) -> list[tuple[int, str, str]]:
    rows = CoverNotice.objects.filter(shipment=shipment).order_by("version")
    return [(row.version, row.state, row.cause) for row in rows]


def newest(shipment: Shipment) -> CoverNotice:
    return CoverNotice.objects.latest().get(shipment=shipment)


def client(name: str | None = None) -> Client:
    found = Client()
    if name:
        found.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return found


def test_a_declaration_with_financing_wanted_gives_a_notice_at_once():
    shipment = a_noticed_shipment()
    row = newest(shipment)
    assert history(shipment) == [(1, "VALID", "DECLARED")]
    assert (row.covered, row.limit_amount, row.open_amount) == (100_000, 200_000, 100_000)
    told = Message.objects.filter(kind="cover.issued").values_list("organisation__code", flat=True)
    assert set(told) == {"minhai", "haituo"}


def test_without_the_wish_or_without_the_agreement_none_is_written():
    limit = a_limit()
    a_shipment(limit, financing_bank_id=organisation("minhai").pk)
    an_active_agreement(limit.policy)
    a_shipment(limit)
    assert not CoverNotice.objects.exists()


def test_a_shipment_without_cover_gets_none_and_the_exporter_is_told():
    """The limit of 200,000 is used up by the first two; the third is uncovered."""
    limit = a_limit()
    an_active_agreement(limit.policy)
    for _n in range(2):
        a_shipment(limit)
    bare = a_shipment(limit, financing_bank_id=organisation("minhai").pk)
    assert history(bare) == []
    assert Message.objects.filter(kind="cover.not_issued", organisation__code="haituo").exists()
    with pytest.raises(DomainError) as refused:
        services.issue(actor=actor("chen"), shipment_id=bare.pk)
    assert (refused.value.code, refused.value.status) == ("not_insured", 409)


def test_money_of_the_buyer_changes_the_notice_and_the_last_cent_ends_it():
    """100,000 − 40,000 = 60,000 open and covered; then nothing."""
    shipment = a_noticed_shipment()
    a_receipt(shipment, 40_000)
    assert (newest(shipment).open_amount, newest(shipment).covered) == (60_000, 60_000)
    a_receipt(shipment, 60_000)
    assert history(shipment) == [(1, "VALID", "DECLARED"), (2, "VALID", "MONEY"), (3, "REVOKED", "MONEY")]
    assert newest(shipment).reasons == ["ALREADY_PAID"]
    assert Message.objects.filter(kind="cover.revoked", organisation__code="minhai").count() == 1


def test_a_stop_revokes_it_and_the_end_of_the_stop_brings_it_back():
    shipment = a_noticed_shipment()
    [stop] = limits.stop(actor=actor("zhou"), limit_id=shipment.limit_id, reason="UNDERWRITER", comment="Adverse news")
    assert newest(shipment).reasons == ["STOPPED"]
    limits.reopen(actor=actor("zhou"), stop_id=stop.pk, comment="Cleared")
    assert history(shipment) == [(1, "VALID", "DECLARED"), (2, "REVOKED", "LIMIT"), (3, "VALID", "LIMIT")]


def test_a_loss_notice_on_the_buyer_revokes_the_notices_of_all_its_shipments():
    first = a_noticed_shipment()
    second = a_shipment(first.limit, financing_bank_id=organisation("minhai").pk, amount=Decimal(50_000))
    a_loss_notice(first)
    for one in (first, second):
        assert (newest(one).state, newest(one).cause) == (CoverState.REVOKED, Cause.LOSS_NOTICE)
        assert "LOSS_NOTICE_OPEN" in newest(one).reasons


def test_a_shipment_taken_back_and_an_agreement_released_revoke_it():
    first = a_noticed_shipment()
    second = a_shipment(first.limit, financing_bank_id=organisation("minhai").pk, amount=Decimal(50_000))
    withdraw(actor=actor("chen"), shipment_id=first.pk, reason="Never left")
    assert "NOT_DECLARED" in newest(first).reasons
    a_released_agreement(newest(second).agreement)
    assert (newest(second).cause, newest(second).reasons) == ("AGREEMENT", ["NO_AGREEMENT"])


def test_premium_that_falls_overdue_revokes_it_by_itself_and_its_payment_brings_it_back():
    """Nobody does anything: the day after the last day of payment the sweep does. 5,000,000 more bring premium beyond the deposit."""
    shipment = a_noticed_shipment()
    a_shipment(shipment.limit, amount=Decimal(5_000_000))
    notice = a_premium_notice(shipment)
    for days, expected in ((0, 1), (1, 2)):
        with clock.frozen(notice.due_on + timedelta(days=days)):
            sweep()
            assert newest(shipment).version == expected
            if days:
                told = Message.objects.filter(kind="cover.revoked").values_list("organisation__code", flat=True)
                assert set(told) == {"minhai", "haituo"}
                assert (newest(shipment).cause, newest(shipment).reasons) == ("PREMIUM_DUE", ["PREMIUM_UNPAID"])
                book_payment(
                    actor=actor("yuan"), notice_id=notice.pk, amount=notice.payable, received_on=clock.today(), reference="P-1"
                )  # fmt: skip
                assert (newest(shipment).state, newest(shipment).cause) == ("VALID", "PREMIUM")


@pytest.mark.parametrize(("days", "cause"), [(1, "PREMIUM_VOID"), (31, "SUSPENSION")])
def test_an_overdue_premium_notice_that_is_cancelled_brings_them_back(days, cause):
    """Its lines are billed anew: nothing is overdue, and where the policy was suspended for it, cover goes on."""
    shipment = a_noticed_shipment()
    a_shipment(shipment.limit, amount=Decimal(5_000_000))
    notice = a_premium_notice(shipment)
    with clock.frozen(notice.due_on + timedelta(days=days)):
        sweep()
        assert "PREMIUM_UNPAID" in newest(shipment).reasons
        cancel_notice(actor=actor("yuan"), notice_id=notice.pk, reason="Billed twice")
        assert (newest(shipment).state, newest(shipment).cause) == ("VALID", cause)
        shipment.policy.refresh_from_db()
        assert shipment.policy.state == "IN_FORCE"


def test_a_suspension_of_the_policy_revokes_all_its_notices_at_once_and_its_end_brings_them_back():
    first = a_noticed_shipment()
    second = a_shipment(first.limit, financing_bank_id=organisation("minhai").pk, amount=Decimal(50_000))
    suspend(actor=SYSTEM, policy_id=first.policy_id, reason="PN-1")
    assert [(newest(one).cause, newest(one).reasons) for one in (first, second)] == [
        ("SUSPENSION", ["POLICY_NOT_IN_FORCE", "PREMIUM_UNPAID"])
    ] * 2
    lift_suspension(actor=SYSTEM, policy_id=first.policy_id)
    assert {(newest(one).version, newest(one).state) for one in (first, second)} == {(3, "VALID")}


def _wanted(limit: CreditLimit, count: int) -> list[int]:
    """Declared lines of a file that want financing, before their notices are written."""
    lines = [a_shipment(limit, amount=Decimal(1_000)).pk for _n in range(count)]
    Shipment.objects.filter(pk__in=lines).update(financing_bank=organisation("minhai"))
    return lines


def test_a_file_of_many_lines_asks_as_often_as_one_of_two_and_is_told_in_one_message():
    limit = a_limit()
    an_active_agreement(limit.policy)
    counts = []
    for size in (2, 6):
        lines = _wanted(limit, size)
        with CaptureQueriesContext(connection) as asked:
            assert len(services.issue_wanted(shipments=lines)) == size
        counts.append(len(asked))
    assert counts[0] == counts[1]
    numbers = list(CoverNotice.objects.order_by("id").values_list("number", flat=True))
    assert numbers == sorted(set(numbers))
    assert all(letters.document_of(row).number == row.number for row in CoverNotice.objects.all())
    a_file = _wanted(limit, 21)
    Message.objects.all().delete()
    services.issue_wanted(shipments=a_file)
    told = Message.objects.values_list("kind", "organisation__code", "params__count")
    assert sorted(told) == [("cover.many_stand", "haituo", 21), ("cover.many_stand", "minhai", 21)]
    refused = limits.stop(actor=actor("zhou"), limit_id=limit.pk, reason="UNDERWRITER", comment="Adverse news")
    assert len(refused) == 1
    assert Message.objects.get(kind="cover.many_revoked", organisation__code="minhai").params["count"] == 29


def test_what_changes_nothing_writes_nothing():
    shipment = a_noticed_shipment()
    assert services.refresh(shipments=[shipment.pk], cause=Cause.LIMIT) == []
    a_shipment(shipment.limit, amount=Decimal(10_000))
    assert history(shipment) == [(1, "VALID", "DECLARED")]


def test_exporter_and_bank_may_ask_and_a_standing_notice_is_not_written_twice():
    limit = a_limit()
    an_active_agreement(limit.policy)
    for name, amount in (("chen", 100_000), ("li", 50_000)):
        shipment = a_shipment(limit, amount=Decimal(amount))
        row = services.issue(actor=actor(name), shipment_id=shipment.pk)
        assert (row.cause, row.bank.code) == ("ASKED", "minhai")
        with pytest.raises(DomainError, match="notice_stands"):
            services.issue(actor=actor(name), shipment_id=shipment.pk)
    with pytest.raises(NotAllowed):
        services.issue(actor=actor("zhou"), shipment_id=shipment.pk)
    for stranger in ("kong", "wu"):
        with pytest.raises(Shipment.DoesNotExist):
            services.issue(actor=actor(stranger), shipment_id=shipment.pk)
    assert {name: CoverNotice.objects.visible_to(actor(name)).count() for name in ("chen", "li", "zhou", "kong", "wu")} == {
        "chen": 2, "li": 2, "zhou": 2, "kong": 0, "wu": 0,
    }  # fmt: skip


def test_a_version_is_never_changed_deleted_or_written_twice():
    row = newest(a_noticed_shipment())
    for attack in (lambda: CoverNotice.objects.filter(pk=row.pk).update(state="REVOKED"), row.delete):
        with pytest.raises((InternalError, IntegrityError), match="append-only"), transaction.atomic():
            attack()
    row.pk, row.number = None, "CN-X"
    with pytest.raises(IntegrityError, match="cover_notice_version"), transaction.atomic():
        row.save()
    row.version, row.reasons = 9, ["STOPPED"]
    with pytest.raises(IntegrityError, match="cover_notice_revoked_says_why"), transaction.atomic():
        row.save()


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "请勿以此为凭"), ("en", "Do not rely on this paper")])
def test_the_public_check_says_whether_the_paper_still_holds_and_no_more(language: str, words: str):
    shipment = a_noticed_shipment()
    paper = letters.document_of(newest(shipment))
    address = reverse("documents:verify-code", args=[paper.verification_code])
    before = client().get(address, headers={"accept-language": language}).content.decode()
    assert words not in before
    limits.stop(actor=actor("zhou"), limit_id=shipment.limit_id, reason="UNDERWRITER", comment="Adverse news")
    after = client().get(address, headers={"accept-language": language}).content.decode()
    assert words in after
    for hidden in (shipment.obligor.name, "Adverse news", shipment.invoice_no, "闽海"):
        assert hidden not in after


def _printed(row: CoverNotice) -> str:
    """The words of the real PDF."""
    paper = letters.document_of(row)
    frame = {
        "document": paper,
        "reference": paper.number,
        "issued_on": clock.today(),
        "verification_code": "",
        "verify_url": "",
    }
    pdf = render_pdf(KINDS[paper.kind].template, {**frame, **paper.context}, paper.language)
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_the_letter_prints_in_both_states():
    shipment = a_noticed_shipment()
    limits.stop(actor=actor("zhou"), limit_id=shipment.limit_id, reason="UNDERWRITER", comment="Adverse news")
    valid, revoked = (_printed(row) for row in CoverNotice.objects.order_by("version"))
    assert "100,000.00" in valid
    assert "90" in valid
    assert "The limit is stopped." in revoked
    assert "The limit is stopped." not in valid
    assert letters.document_of(newest(shipment)).context["reasons"][0]["en"] == "The limit is stopped."


@pytest.mark.parametrize("name", ["chen", "li", "zhou"])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_list_and_detail_open_for_each_side(name: str, language: str):
    row = newest(a_noticed_shipment())
    for address in (reverse("financing:notice-list"), reverse("financing:notice-detail", args=[row.pk])):
        assert row.number in client(name).get(address, headers={"accept-language": language}).content.decode()
    assert client(name).get(reverse("financing:notice-list") + "?export=csv&state=VALID").status_code == 200


def test_a_notice_is_asked_for_by_page_and_a_wrong_invoice_is_named():
    limit = a_limit()
    an_active_agreement(limit.policy)
    shipment = a_shipment(limit)
    address = reverse("financing:notice-new")
    wrong = client("li").post(address, {"invoice_no": "NONE-1"})
    assert (wrong.status_code, 'data-code="unknown_invoice"' in wrong.content.decode()) == (422, True)
    done = client("li").post(address, {"invoice_no": shipment.invoice_no.lower()})
    assert done["Location"] == reverse("financing:notice-detail", args=[newest(shipment).pk])
    assert client("zhou").get(address).status_code == 403


def test_the_api_lists_the_newest_shows_any_and_takes_a_request():
    limit = a_limit()
    an_active_agreement(limit.policy)
    shipment = a_shipment(limit)
    made = client("li").post("/api/v1/cover-notices/", {"shipment": shipment.pk}, content_type="application/json")
    assert (made.status_code, made.json()["covered"], made.json()["is_newest"]) == (201, "100000.000", True)
    a_receipt(shipment, 40_000)
    [listed] = client("li").get("/api/v1/cover-notices/").json()["results"]
    assert (listed["version"], listed["covered"]) == (2, "60000.000")
    assert client("li").get(f"/api/v1/cover-notices/{made.json()['id']}/").json()["is_newest"] is False
    assert client("kong").get(f"/api/v1/cover-notices/{made.json()['id']}/").status_code == 404
    gone = client("kong").post("/api/v1/cover-notices/", {"shipment": shipment.pk}, content_type="application/json")
    assert gone.status_code == 404


def test_the_flow_counts_it():
    shipment = a_noticed_shipment()
    agreement = newest(shipment).agreement
    page = client("li").get(
        reverse("financing:agreement-detail", args=[agreement.pk]), headers={"accept-language": "en"}
    )
    assert "Notice of cover sent" in page.content.decode()
    assert clock.today() == clock.business_date(newest(shipment).issued_at)
