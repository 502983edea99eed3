"""The letters about a limit as they are printed: 《信用限额申请表》, 《信用限额审批单》 and the notice of a change."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.template.loader import get_template
from pypdf import PdfReader

from limits import services
from sinosure.documents.kinds import KINDS
from sinosure.documents.models import Document
from sinosure.documents.services import rendition_of
from tests.factories.limits import a_limit, a_zero_limit
from tests.factories.people import actor


def printed(kind: str) -> str:
    """The text of the latest letter of this kind, on one line."""
    document = Document.objects.filter(kind=kind).latest("pk")
    with rendition_of(document).file.open("rb") as file:
        pages = PdfReader(io.BytesIO(file.read())).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_letter_has_its_template(kind):
    assert get_template(KINDS[kind].template)


@pytest.mark.django_db
def test_application_and_decision_say_what_was_asked_and_granted(settings, tmp_path):
    """Asked for USD 200,000, O/A 90 days; granted in part: USD 150,000."""
    settings.MEDIA_ROOT = tmp_path
    limit = a_limit(decision={"amount": Decimal(150_000)})
    asked, decided = printed("limit_application"), printed("limit_decision")
    for words in ("信用限额申请表", "USD 200,000.00", "350,000.00", "LED lamps", limit.obligor.name):
        assert words in asked
    for words in ("信用限额审批单", "USD 150,000.00", "Within what the buyer", limit.obligor.name, "Approved in part"):
        assert words in decided


@pytest.mark.django_db
def test_a_zero_limit_says_that_nothing_is_covered(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    a_zero_limit()
    assert "the insurer is not liable for exports to this debtor" in printed("limit_decision")


@pytest.mark.django_db
def test_a_cancelled_limit_says_from_when(settings, tmp_path):
    """Goods shipped before the day after delivery keep the old limit (LIM-9)."""
    settings.MEDIA_ROOT = tmp_path
    limit = a_limit()
    services.cancel(actor=actor("sun"), limit_id=limit.pk, reason="BUYER_ADVERSE", comment="Insolvency rumours")
    letter = printed("limit_adjustment")
    for words in (limit.number, "USD 200,000.00", "USD 0.00", "撤销", "Insolvency rumours"):
        assert words in letter
