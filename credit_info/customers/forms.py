"""The form of the batch check."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from credit_info.customers.batch import MOST_LINES, Line, lines_of
from credit_info.tables import read_text
from sinosure.core.errors import DomainError
from sinosure.ui import fields
from sinosure.ui.forms import Form


class BatchForm(Form):
    """Names pasted or in a text file, one a line."""

    names = fields.CommentField(
        label=_("Buyers, one a line"), required=False, max_length=60_000,
        help_text=_("Name or number; a comma or tab and the country may follow. At most 200 lines."),
    )  # fmt: skip
    file = fields.UploadField(
        label=_("Or a file (CSV or text)"), required=False, max_bytes=1_000_000, accept=".csv,.txt"
    )

    def lines(self) -> list[Line]:
        """Raises what `lines_of` and `read_text` raise, at the field it concerns."""
        upload: Any = self.cleaned_data["file"]
        if upload is None:
            return lines_of(self.cleaned_data["names"])
        try:
            return lines_of(read_text(upload).read())
        except DomainError as error:
            error.field = "file"
            raise


__all__ = ["MOST_LINES", "BatchForm"]
