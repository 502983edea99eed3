"""Bodies that the API of claims reads. They parse; the services decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from claims.eligibility import Finding
from claims.exclusions import EXCLUSIONS
from claims.models import CoveredRisk, DisputeKind, DisputeOutcome, NoteKind, OpinionKind, RecoveryMode, ReturnKind
from claims.worksheet import AMOUNTS, CostEntry, Entries, LineEntry
from sinosure.api.parsing import DateField, NameField, ParsedField, StrictSerializer
from sinosure.core import parsing


class FreeAmount(ParsedField):
    """An amount in the currency of the row it is about; `allow_zero` where zero is an answer."""

    def __init__(self, *, allow_zero: bool = False, **named: Any) -> None:
        super().__init__(**named)
        self.allow_zero = allow_zero

    def read(self, text: str) -> Decimal:
        row = self.root.context.get("row")
        currency = getattr(row, "currency", "") or "KWD"  # the most generous one where each line has its own
        amount: Decimal = parsing.parse_amount(text, currency, allow_zero=self.allow_zero).value
        return amount


class StartReader(StrictSerializer):
    """From a loss notice, or (where a notice is optional) from policy and obligor."""

    notice = serializers.IntegerField(required=False)
    policy = serializers.IntegerField(required=False)
    obligor = serializers.IntegerField(required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if "notice" not in data and not {"policy", "obligor"} <= data.keys():
            raise serializers.ValidationError(
                {"notice": str(_("Name the notice, or policy and obligor."))}, code="required"
            )
        return data


class DraftReader(StrictSerializer):
    cause = serializers.ChoiceField(choices=CoveredRisk.choices)
    occurred_on = DateField()
    statement = serializers.CharField(max_length=2000, allow_blank=True, default="")
    shipments = serializers.ListField(child=serializers.IntegerField(), max_length=1000, required=False, default=list)
    lc_documents_complied = serializers.BooleanField(allow_null=True, default=None)
    lc_discrepancies = serializers.CharField(max_length=300, allow_blank=True, default="")


class ReasonReader(StrictSerializer):
    reason = serializers.CharField(max_length=500)


class CommentReader(StrictSerializer):
    comment = serializers.CharField(max_length=500)


class OptionalCommentReader(StrictSerializer):
    comment = serializers.CharField(max_length=500, default="", allow_blank=True)


class RequestReader(StrictSerializer):
    text = serializers.CharField(max_length=1000, default="", allow_blank=True)


class DisputeReader(StrictSerializer):
    kind = serializers.ChoiceField(choices=DisputeKind.choices)
    raised_on = DateField()
    amount_disputed = FreeAmount()


class ResumeReader(StrictSerializer):
    outcome = serializers.ChoiceField(choices=DisputeOutcome.choices)
    reason = serializers.CharField(max_length=500)


class NoteReader(StrictSerializer):
    kind = serializers.ChoiceField(choices=NoteKind.choices)
    text = serializers.CharField(max_length=2000)
    happened_on = DateField()


class PaperReader(StrictSerializer):
    item = serializers.IntegerField()


class UploadReader(PaperReader):
    file = serializers.FileField()


class RefusedPaperReader(PaperReader):
    comment = serializers.CharField(max_length=300)


class ExclusionReader(StrictSerializer):
    code = serializers.ChoiceField(choices=list(EXCLUSIONS.items()))
    triggered = serializers.BooleanField()
    evidence = serializers.CharField(max_length=300, default="", allow_blank=True)


class ExclusionsReader(StrictSerializer):
    findings = ExclusionReader(many=True)


class LineReader(StrictSerializer):
    """One receivable of the worksheet; amounts in its invoice currency, what is left out is 0."""

    shipment = serializers.IntegerField()
    eligible = serializers.BooleanField(default=True)
    reason = serializers.ChoiceField(choices=Finding.choices, default="", allow_blank=True)
    note = serializers.CharField(max_length=200, default="", allow_blank=True)
    setoff = FreeAmount(default=Decimal(0), allow_zero=True)
    reduction_unconsented = FreeAmount(default=Decimal(0), allow_zero=True)
    resale_gross = FreeAmount(default=Decimal(0), allow_zero=True)
    disposal_charges = FreeAmount(default=Decimal(0), allow_zero=True)
    saved = FreeAmount(default=Decimal(0), allow_zero=True)
    security_realised = FreeAmount(default=Decimal(0), allow_zero=True)


class CostReader(StrictSerializer):
    consent_no = NameField(max_length=30)
    amount = FreeAmount()


class EntriesReader(StrictSerializer):
    """A worksheet: facts only. Base, percentage and indemnity are computed and cannot be sent."""

    lines = LineReader(many=True, default=list)
    costs = CostReader(many=True, default=list)
    breach = serializers.ChoiceField(choices=["", "CONFIRM", "WAIVE"], default="", allow_blank=True)
    breach_reason = serializers.CharField(max_length=200, default="", allow_blank=True)


def entries_of(data: dict[str, Any]) -> Entries:
    lines = [
        LineEntry(
            line["shipment"], line["eligible"], line["reason"], line["note"], **{name: line[name] for name in AMOUNTS}
        )
        for line in data["lines"]
    ]
    costs = [CostEntry(cost["consent_no"], cost["amount"]) for cost in data["costs"]]
    return Entries(tuple(lines), tuple(costs), data["breach"], data["breach_reason"])


class OpinionReader(StrictSerializer):
    kind = serializers.ChoiceField(choices=OpinionKind.choices)
    reasons = serializers.CharField(max_length=2000)


class ReturnReader(StrictSerializer):
    kind = serializers.ChoiceField(choices=ReturnKind.choices)


class ReturnUploadReader(ReturnReader):
    file = serializers.FileField()


class ReturnRefusedReader(ReturnReader):
    comment = serializers.CharField(max_length=300)


class IdentityReader(StrictSerializer):
    beneficiary = NameField()
    licence_no = NameField()
    legal_representative = NameField()
    relationship = serializers.ChoiceField(choices=["self", "assignee"])
    beneficial_owner = NameField()


class RecoverReader(StrictSerializer):
    mode = serializers.ChoiceField(choices=RecoveryMode.choices, default=RecoveryMode.PRO_RATA)


class ConfirmReader(StrictSerializer):
    confirmed_on = DateField()
    bank_reference = NameField(max_length=60)


class ChannelReader(StrictSerializer):
    channel = NameField(max_length=120)


class RemarkReader(StrictSerializer):
    remark = serializers.CharField(max_length=500)


class InstalmentReader(StrictSerializer):
    due_on = DateField()
    amount = FreeAmount()


class PlanReader(StrictSerializer):
    remark = serializers.CharField(max_length=500, default="", allow_blank=True)
    plan = InstalmentReader(many=True)


class RecoveredReader(StrictSerializer):
    received_on = DateField()
    gross = FreeAmount()
    cost = FreeAmount(default=Decimal(0), allow_zero=True)
    reference = NameField(max_length=60)
    received_by_insured = serializers.BooleanField(default=False)
