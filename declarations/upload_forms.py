"""Forms of uploads: the file, which column is which, the confirmation, one row to mend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from declarations.forms import YES_NO
from declarations.importer.columns import COLUMNS
from declarations.models import ImportBatch, RowError
from policies.models import Policy
from sinosure.core.tables.sniffing import LARGEST_FILE
from sinosure.ui import fields
from sinosure.ui.forms import Form


class UploadForm(Form):
    """A file of shipments for one policy."""

    policy = fields.PickField(Policy.objects.none(), label=_("Policy"))
    file = fields.UploadField(
        max_bytes=LARGEST_FILE,
        accept=".csv,.txt,.xlsx",
        label=_("Excel (.xlsx) or CSV file"),
        help_text=_("At most 200,000 rows and 64 MB. The columns may stand in any order."),
    )

    def __init__(self, *args: Any, policies: QuerySet[Policy], **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["policy"].queryset = policies  # type: ignore[attr-defined]
        self.fields["policy"].initial = policies.first()


class MappingForm(Form):
    """Which column of the file holds which field."""

    def __init__(self, *args: Any, batch: ImportBatch, **named: Any) -> None:
        super().__init__(*args, **named)
        headings = [(str(index), text or f"#{index + 1}") for index, text in enumerate(batch.layout["headings"])]
        for column in COLUMNS:
            found = batch.mapping.get(column.name)
            self.fields[column.name] = forms.ChoiceField(
                choices=[("", "—"), *headings],
                required=column.is_required,
                label=column.label,
                initial="" if found is None else str(found),
            )

    def columns(self) -> dict[str, int]:
        return {name: int(index) for name, index in self.cleaned_data.items() if index != ""}


class ConfirmForm(Form):
    """Before a file is booked."""

    leave_out_bad = forms.BooleanField(required=False)
    knows_of_loss = forms.ChoiceField(
        choices=YES_NO,
        widget=forms.RadioSelect,
        label=_("Is any invoice of these buyers overdue, or do you know of anything that may cause a loss?"),
    )

    def __init__(self, *args: Any, batch: ImportBatch, **named: Any) -> None:
        super().__init__(*args, **named)
        if not batch.rows_bad:
            del self.fields["leave_out_bad"]
        else:
            label = _("Leave out the %(count)s rows that are not right; they are not declared")
            self.fields["leave_out_bad"].label = str(label) % {"count": batch.rows_bad}

    def asked(self) -> dict[str, bool]:
        data = self.cleaned_data
        return {"leave_out_bad": bool(data.get("leave_out_bad")), "knows_of_loss": data["knows_of_loss"] == "yes"}


class RowForm(Form):
    """The cells of one row as text; the importer reads them as it reads the file."""

    def __init__(self, *args: Any, batch: ImportBatch, faults: Sequence[RowError], **named: Any) -> None:
        super().__init__(*args, **named)
        wrong = {one.column: one for one in faults}
        for column in COLUMNS:
            if column.name in batch.mapping:
                note = wrong[column.name].text if column.name in wrong else ""
                field = forms.CharField(required=False, max_length=400, strip=False, label=column.label, help_text=note)
                self.fields[column.name] = field
