"""The kinds of letters: registered by the app that issues them, with both titles and the template."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class LetterKind:
    """`titles` are the Chinese and the English title as printed.

    `standing` tells of a document (tone, sentence) whether it still holds, for whoever checks its code.
    """

    titles: tuple[str, str]
    template: str
    standing: Callable[[Any], tuple[str, Any]] | None = None


KINDS: dict[str, LetterKind] = {}


def register(
    kind: str, title_zh: str, title_en: str, template: str, standing: Callable[[Any], tuple[str, Any]] | None = None
) -> None:  # fmt: skip
    """Make a kind of letter known; called from AppConfig.ready()."""
    KINDS[kind] = LetterKind((title_zh, title_en), template, standing)
