"""How much one file may hold (row 38)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError

MOST_ROWS = 200_000
MOST_BLANK_ROWS = 1_000
MOST_COLUMNS = 100
HEADER_WITHIN = 20
LAST_ROW_NO = MOST_ROWS + MOST_BLANK_ROWS + HEADER_WITHIN


def too_many_rows() -> DomainError:
    message = _("The file has more than 200,000 rows. Split it and upload the parts one after the other.")
    return DomainError("too_many_rows", message, "file", 413)
