"""Banks declare by file too: assigned receivables, and claims bought without recourse, to the figures of the single door."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from credit_info.models import Obligor
from declarations.importer import services
from declarations.models import BatchState, ImportBatch, RowError, Shipment
from limits.models import CreditLimit
from sinosure.core import clock
from tests.factories.bank_policies import a_bank_limit, a_bank_policy, a_factoring_agreement
from tests.factories.files import as_csv, as_xlsx, worked
from tests.factories.obligors import a_bank_obligor
from tests.factories.people import actor

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _on_the_day():
    with clock.frozen(DAY):
        yield


def a_row(bank: Obligor, number: str, **changes: str) -> dict[str, str]:
    """USD 100,000, D/A 90 days from the day of purchase, avalised by the bank, sold by Haituo."""
    plain = {
        "发票号": number, "债务银行BIC": bank.bic, "支付方式": "DA", "信用期限（天）": "90", "买入日": f"{DAY}", "币种": "USD",
        "发票金额": "100000", "卖方（出口商）": "Ningbo Haituo", "承兑或保付编号": "AV-7", "信用证号": "",
    }  # fmt: skip
    return {**plain, **changes}


def handed_in(limit: CreditLimit, content: bytes, name: str) -> ImportBatch:
    upload = SimpleUploadedFile(name, content)
    batch = worked(services.receive(actor=actor("li"), policy_id=limit.policy_id, upload=upload))
    if batch.state == BatchState.MAPPING:  # the headings are the bank's own words
        services.confirm_mapping(actor=actor("li"), batch_id=batch.pk, columns=batch.mapping)
        batch = worked(batch)
    return batch


@pytest.mark.parametrize(("write", "name"), [(as_csv, "claims.csv"), (as_xlsx, "claims.xlsx")])
def test_claims_bought_are_booked_on_the_limit_of_the_bank(write, name):
    """200,000 of limit, 150,000 + 100,000 bought: 150,000 and 50,000 are covered, whatever paper the bank owes on."""
    bank = a_bank_obligor()
    limit = a_bank_limit(a_bank_policy("FORFAITING"), bank, term="DA")
    rows = [a_row(bank, "F-1", 发票金额="150000"), a_row(bank, "F-2", 承兑或保付编号="AV-8")]
    batch = handed_in(limit, write(rows), name)
    assert (batch.state, batch.rows_bad) == (BatchState.READY, 0)
    services.confirm(actor=actor("li"), batch_id=batch.pk)
    worked(batch)
    lines = Shipment.objects.order_by("invoice_no").values_list("obligor", "buyer", "seller", "aval_no", "covered")
    assert list(lines) == [
        (bank.pk, None, "Ningbo Haituo", "AV-7", 150_000),
        (bank.pk, None, "Ningbo Haituo", "AV-8", 50_000),
    ]


def test_what_is_no_claim_on_a_bank_is_refused_row_by_row_in_both_languages():
    bank = a_bank_obligor()
    limit = a_bank_limit(a_bank_policy("FORFAITING"), bank, term="DA")
    wrong = [
        a_row(bank, "F-1", 支付方式="OA"), a_row(bank, "F-2", **{"卖方（出口商）": ""}), a_row(bank, "F-3", 承兑或保付编号=""),
        a_row(bank, "F-4", 支付方式="LC_USANCE"), a_row(bank, "F-5", 债务银行BIC="XXXXDEFF"), a_row(bank, "F-6", 债务银行BIC=""),
    ]  # fmt: skip
    batch = handed_in(limit, as_csv(wrong), "claims.csv")
    found = RowError.objects.filter(batch=batch).order_by("row_no")
    assert list(found.values_list("row_no", "column", "code")) == [
        (2, "term", "term_not_covered"), (3, "seller", "seller_missing"), (4, "aval_no", "aval_missing"),
        (5, "lc_no", "lc_without_number"), (6, "bank_bic", "unknown_bank"), (7, "bank_bic", "required"),
    ]  # fmt: skip
    with override("zh-hans"):
        assert all(any("一" <= letter <= "鿿" for letter in one.text) for one in found)


def test_receivables_of_sellers_without_a_factoring_agreement_are_refused_row_by_row_and_mended_in_place():
    limit = a_bank_limit(a_bank_policy("BANK"))
    a_factoring_agreement(limit.policy)
    buyer = limit.obligor
    rows = [
        {**a_row(buyer, number, 支付方式="OA", **{"卖方（出口商）": seller}), "买方代码": buyer.code}
        for number, seller in (("R-1", "Ningbo Haituo"), ("R-2", "Yunshan"))
    ]
    batch = handed_in(limit, as_csv(rows), "receivables.csv")
    found = RowError.objects.get(batch=batch)
    assert (found.row_no, found.column, found.code, batch.rows_good) == (3, "seller", "no_factoring_agreement", 1)
    with override("zh-hans"):
        assert "Yunshan" in found.text
        assert "保理协议" in found.text
    mended = services.mend(actor=actor("li"), batch_id=batch.pk, row_no=3, values={"seller": "Ningbo Haituo"})
    assert (mended.rows_good, mended.rows_bad) == (2, 0)
