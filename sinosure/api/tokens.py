"""Sign in to the API by token: POST name and password, DELETE to give it up."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers, status
from rest_framework.authtoken.models import Token
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sinosure.accounts.access import PUBLIC
from sinosure.api.parsing import StrictSerializer
from sinosure.core.errors import DomainError


class TokenRequest(StrictSerializer):
    username = serializers.CharField(max_length=60)
    password = serializers.CharField(max_length=200)


class TokenView(APIView):
    """A token for a person; wrong guesses count towards the same lock-out as the sign-in page."""

    access = PUBLIC

    @extend_schema(request=TokenRequest, responses=inline_serializer("Token", {"token": serializers.CharField()}))
    def post(self, request: Request) -> Response:
        asked = TokenRequest(data=request.data)
        asked.is_valid(raise_exception=True)
        user: Any = authenticate(request=request._request, **asked.validated_data)
        if user is None:
            raise DomainError("wrong_credentials", _("The name or the password is wrong."), status=401)
        return Response({"token": Token.objects.get_or_create(user=user)[0].key})

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        if request.user and request.user.is_authenticated:
            Token.objects.filter(user=request.user).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)
