"""Deadlines in the API: read only; they move when the deed that they ask for is done."""

from __future__ import annotations

from typing import Any

from rest_framework import mixins, serializers, viewsets

from sinosure.accounts.access import SIGNED_IN
from sinosure.deadlines import selectors
from sinosure.deadlines.models import Deadline


class DeadlineSerializer(serializers.ModelSerializer[Deadline]):
    title = serializers.SerializerMethodField(help_text="What has to be done, in the language of the request.")
    days_left = serializers.SerializerMethodField(help_text="Days until the last valid day; negative afterwards.")
    days = serializers.SerializerMethodField(help_text="The count day by day; only of a single deadline.")

    class Meta:
        model = Deadline
        fields = (
            "id", "kind", "title", "subject_type", "subject_id", "owner", "state", "starts_on", "nominal_due",
            "legal_due", "earliest", "provisional", "days_left", "amount_at_risk", "currency", "settled_at", "days",
        )  # fmt: skip

    def get_title(self, deadline: Deadline) -> str:
        return selectors.title_of(deadline)

    def get_days_left(self, deadline: Deadline) -> int:
        return selectors.days_left(deadline)

    def get_days(self, deadline: Deadline) -> list[dict[str, Any]] | None:
        if self.context["view"].action != "retrieve":
            return None
        days = selectors.explain(deadline).days
        return [{"date": day.date.isoformat(), "counts": day.counts, "why": str(day.why)} for day in days]


class DeadlineViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Deadline]):
    """Clocks that concern the caller."""

    access = {"list": SIGNED_IN, "retrieve": SIGNED_IN}
    serializer_class = DeadlineSerializer
    queryset = Deadline.objects.none()

    def get_queryset(self) -> Any:
        return selectors.visible(self.request._request.actor)  # type: ignore[attr-defined]
