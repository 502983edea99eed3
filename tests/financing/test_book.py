"""The book of financing: a line a fact, nothing altered unseen, a bank checks its own export and meets no other bank."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pgtrigger
import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from financing import book, services
from financing.models import Fact, FinancingEntry, FinancingSeal, Loan
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories.financing import a_financeable_shipment, a_loan, a_repayment, an_active_agreement
from tests.factories.people import actor, organisation, user

pytestmark = pytest.mark.django_db

CHECK: Callable[[str], str] = runpy.run_path(
    str(Path(__file__).parents[2] / "docs/check_financing_export.py"), run_name="recipe"
)["check"]
ENTRY, SEAL = "financing.FinancingEntry", "financing.FinancingSeal"


def facts_of(loan: Loan) -> list[str]:
    return list(FinancingEntry.objects.filter(shipment=loan.shipment).order_by("id").values_list("fact", flat=True))


def export(name: str) -> str:
    book.seal()
    return "".join(book.export_lines(actor(name)))


def test_every_fact_of_a_loan_is_a_line():
    """90,000 drawn, 40,000 and 50,000 repaid: with the last cent the invoice is free."""
    loan = a_repayment(a_repayment(a_loan(), 40_000), 50_000)
    assert facts_of(loan) == ["CHECKED", "RESERVED", "DRAWN", "REPAID", "REPAID", "HOLD_FREED"]
    amounts = FinancingEntry.objects.filter(loan=loan).order_by("id").values_list("amount", flat=True)
    assert list(amounts) == [90_000, 90_000, 40_000, 50_000, 90_000]


def test_a_reservation_given_up_is_released_and_frees_the_invoice():
    shipment = a_financeable_shipment()
    loan = services.approve(
        actor=actor("li"), shipment_id=shipment.pk, principal=1_000, matures_on=shipment.due_on
    )  # fmt: skip
    services.give_up(actor=actor("li"), loan_id=loan.pk, reason="no need")
    assert facts_of(loan) == ["CHECKED", "RESERVED", "RELEASED", "HOLD_FREED"]


def test_what_is_rolled_back_leaves_no_line():
    with transaction.atomic():
        a_loan(a_financeable_shipment(), 1_000)
        transaction.set_rollback(True)
    assert not FinancingEntry.objects.exists()


def test_a_refused_duplicate_is_the_losers_line_and_names_nobody():
    loan = a_loan()
    policy = loan.agreement.policy
    a_repayment(loan, loan.principal)
    loan.financed.refresh_from_db()
    services.release(actor=actor("wang"), agreement_id=loan.agreement_id, reason="over")
    other = _held_by_jiangwan(loan)
    with clock.frozen(clock.today()):
        an_active_agreement(policy)
    with pytest.raises(DomainError) as refused:
        services.approve(
            actor=actor("li"), shipment_id=loan.shipment_id, principal=1_000, matures_on=loan.shipment.due_on
        )  # fmt: skip
    assert refused.value.code == "duplicate_other_bank"
    line = FinancingEntry.objects.latest("id")
    assert (line.fact, line.bank, line.loan) == (Fact.DUPLICATE_REFUSED, organisation("minhai"), None)
    assert str(other.holder.name_zh) not in export("li")


def _held_by_jiangwan(loan: Loan):
    held = loan.financed
    held.pk, held.holder, held.released_at = None, organisation("jiangwan"), None
    held.save(force_insert=True)
    return held


def test_writers_never_wait_for_the_chain_and_the_sealer_chains_in_order():
    a_loan()
    assert not FinancingSeal.objects.exists()
    assert book.seal() == 3  # checked, reserved, drawn
    assert book.seal() == 0
    a_repayment(Loan.objects.get(), 100)
    assert book.seal() == 1
    assert list(FinancingSeal.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]
    assert book.verify() == book.Verification(4, 0, ())


@pytest.mark.parametrize("table", ["financing_financingentry", "financing_financingseal"])
@pytest.mark.parametrize("attack", ["DELETE FROM {}", "UPDATE {} SET bank_id = bank_id", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_alter_the_book(table, attack):
    a_loan()
    book.seal()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack.format(table))


def _raise_an_amount() -> None:
    FinancingEntry.objects.filter(fact=Fact.DRAWN).update(amount=1)


def _take_a_line_out() -> None:
    middle = FinancingSeal.objects.get(position=2)
    middle.delete()
    FinancingEntry.objects.filter(pk=middle.entry_id).delete()


def _change_and_seal_again() -> None:
    _raise_an_amount()
    link = FinancingSeal.objects.select_related("entry__loan").get(position=2)
    changed = FinancingSeal.objects.filter(pk=link.pk)
    changed.update(hash=book.link_hash("1" * 64, book.content(link.entry)))


@pytest.mark.parametrize(
    ("attack", "told"),
    [
        (_raise_an_amount, "was changed"),
        (_take_a_line_out, "entry 2 is missing"),
        (_change_and_seal_again, "does not follow"),
    ],
)
def test_whoever_switches_the_triggers_off_is_found_by_the_command(attack, told):
    """The control: without the triggers each attack works, and the chain tells."""
    a_loan()
    book.seal()
    with pgtrigger.ignore(f"{ENTRY}:append_only", f"{SEAL}:append_only"):
        attack()
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_financing_ledger", stderr=errors, stdout=StringIO())
    assert told in errors.getvalue()


def test_the_command_seals_and_counts():
    a_loan()
    said = StringIO()
    call_command("verify_financing_ledger", stdout=said)
    assert "3 entries sealed and intact, 0 waiting" in said.getvalue()


def test_a_bank_checks_its_export_by_itself():
    a_loan()
    assert f"bank {organisation('minhai').pk}: 3 lines, last hash " in CHECK(export("li"))
    assert CHECK(export("kong")) == ""


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_line_changed_in_the_file_is_found(place):
    """The digest is mended as a forger would: the link of the line still tells."""
    a_loan()
    *rows, _last = export("li").splitlines()
    forged = json.loads(rows[place])
    forged["entry"]["amount"] = "1.000"
    rows[place] = book.canonical(forged)
    text = "".join(f"{row}\n" for row in rows)
    digest = book.hashlib.sha256(text.encode()).hexdigest()
    with pytest.raises(ValueError, match="was changed"):
        CHECK(text + book.canonical({"lines": len(rows), "sha256": digest}) + "\n")


def test_a_file_cut_short_is_found():
    a_loan()
    rows = export("li").splitlines()
    with pytest.raises(ValueError, match="digest"):
        CHECK("\n".join([*rows[:1], rows[-1]]) + "\n")


def client_of(name: str) -> Client:
    client = Client()
    client.force_login(user(name), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_bank_and_auditor_read_the_book(language):
    loan = a_loan()
    book.seal()
    for name in ("li", "wang", "yan"):
        page = client_of(name).get(reverse("financing:book"), headers={"accept-language": language})
        assert page.status_code == 200
        assert page.content.decode().count(loan.shipment.invoice_no) == 3  # checked, reserved, drawn


def test_another_bank_reads_no_line_and_an_exporter_no_book():
    loan = a_loan()
    page = client_of("kong").get(reverse("financing:book"))
    assert loan.shipment.invoice_no not in page.content.decode()
    for name in ("book", "book-export"):
        assert client_of("chen").get(reverse(f"financing:{name}")).status_code == 403


def test_the_book_is_exported_from_its_page():
    a_loan()
    book.seal()
    file = client_of("li").get(reverse("financing:book-export"))
    assert "3 lines" in CHECK(file.getvalue().decode())
