"""What an exporter reads must not repeat a bought report or an internal fact (LIM-4)."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from credit_info.models import Fact
from credit_info.reports.models import OrderState, ReportOrder
from sinosure.core.errors import DomainError

HAN_RUN, WORD_RUN = 10, 5
_PIECES = re.compile(r"[\u4e00-\u9fff]|[^\W_]+")


def repeats(text: str, secret: str) -> bool:
    """Whether `text` has a run in common with `secret`: ten Chinese characters, or five words."""
    said, kept = _PIECES.findall(text.casefold()), _PIECES.findall(secret.casefold())
    runs = {tuple(kept[i : i + n]) for i in range(len(kept)) for n in [_length(kept[i])] if i + n <= len(kept)}
    return any(tuple(said[i : i + _length(said[i])]) in runs for i in range(len(said)))


def _length(piece: str) -> int:
    return HAN_RUN if "\u4e00" <= piece[0] <= "\u9fff" else WORD_RUN


def check_reasons(obligor_id: int, text: str, field: str = "reasons") -> None:
    """Raises `quotes_report` when reasons for the exporter repeat what only the insurer may know of this company."""
    if any(repeats(text, secret) for secret in _secrets(obligor_id)):
        message = _(
            "This repeats a credit report or an internal fact. Say it in general words; the source stays with us."
        )
        raise DomainError("quotes_report", message, field=field)


def _secrets(obligor_id: int) -> list[str]:
    """Texts about a company that its exporters must not read: internal facts, and reports that others bought."""
    facts = Fact.objects.filter(obligor=obligor_id, is_internal=True).values_list("text", flat=True)
    reports = ReportOrder.objects.filter(obligor=obligor_id, state=OrderState.DELIVERED)
    parts = [part for found in reports.values_list("findings", flat=True) for part in found.values()]
    return [*facts, *parts]
