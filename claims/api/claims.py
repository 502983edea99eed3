"""Claims from the draft to the decision and the four papers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from claims import adjustment, decision, filing, gate, handling, payment, recoveries, selectors
from claims.api import readers as r
from claims.api.deeds import actor_of_request, deed
from claims.checklist import LABELS
from claims.lifecycle import CLAIM
from claims.models import ChecklistItem, Claim, ClaimLine, ReturnDocument, Worksheet
from claims.worksheet import result_json


class LineSerializer(serializers.ModelSerializer[ClaimLine]):
    invoice_no = serializers.CharField(source="shipment.invoice_no")
    due_on = serializers.DateField(source="shipment.due_on")

    class Meta:
        model = ClaimLine
        fields = ("shipment", "invoice_no", "due_on", "claimed", "currency", "eligible")


class PaperSerializer(serializers.ModelSerializer[ChecklistItem]):
    label = serializers.SerializerMethodField()  # type: ignore[assignment]

    class Meta:
        model = ChecklistItem
        fields = ("id", "code", "label", "is_required", "is_fetched", "state", "comment")

    def get_label(self, item: ChecklistItem) -> str:
        return str(LABELS[item.code])


class ReturnSerializer(serializers.ModelSerializer[ReturnDocument]):
    class Meta:
        model = ReturnDocument
        fields = ("kind", "state", "letter_id", "comment", "provided_at", "verified_at")


class ClaimSerializer(serializers.ModelSerializer[Claim]):
    """`worksheet` and open opinions are the insurer's own; others see a decision once its letter has gone out."""

    buyer = serializers.CharField(source="obligor.name")
    actions = serializers.SerializerMethodField(help_text="The moves the caller may make now.")
    lines = LineSerializer(many=True)
    papers = PaperSerializer(source="checklist", many=True)
    decision = serializers.SerializerMethodField()
    indemnity_total = serializers.SerializerMethodField()
    returns = serializers.SerializerMethodField()

    class Meta:
        model = Claim
        fields = (
            "id", "number", "policy", "obligor", "buyer", "notice", "state", "cause", "occurred_on", "statement",
            "currency", "claimed", "is_simplified", "unshipped_orders", "filed_at", "filing_due", "days_late", "accepted_at",
            "waiting_until",
            "document_request", "indemnity_total", "paid_total", "decided_at", "closed_at", "version", "lines", "papers",
            "decision", "returns", "actions",
        )  # fmt: skip

    def _actor(self) -> Any:
        return actor_of_request(self.context["request"])

    def get_actions(self, claim: Claim) -> list[str]:
        return [move.action for move in CLAIM.available(claim, self._actor())]

    def get_indemnity_total(self, claim: Claim) -> str | None:
        opinion = selectors.shown_opinion(self._actor(), claim)
        return str(opinion.total) if opinion else None

    @extend_schema_field({"type": "object", "nullable": True})
    def get_decision(self, claim: Claim) -> dict[str, Any] | None:
        opinion = selectors.shown_opinion(self._actor(), claim)
        if opinion is None:
            return None
        steps = opinion.worksheet.result["steps"] if opinion.worksheet else []
        return {
            "kind": opinion.kind, "amount": str(opinion.amount), "total": str(opinion.total), "reasons": opinion.reasons,
            "steps": steps,
        }  # fmt: skip

    @extend_schema_field(ReturnSerializer(many=True))
    def get_returns(self, claim: Claim) -> Any:
        if selectors.shown_opinion(self._actor(), claim) is None:
            return []
        return ReturnSerializer(selectors.returns_of(claim), many=True).data


class ClaimInListSerializer(serializers.ModelSerializer[Claim]):
    buyer = serializers.CharField(source="obligor.name")

    class Meta:
        model = Claim
        fields = ("id", "number", "policy", "obligor", "buyer", "state", "cause", "currency", "claimed", "paid_total",
                  "filed_at", "closed_at")  # fmt: skip


class WorksheetSerializer(serializers.ModelSerializer[Worksheet]):
    class Meta:
        model = Worksheet
        fields = (
            "version", "currency", "assessed_loss", "claim_base", "insured_ratio", "gross_indemnity", "indemnity_total",
            "payable_now", "calculated_on", "saved_at", "inputs", "result",
        )  # fmt: skip


def _findings(data: dict[str, Any]) -> dict[str, Any]:
    return {"findings": {row["code"]: (row["triggered"], row["evidence"]) for row in data["findings"]}}


class ClaimViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Claim]):
    """Claims. POST starts a draft from a loss notice; each move of the lifecycle is an action of its own."""

    serializer_class = ClaimSerializer
    queryset = Claim.objects.none()
    access = {
        "list": "claims.view", "retrieve": "claims.view", "create": "claims.file", "draft": "claims.file",
        "file": "claims.file", "upload_paper": "claims.file", "drop_paper": "claims.file",
        "provide_documents": "claims.file", "withdraw": "claims.file", "dispute": "claims.file",
        "check": "claims.handle", "accept_paper": "claims.handle", "refuse_paper": "claims.handle",
        "request_documents": "claims.handle", "accept": "claims.handle", "investigate": "claims.handle",
        "suspend": "claims.handle", "resume": "claims.handle", "waive_waiting": "claims.handle",
        "exclusions": "claims.handle", "add_note": "claims.handle", "send_notice": "claims.handle",
        "reject": "claims.handle", "adjust": "claims.adjust", "figures": "claims.adjust", "worksheets": "claims.adjust",
        "save_worksheet": "claims.adjust", "propose": "claims.adjust", "continue_to_final": "claims.adjust",
        "readjust": "claims.adjust", "void": "claims.adjust", "return_opinion": "claims.decide", "decide": "claims.decide",
        "uphold": "claims.decide", "reopen": "claims.reopen", "upload_return": "claims.return_documents",
        "sign_return": "claims.sign_return", "declare_identity": "claims.return_documents",
        "verify_return": "claims.verify_return", "refuse_return": "claims.verify_return",
        "prepare_payment": "payments.prepare", "recover": "recoveries.manage",
    }  # fmt: skip

    def get_queryset(self) -> Any:
        actor = actor_of_request(self.request)
        rows = Claim.objects.visible_to(actor).without_drafts_of_others(actor).select_related("obligor", "policy")
        return rows.prefetch_related("lines__shipment", "checklist")

    def get_serializer_class(self) -> Any:
        return ClaimInListSerializer if self.action == "list" else ClaimSerializer

    @extend_schema(request=r.StartReader, responses={201: ClaimSerializer})
    def create(self, request: Request) -> Response:
        """A draft, filled in from the notice and the declarations; the one already open is returned."""
        body = r.StartReader(data=request.data)
        body.is_valid(raise_exception=True)
        data, actor = body.validated_data, actor_of_request(request)
        if "notice" in data:
            claim = filing.start(actor=actor, notice_id=data["notice"])
        else:
            claim = filing.start_without_notice(actor=actor, policy_id=data["policy"], obligor_id=data["obligor"])
        shown = self.get_serializer(self.get_queryset().get(pk=claim.pk))
        return Response(shown.data, status=status.HTTP_201_CREATED)

    @extend_schema(request=r.EntriesReader, responses={200: {"type": "object"}})
    @action(detail=True, methods=["post"])
    def figures(self, request: Request, pk: str) -> Response:
        """The worksheet worked out on what is sent; nothing is saved."""
        claim = self.get_object()
        sheet = adjustment.calculate(actor_of_request(request), claim, self._entries(request))
        figures = sheet.figures
        return Response({
            **result_json(sheet), "assessed_loss": str(figures.assessed_loss), "claim_base": str(figures.claim_base),
            "pct": str(figures.ratio), "indemnity_total": str(figures.total), "payable_now": str(figures.payable_now),
        })  # fmt: skip

    @extend_schema(responses=WorksheetSerializer(many=True))
    @action(detail=True, methods=["get"])
    def worksheets(self, request: Request, pk: str) -> Response:
        """Every saved version, newest first."""
        return Response(WorksheetSerializer(self.get_object().worksheets.order_by("-version"), many=True).data)

    @extend_schema(request=r.EntriesReader, responses={201: WorksheetSerializer})
    @worksheets.mapping.post
    def save_worksheet(self, request: Request, pk: str) -> Response:
        """A new version; saved ones never change."""
        sheet = adjustment.save(
            actor=actor_of_request(request), claim_id=self.get_object().pk, entries=self._entries(request)
        )
        return Response(WorksheetSerializer(sheet).data, status=status.HTTP_201_CREATED)

    def _entries(self, request: Request) -> Any:
        body = r.EntriesReader(data=request.data)
        body.is_valid(raise_exception=True)
        return r.entries_of(body.validated_data)

    draft = deed("draft", filing.update, "claim_id", r.DraftReader,
                 after=lambda data: {**{k: v for k, v in data.items() if k != "shipments"},
                                     "shipment_ids": data["shipments"]})  # fmt: skip
    file = deed("file", filing.file, "claim_id")
    upload_paper = deed("upload_paper", filing.provide, "claim_id", r.UploadReader, "papers",
                        lambda data: {"item_id": data["item"], "upload": data["file"]})  # fmt: skip
    drop_paper = deed("drop_paper", filing.mark_not_applicable, "claim_id", r.PaperReader, "papers/drop",
                      lambda data: {"item_id": data["item"]})  # fmt: skip
    accept_paper = deed("accept_paper", handling.judge_paper, "claim_id", r.PaperReader, "papers/accept",
                        lambda data: {"item_id": data["item"], "accepted": True})  # fmt: skip
    refuse_paper = deed("refuse_paper", handling.judge_paper, "claim_id", r.RefusedPaperReader, "papers/refuse",
                        lambda data: {"item_id": data["item"], "accepted": False, "comment": data["comment"]})  # fmt: skip
    provide_documents = deed("provide_documents", handling.provide_documents, "claim_id")
    withdraw = deed("withdraw", filing.withdraw, "claim_id", r.ReasonReader)
    check = deed("check", handling.check, "claim_id")
    request_documents = deed("request_documents", handling.request_documents, "claim_id", r.RequestReader)
    accept = deed("accept", handling.accept, "claim_id")
    investigate = deed("investigate", handling.investigate, "claim_id")
    suspend = deed("suspend", handling.suspend, "claim_id", r.DisputeReader)
    resume = deed("resume", handling.resume, "claim_id", r.ResumeReader)
    waive_waiting = deed("waive_waiting", handling.waive_waiting, "claim_id", r.ReasonReader)
    exclusions = deed("exclusions", handling.set_exclusions, "claim_id", r.ExclusionsReader, after=_findings)
    add_note = deed("add_note", handling.add_note, "claim_id", r.NoteReader, "notes")
    adjust = deed("adjust", handling.adjust, "claim_id")
    propose = deed("propose", decision.propose, "claim_id", r.OpinionReader)
    return_opinion = deed("return_opinion", decision.return_opinion, "claim_id", r.CommentReader, "return")
    decide = deed("decide", decision.decide, "claim_id", r.OptionalCommentReader)
    send_notice = deed("send_notice", decision.send_notice, "claim_id")
    reject = deed("reject", decision.reject, "claim_id")
    continue_to_final = deed("continue_to_final", decision.continue_to_final, "claim_id", path="continue")
    dispute = deed("dispute", decision.dispute, "claim_id", r.ReasonReader)
    readjust = deed("readjust", decision.readjust, "claim_id")
    uphold = deed("uphold", decision.uphold, "claim_id", r.ReasonReader)
    reopen = deed("reopen", decision.reopen, "claim_id", r.ReasonReader)
    void = deed("void", decision.void, "claim_id", r.ReasonReader)
    upload_return = deed("upload_return", gate.provide, "claim_id", r.ReturnUploadReader, "returns",
                         lambda data: {"kind": data["kind"], "upload": data["file"]})  # fmt: skip
    sign_return = deed("sign_return", gate.sign, "claim_id", r.ReturnReader, "returns/sign")
    declare_identity = deed("declare_identity", gate.declare_identity, "claim_id", r.IdentityReader, "returns/identity",
                            lambda data: {"details": dict(data)})  # fmt: skip
    verify_return = deed("verify_return", gate.verify, "claim_id", r.ReturnReader, "returns/verify")
    refuse_return = deed("refuse_return", gate.refuse, "claim_id", r.ReturnRefusedReader, "returns/refuse")
    prepare_payment = deed("prepare_payment", payment.prepare, "claim_id", path="payments")
    recover = deed("recover", recoveries.open_case, "claim_id", r.RecoverReader)
