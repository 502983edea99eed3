"""The kinds of letters: registered by the app that issues them, with both titles and the template."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LetterKind:
    """`titles` are the Chinese and the English title as printed."""

    titles: tuple[str, str]
    template: str


KINDS: dict[str, LetterKind] = {}


def register(kind: str, title_zh: str, title_en: str, template: str) -> None:
    """Make a kind of letter known; called from AppConfig.ready()."""
    KINDS[kind] = LetterKind((title_zh, title_en), template)
