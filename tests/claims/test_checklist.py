"""CLM-5: which papers a cause asks for."""

from __future__ import annotations

import pytest

from claims.checklist import COLUMNS, PAPERS, checklist, column_of


def codes(risk: str, **options) -> dict[str, bool]:
    return {paper.code: paper.is_required for paper in checklist(risk, **options)}


def test_every_row_has_one_letter_for_each_column():
    assert all(len(paper.needs) == len(COLUMNS) and set(paper.needs) <= set("RCA-") for paper in PAPERS)
    assert len({paper.code for paper in PAPERS}) == len(PAPERS)


@pytest.mark.parametrize(
    ("risk", "column"),
    [
        ("BUYER_DEFAULT", "default"), ("BUYER_INSOLVENCY", "insolvency"), ("BUYER_REJECTION", "rejection"),
        ("BANK_DEFAULT", "lc_bank"), ("BANK_INSOLVENCY", "lc_bank"), ("POL_TRANSFER", "political"), ("POL_WAR", "political"),
    ],
)  # fmt: skip
def test_each_risk_has_its_column(risk, column):
    assert column_of(risk) == column


def test_a_default_asks_for_proof_that_the_goods_were_accepted():
    asked = codes("BUYER_DEFAULT")
    assert asked["ACCEPTANCE"] is True
    assert "INSOLVENCY" not in asked
    assert "LC" not in asked


def test_a_rejection_asks_for_disposal_papers_and_a_political_loss_for_the_decree():
    assert codes("BUYER_REJECTION")["DISPOSAL"] is True
    assert codes("POL_MORATORIUM")["DECREE"] is True
    assert codes("BANK_DEFAULT")["LC"] is True
    assert "CORRESPONDENCE" not in codes("BANK_DEFAULT")


def test_bank_papers_are_asked_of_bank_products_only():
    assert "BANK_PAPERS" not in codes("BUYER_DEFAULT")
    assert codes("BUYER_DEFAULT", product="BANK")["BANK_PAPERS"] is True


def test_slips_are_fetched_by_the_system():
    slips = next(paper for paper in checklist("BUYER_DEFAULT") if paper.code == "SLIPS")
    assert (slips.is_automatic, slips.is_required) == (True, False)


def test_the_simplified_path_asks_for_less():
    assert len(checklist("BUYER_DEFAULT", column="micro")) < len(checklist("POL_WAR"))
    assert "SLIPS" not in codes("BUYER_DEFAULT", column="micro")
