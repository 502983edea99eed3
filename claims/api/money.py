"""Payments, recovery cases and money recovered."""

from __future__ import annotations

from typing import Any

from rest_framework import mixins, serializers, viewsets

from claims import payment, recoveries, selectors
from claims.api import readers as r
from claims.api.deeds import actor_of_request, deed
from claims.lifecycle import PAYMENT, RECEIPT, RECOVERY
from claims.models import Payment, RecoveryCase, RecoveryReceipt


class PaymentSerializer(serializers.ModelSerializer[Payment]):
    actions = serializers.SerializerMethodField(help_text="The moves the caller may make now.")

    class Meta:
        model = Payment
        fields = (
            "id", "number", "claim", "payee", "account_name", "account_bank", "amount", "currency", "state",
            "prepared_at", "approved_at", "sent_at", "confirmed_on", "bank_reference", "remark", "actions",
        )  # fmt: skip

    def get_actions(self, row: Payment) -> list[str]:
        return [move.action for move in PAYMENT.available(row, actor_of_request(self.context["request"]))]


class PaymentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Payment]):
    """Indemnity payments: prepared by one person of finance, approved by another."""

    serializer_class = PaymentSerializer
    queryset = Payment.objects.none()
    access = {
        "list": "claims.view", "retrieve": "claims.view", "approve": "payments.approve", "send": "payments.prepare",
        "confirm": "payments.prepare", "return_payment": "payments.prepare", "cancel": "payments.approve",
    }  # fmt: skip

    def get_queryset(self) -> Any:
        return selectors.payments_for(actor_of_request(self.request))

    approve = deed("approve", payment.approve, "payment_id")
    send = deed("send", payment.send, "payment_id")
    confirm = deed("confirm", payment.confirm, "payment_id", r.ConfirmReader)
    return_payment = deed("return_payment", payment.return_payment, "payment_id", r.ReasonReader, "return")
    cancel = deed("cancel", payment.cancel, "payment_id", r.ReasonReader)


class ReceiptSerializer(serializers.ModelSerializer[RecoveryReceipt]):
    actions = serializers.SerializerMethodField(help_text="The moves the caller may make now.")

    class Meta:
        model = RecoveryReceipt
        fields = (
            "id", "case", "received_on", "received_by_insured", "reference", "gross", "cost", "net", "insurer_share",
            "insured_share", "to_bank", "currency", "state", "working", "actions",
        )  # fmt: skip

    def get_actions(self, row: RecoveryReceipt) -> list[str]:
        return [move.action for move in RECEIPT.available(row, actor_of_request(self.context["request"]))]


class RecoveryCaseSerializer(serializers.ModelSerializer[RecoveryCase]):
    actions = serializers.SerializerMethodField(help_text="The moves the caller may make now.")

    class Meta:
        model = RecoveryCase
        fields = (
            "id", "number", "claim", "obligor", "state", "mode", "currency", "debt", "indemnity_paid", "bank",
            "bank_outstanding", "channel", "remark", "opened_at", "closed_at", "actions",
        )  # fmt: skip

    def get_actions(self, row: RecoveryCase) -> list[str]:
        return [move.action for move in RECOVERY.available(row, actor_of_request(self.context["request"]))]


def _pursue(action: str) -> Any:
    def service(**named: Any) -> RecoveryCase:
        return recoveries.pursue(action=action, **named)

    return service


class RecoveryCaseViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[RecoveryCase]):
    """The pursuit of a debtor after payment."""

    serializer_class = RecoveryCaseSerializer
    queryset = RecoveryCase.objects.none()
    access = {
        "list": "claims.view", "retrieve": "claims.view", "assign_channel": "recoveries.manage",
        "negotiate": "recoveries.manage", "plan_instalments": "recoveries.manage", "litigate": "recoveries.manage",
        "liquidate": "recoveries.manage", "record": "recoveries.manage", "write_off": "recoveries.manage",
        "close": "recoveries.manage",
    }  # fmt: skip

    def get_queryset(self) -> Any:
        return selectors.recoveries_for(actor_of_request(self.request))

    assign_channel = deed("assign_channel", recoveries.assign_channel, "case_id", r.ChannelReader)
    negotiate = deed("negotiate", _pursue("negotiate"), "case_id", r.RemarkReader)
    litigate = deed("litigate", _pursue("litigate"), "case_id", r.RemarkReader)
    liquidate = deed("liquidate", _pursue("liquidate"), "case_id", r.RemarkReader)
    plan_instalments = deed(
        "plan_instalments", recoveries.plan_instalments, "case_id", r.PlanReader,
        after=lambda data: {"remark": data["remark"], "plan": [(row["due_on"], row["amount"]) for row in data["plan"]]},
    )  # fmt: skip
    record = deed("record", recoveries.record, "case_id", r.RecoveredReader)
    write_off = deed("write_off", recoveries.write_off, "case_id", r.ReasonReader)
    close = deed("close", recoveries.close, "case_id", r.ReasonReader)


class RecoveryReceiptViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[RecoveryReceipt]
):
    """Money recovered: split and posted by finance, then remitted."""

    serializer_class = ReceiptSerializer
    queryset = RecoveryReceipt.objects.none()
    access = {"list": "claims.view", "retrieve": "claims.view", "split": "recoveries.book", "remit": "recoveries.book"}

    def get_queryset(self) -> Any:
        return RecoveryReceipt.objects.visible_to(actor_of_request(self.request)).select_related("case__claim")

    split = deed("split", recoveries.split, "receipt_id")
    remit = deed("remit", recoveries.remit, "receipt_id")
