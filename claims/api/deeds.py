"""A move of a lifecycle as an API action: read the body, run the service, answer with the row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from sinosure.api.parsing import StrictSerializer


class Nothing(StrictSerializer):
    """A deed without a body."""


def deed(
    name: str, service: Callable[..., Any], key: str, reader: type[StrictSerializer] = Nothing, path: str = "",
    after: Callable[..., Any] | None = None,
) -> Any:  # fmt: skip
    """POST …/{id}/{path}/ runs `service(actor=, key=id, **body)`; `after` turns the validated body into arguments."""

    def view(self: Any, request: Request, pk: str) -> Response:
        found = self.get_object()
        body = reader(data=request.data, context={"row": found})
        body.is_valid(raise_exception=True)
        arguments = after(body.validated_data) if after else dict(body.validated_data)
        service(actor=actor_of_request(request), **{key: found.pk}, **arguments)
        return Response(self.get_serializer(self.get_queryset().get(pk=found.pk)).data)

    view.__name__ = name
    view.__doc__ = (service.__doc__ or name).strip().split("\n")[0]
    body_of = None if reader is Nothing else reader
    described = extend_schema(request=body_of)(view)
    return action(detail=True, methods=["post"], url_path=path or name.replace("_", "-"))(described)


def actor_of_request(request: Request) -> Any:
    return request._request.actor  # type: ignore[attr-defined]
