"""Countries, their cover and the industries in the API: the same reads and services as the pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from credit_info.atlas import cover, selectors, sources, words
from credit_info.atlas.cover import Terms
from credit_info.atlas.lifecycle import DECIDE, PROPOSE
from credit_info.atlas.models import CLASSES, CountryNote, CoverChange
from credit_info.atlas.selectors import CountryRow, Totals
from sinosure.api.parsing import AmountField, DateField, StrictSerializer, asked
from sinosure.api.scoped import Scoped
from sinosure.reference.industries import BY_SECTION
from sinosure.reference.models import Country, CoverStatus
from sinosure.reference.regions import region_of


class FiguresSerializer(serializers.Serializer[Any]):
    """USD by measure as text, and how many items stand behind each."""

    usd = serializers.SerializerMethodField()
    items = serializers.DictField(child=serializers.IntegerField())

    def get_usd(self, totals: Totals) -> dict[str, str]:
        return {name: f"{amount:.2f}" for name, amount in totals.usd.items()}


class CountrySerializer(serializers.Serializer[Any]):
    """A country or region with its terms, the caller's own figures (the staff's: everybody's), and companies by light."""

    code = serializers.CharField(source="country.pk")
    name_zh = serializers.CharField(source="country.name_zh")
    name_en = serializers.CharField(source="country.name_en")
    region = serializers.CharField(source="region.key")
    risk_class = serializers.CharField(source="country.risk_class")
    cover_status = serializers.CharField(source="country.cover_status")
    figures = FiguresSerializer(source="totals")
    companies = serializers.DictField(source="buyers", child=serializers.IntegerField())


class NoteSerializer(serializers.ModelSerializer[CountryNote]):
    class Meta:
        model = CountryNote
        fields = ("id", "kind", "on", "text_zh", "text_en", "source", "is_sample")


class NewsSerializer(serializers.Serializer[Any]):
    """An article or an alarm of the subject, in the caller's language, the newest first."""

    on = serializers.DateField()
    title = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    label = serializers.CharField(  # type: ignore[assignment]
        source="chip", help_text="The column of an article, the severity of an alarm."
    )
    path = serializers.CharField(source="url")


class CountryDetailSerializer(CountrySerializer):
    cap_usd = serializers.SerializerMethodField(help_text="The insurer's cap; null where there is none.")
    notes = serializers.SerializerMethodField()
    news = serializers.SerializerMethodField()

    def get_cap_usd(self, row: CountryRow) -> str | None:
        cap = sources.caps_of([row.country.pk]).get(row.country.pk)
        return None if cap is None else f"{cap:.2f}"

    @extend_schema(responses=NoteSerializer(many=True))
    def get_notes(self, row: CountryRow) -> Any:
        return NoteSerializer(selectors.notes(row.country.pk), many=True).data

    @extend_schema(responses=NewsSerializer(many=True))
    def get_news(self, row: CountryRow) -> Any:
        return NewsSerializer(sources.news_of(self.context["actor"], country=row.country.pk), many=True).data


class TermsIn(StrictSerializer):
    risk_class = serializers.ChoiceField(choices=CLASSES)
    cover_status = serializers.ChoiceField(choices=CoverStatus.choices)
    cap = AmountField(currency="USD", required=False, allow_null=True)
    effective_on = DateField(required=False)
    reason = serializers.CharField(max_length=1000)


class ChangeSerializer(serializers.ModelSerializer[CoverChange]):
    actions = serializers.SerializerMethodField(help_text="Moves that the caller may make now.")
    level_needed = serializers.IntegerField(
        help_text="Who may approve: 1–3 an underwriter of that tier or higher, or the committee; 4 the committee."
    )

    class Meta:
        model = CoverChange
        fields = (
            "id", "country", "risk_class", "cover_status", "cap", "was_risk_class", "was_cover_status", "was_cap",
            "effective_on", "reason", "state", "proposed_at", "decided_at", "comment", "in_force_at", "level_needed",
            "authority_version", "actions",
        )  # fmt: skip

    def get_actions(self, row: CoverChange) -> list[str]:
        return [move.action for move in cover.moves(row, self.context["actor"])]


class CommentIn(StrictSerializer):
    comment = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")


class CountryViewSet(Scoped, viewsets.GenericViewSet[Any]):
    """`?q=` name or code, `?region=`, `?risk_class=`, `?status=`."""

    access = {"list": "buyers.view", "retrieve": "buyers.view", "propose": PROPOSE, "portfolio": "buyers.view"}
    serializer_class = CountrySerializer
    queryset = Country.objects.none()
    lookup_field = "code"
    lookup_value_regex = "[0-9A-Za-z]{1,18}"
    pagination_class = None

    @extend_schema(responses=CountrySerializer(many=True))
    def list(self, request: Request) -> Response:
        given = {name: request.query_params.get(name, "")[:60] for name in ("q", "region", "risk_class", "status")}
        return Response(CountrySerializer(selectors.countries(self.actor, **given), many=True).data)

    @extend_schema(responses=CountryDetailSerializer)
    def retrieve(self, request: Request, code: str) -> Response:
        row = selectors.country(self.actor, code.upper())
        if row is None:
            raise Http404
        return Response(CountryDetailSerializer(row, context={"actor": self.actor}).data)

    @extend_schema(request=TermsIn, responses={201: ChangeSerializer})
    @action(detail=True, methods=["post"])
    def propose(self, request: Request, code: str) -> Response:
        """New terms, for a second person to decide."""
        if region_of(code.upper()) is None:
            raise Http404
        told = asked(TermsIn, request)
        terms = Terms(told["risk_class"], told["cover_status"], told.get("cap"))
        change = cover.propose(
            actor=self.actor, country=code.upper(), terms=terms, reason=told["reason"], effective_on=told.get("effective_on")
        )  # fmt: skip
        return Response(ChangeSerializer(change, context={"actor": self.actor}).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses={200: dict})
    @action(detail=False, methods=["get"])
    def portfolio(self, request: Request) -> Response:
        """`?by=country|industry|group`: the caller's sums (the staff's: everybody's), the largest first, with their part."""
        by = request.query_params.get("by", "country")
        rows = selectors.portfolio(self.actor, by if by in dict(selectors.PORTFOLIO) else "country")
        found = [
            {"name": str(row.name), "part": f"{row.part:.6f}", **FiguresSerializer(row.totals).data} for row in rows
        ]
        return Response(found)


class CoverChangeViewSet(
    Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[CoverChange]
):  # fmt: skip
    """Changes of cover on countries and their moves, for the insurer's staff."""

    access = {
        "list": "countries.view", "retrieve": "countries.view", "approve": DECIDE, "reject": DECIDE, "withdraw": PROPOSE,
    }  # fmt: skip
    serializer_class = ChangeSerializer
    queryset = CoverChange.objects.none()

    def get_queryset(self) -> Any:
        return selectors.changes(self.actor)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "actor": self.actor}

    def _done(self, change: CoverChange) -> Response:
        return Response(self.get_serializer(change).data)

    @extend_schema(request=CommentIn, responses=ChangeSerializer)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        return self._done(
            cover.approve(actor=self.actor, change_id=self._id(), comment=asked(CommentIn, request)["comment"])
        )

    @extend_schema(request=CommentIn, responses=ChangeSerializer)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        return self._done(
            cover.reject(actor=self.actor, change_id=self._id(), comment=asked(CommentIn, request)["comment"])
        )

    @extend_schema(request=None, responses=ChangeSerializer)
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        return self._done(cover.withdraw(actor=self.actor, change_id=self._id()))


class IndustrySerializer(serializers.Serializer[Any]):
    """One of the 21, with the risk in words [D]."""

    section = serializers.IntegerField(source="industry.section")
    name_zh = serializers.CharField(source="industry.name_zh")
    name_en = serializers.CharField(source="industry.name_en")
    risk_zh = serializers.SerializerMethodField()
    risk_en = serializers.SerializerMethodField()
    figures = FiguresSerializer(source="totals")
    companies = serializers.DictField(source="buyers", child=serializers.IntegerField())

    def get_risk_zh(self, row: selectors.IndustryRow) -> str:
        return words.TEXTS[row.industry.section].zh

    def get_risk_en(self, row: selectors.IndustryRow) -> str:
        return words.TEXTS[row.industry.section].en


class IndustryDetailSerializer(IndustrySerializer):
    news = serializers.SerializerMethodField()

    @extend_schema(responses=NewsSerializer(many=True))
    def get_news(self, row: selectors.IndustryRow) -> Any:
        return NewsSerializer(sources.news_of(self.context["actor"], industry=row.industry.section), many=True).data


class IndustryViewSet(Scoped, viewsets.GenericViewSet[Any]):
    """The 21 industries, sections of the HS."""

    access = {"list": "buyers.view", "retrieve": "buyers.view"}
    serializer_class = IndustrySerializer
    queryset = Country.objects.none()
    lookup_field = "section"
    lookup_value_regex = "[0-9]{1,18}"
    pagination_class = None

    @extend_schema(responses=IndustrySerializer(many=True))
    def list(self, request: Request) -> Response:
        return Response(IndustrySerializer(selectors.industries(self.actor), many=True).data)

    @extend_schema(responses=IndustryDetailSerializer)
    def retrieve(self, request: Request, section: str) -> Response:
        one = BY_SECTION.get(int(section))
        if one is None:
            raise Http404
        row = selectors.industry(self.actor, one)
        return Response(IndustryDetailSerializer(row, context={"actor": self.actor}).data)
