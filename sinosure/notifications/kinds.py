"""The text of each kind of message: registered by the app that sends it, shown in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sinosure.reference.models import in_chinese


@dataclass(frozen=True)
class MessageKind:
    """`text`: lazy sentence with `%(name)s` placeholders from the message's params; `url_name` takes the subject's id."""

    text: Any
    url_name: str
    tone: str = "blue"


KINDS: dict[str, MessageKind] = {}


def register(kind: str, text: Any, url_name: str, tone: str = "blue") -> None:
    KINDS[kind] = MessageKind(text, url_name, tone)


def text_of(kind: str, params: dict[str, Any]) -> str:
    """The sentence in the active language; a kind that nobody registers any more shows its name."""
    known = KINDS.get(kind)
    return str(known.text) % _in_language(params) if known else kind


def _in_language(params: dict[str, Any]) -> dict[str, Any]:
    """`x_zh` and `x_en` also stand as `x`, in the language that is active."""
    ending = "_zh" if in_chinese() else "_en"
    return {**params, **{name[:-3]: value for name, value in params.items() if name.endswith(ending)}}
