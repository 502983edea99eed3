"""Words for letters, in both languages whatever the language of whoever issues them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import override


def in_both(say: Callable[[], Any]) -> dict[str, str]:
    """`say()` in Chinese and in English."""
    with override("zh-hans"):
        chinese = str(say())
    with override("en"):
        return {"zh": chinese, "en": str(say())}


def printed(say: Callable[[], Any]) -> str:
    """Chinese and English of a choice as a letter prints it; once where the Chinese says the English too (赊销 O/A)."""
    words = in_both(say)
    return words["zh"] if words["zh"].endswith(words["en"]) else f"{words['zh']} {words['en']}"
