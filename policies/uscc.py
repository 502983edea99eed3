"""The unified social credit code (统一社会信用代码, GB 32100): 18 characters with a check character."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.parsing import Parsed, clean_name

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_SHAPE = re.compile(f"[{ALPHABET}]{{18}}")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def check_character(first_seventeen: str) -> str:
    """The 18th character: weights are the powers of 3 modulo 31."""
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(first_seventeen))
    return ALPHABET[-total % 31]


def parse_uscc(text: str) -> Parsed[str]:
    """The code in capitals without blanks. `bad_uscc` for its form, `uscc_check` for a wrong check character."""
    raw = str(text)
    code = clean_name(raw).value.translate(_FULL_WIDTH).upper().replace(" ", "").replace("-", "")
    if not _SHAPE.fullmatch(code):
        message = _(
            "“%(raw)s” is not a unified social credit code: it has 18 digits and capital letters, never I, O, S, V or Z."
        )
        raise DomainError("bad_uscc", message, field="uscc", raw=raw[:40])
    if check_character(code[:17]) != code[17]:
        message = _("The check character of %(uscc)s does not fit. Compare the code with your business licence.")
        raise DomainError("uscc_check", message, field="uscc", uscc=code)
    return Parsed(code, raw)
