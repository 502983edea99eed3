"""Reminders in the API: send one, read those that were sent."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from financing import selectors as financing
from financing.models import About, Reminder
from financing.reminders import selectors, services
from sinosure.api.parsing import StrictSerializer, asked
from sinosure.api.scoped import Scoped
from sinosure.core.errors import DomainError


class RemindSerializer(StrictSerializer):
    """Of a loan, or of an assigned policy: one of the two."""

    loan = serializers.IntegerField(min_value=1, required=False)
    policy = serializers.IntegerField(min_value=1, required=False)
    about = serializers.ChoiceField(choices=About.choices)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class ReminderSerializer(serializers.ModelSerializer[Reminder]):
    policy_number = serializers.CharField(source="policy.number", read_only=True)

    class Meta:
        model = Reminder
        fields = (
            "id",
            "bank",
            "policyholder",
            "policy",
            "policy_number",
            "loan",
            "about",
            "note",
            "sent_on",
            "sent_at",
        )


class ReminderViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Reminder]):
    """Reminders from banks to exporters."""

    access = {"list": "financing.view", "retrieve": "financing.view", "create": "financing.lend"}
    queryset = Reminder.objects.none()
    serializer_class = ReminderSerializer
    lookup_value_regex = "[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return selectors.reminders(self.actor)

    @extend_schema(request=RemindSerializer, responses={201: ReminderSerializer})
    def create(self, request: Request) -> Response:
        """Remind the exporter. 429 `reminded_today` on the second try of a day."""
        data = asked(RemindSerializer, request)
        row = self._send(data.pop("loan", None), data.pop("policy", None), data)
        return Response(self.get_serializer(row).data, status=status.HTTP_201_CREATED)

    def _send(self, loan_id: int | None, policy_id: int | None, data: dict[str, Any]) -> Reminder:
        if (loan_id is None) == (policy_id is None):
            raise DomainError("loan_or_policy", _("Name a loan or a policy, one of the two."), field="loan")
        if loan_id is not None:
            if not financing.loans(self.actor).filter(pk=loan_id).exists():
                raise Http404
            return services.of_loan(actor=self.actor, loan_id=loan_id, **data)
        if not financing.assigned_policies(self.actor, policy_id).exists():
            raise Http404
        return services.of_policy(actor=self.actor, policy_id=policy_id or 0, **data)
