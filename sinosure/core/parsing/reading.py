"""What a door hands back, and the folding of full-width and zero-width characters that all doors share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from django.utils.translation import gettext_lazy as _

T = TypeVar("T")


@dataclass(frozen=True)
class Notice:
    """What was normalised while reading, to be shown to the person."""

    code: str
    message: Any
    params: dict[str, str]

    @property
    def text(self) -> str:
        return str(self.message) % self.params


class Parsed(NamedTuple, Generic[T]):
    """The value, the text as it came, and what was normalised. A tuple, because a file makes a million of them."""

    value: T
    raw: str
    notices: tuple[Notice, ...] = ()


READ_AS = _("“%(raw)s” was read as %(value)s.")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
ZERO_WIDTH: dict[int, None] = dict.fromkeys([0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF])


def narrow(text: str) -> str:
    """Full-width ASCII to half width, zero-width characters and outer blanks away.

    No blanket NFKC: it turns ½ into 1⁄2.
    """
    if text.isascii():
        return text.strip()
    return text.translate(_FULL_WIDTH).translate(ZERO_WIDTH).strip()


def read_as(raw: str, value: Any) -> tuple[Notice, ...]:
    """A notice when the value does not read as it was typed; outer blanks are not worth one."""
    shown = str(value)
    return () if raw.strip() == shown else (Notice("read_as", READ_AS, {"raw": shortened(raw), "value": shown}),)


def shortened(raw: str) -> str:
    """What is quoted back in a message: never more than 60 characters."""
    return raw if len(raw) <= 60 else raw[:59] + "…"
