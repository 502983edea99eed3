"""The text of each kind of message: registered by the app that sends it, shown in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import NoReverseMatch, reverse

from sinosure.reference.models import in_chinese


@dataclass(frozen=True)
class Detail:
    """What an e-mail says beyond the sentence of its kind, in the active language. `stop_path`: where it is ended."""

    text: str = ""
    facts: Sequence[tuple[Any, Any]] = ()
    next_step: Any = ""
    stop_path: str = ""


@dataclass(frozen=True)
class MessageKind:
    """`text`: lazy sentence with `%(name)s` placeholders from the message's params; `url_name` takes the subject's id."""

    text: Any
    url_name: str
    tone: str = "blue"
    tell_more: Callable[[int], Detail | None] | None = None


KINDS: dict[str, MessageKind] = {}


def register(
    kind: str, text: Any, url_name: str, tone: str = "blue", tell_more: Callable[[int], Detail | None] | None = None
) -> None:
    """`tell_more(subject_id)` gives what its e-mails say besides."""
    KINDS[kind] = MessageKind(text, url_name, tone, tell_more)


def path_of(kind: str, subject_id: int | None) -> str:
    """The page that a message leads to; "" when there is none."""
    known = KINDS.get(kind)
    try:
        return reverse(known.url_name, args=[subject_id]) if known and known.url_name and subject_id else ""
    except NoReverseMatch:
        return ""


def detail_of(kind: str, subject_id: int | None) -> Detail:
    known = KINDS.get(kind)
    asked = known.tell_more(subject_id) if known and known.tell_more and subject_id else None
    return asked or Detail()


def text_of(kind: str, params: dict[str, Any]) -> str:
    """The sentence in the active language; a kind that nobody registers any more shows its name."""
    known = KINDS.get(kind)
    return str(known.text) % _in_language(params) if known else kind


def _in_language(params: dict[str, Any]) -> dict[str, Any]:
    """`x_zh` and `x_en` also stand as `x`, in the language that is active."""
    ending = "_zh" if in_chinese() else "_en"
    return {**params, **{name[:-3]: value for name, value in params.items() if name.endswith(ending)}}
