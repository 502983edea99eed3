"""The public check of a verification code in the API."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sinosure.accounts.access import PUBLIC
from sinosure.core.errors import DomainError
from sinosure.documents import checking
from sinosure.documents.models import Document


class ConfirmationSerializer(serializers.ModelSerializer[Document]):
    """What the paper shows; `standing` is empty where nothing can revoke it."""

    title = serializers.CharField(read_only=True)
    sha256 = serializers.CharField(source="rendition.sha256", read_only=True, default="")
    standing = serializers.SerializerMethodField()

    class Meta:
        model = Document
        fields = ("title", "number", "issued_at", "sha256", "standing")

    @extend_schema_field(serializers.DictField())
    def get_standing(self, document: Document) -> dict[str, Any]:
        found = checking.standing(document)
        return {"tone": found[0], "text": str(found[1])} if found else {}


class VerificationView(APIView):
    """Whether this site issued a paper, by the code at its foot."""

    access = PUBLIC

    @extend_schema(responses=ConfirmationSerializer)
    def get(self, request: Request, code: str) -> Response:
        document = checking.of_code(code)
        if document is None:
            message = _(
                "No document has this code. Check for a typing error; if it is right, the paper was not issued here."
            )
            raise DomainError("unknown_code", message, field="code", status=404)
        return Response(ConfirmationSerializer(document).data)
