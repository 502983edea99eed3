"""The dictionary of products: HS headings (four digits) and subheadings (six) in Chinese and English. Pure.

A product is found by its code or by what it is called. The list is ours and short of the whole HS; a code that it lacks
bears the name of its heading, or of its section.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.parsing import narrow
from sinosure.reference.industries import Industry, industry_of
from sinosure.reference.models import in_chinese

SEED = Path(__file__).parent / "seed" / "products.csv"
RESERVED_CHAPTER = "77"
MOST_CHOICES, MOST_NEAR, NEAR_ENOUGH = 30, 6, 0.5
LENGTHS = (4, 6, 8, 9, 10)  # headings, subheadings, and the codes of customs that go on from them
_LOOKS_LIKE_A_CODE = re.compile(r"[\d.\s-]+").fullmatch
_WORDS = re.compile(r"[\w°]+")


@dataclass(frozen=True)
class Product:
    """A heading or subheading with what else people call it."""

    code: str
    name_zh: str
    name_en: str
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.name_zh if in_chinese() else self.name_en

    def __str__(self) -> str:
        return f"{shown_code(self.code)} {self.name}"

    @property
    def industry(self) -> Industry | None:
        return industry_of(self.code)

    @cached_property
    def calls(self) -> tuple[str, ...]:
        """Everything it is called, folded for comparison."""
        return tuple(_folded(name) for name in (self.name_zh, self.name_en, *self.also))

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(word for call in self.calls for word in _WORDS.findall(call))


@dataclass(frozen=True)
class Found:
    """What was asked for: one product, or some to choose from; `is_near` when nothing is called so but these sound like it."""

    product: Product | None
    choices: tuple[Product, ...] = ()
    is_near: bool = False


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Product]:
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if row][1:]
    return {code: Product(code, zh, en, tuple(filter(None, also.split(";")))) for code, zh, en, also in rows}


def shown_code(code: str) -> str:
    """940542 as 9405.42, as customs write it."""
    return f"{code[:4]}.{code[4:]}" if len(code) > 4 else code


def product_of(code: str) -> Product:
    """The product with this code; one that the dictionary lacks bears the name of its heading or section."""
    known = catalogue().get(code) or catalogue().get(code[:4])
    if known is not None:
        return known if known.code == code else Product(code, known.name_zh, known.name_en)
    section = industry_of(code)
    return Product(code, section.name_zh, section.name_en) if section else Product(code, code, code)


def headings() -> list[str]:
    """The codes of four digits that the dictionary names."""
    return [code for code in catalogue() if len(code) == 4]


def below(code: str) -> list[Product]:
    """Subheadings of a heading that the dictionary names."""
    return [one for one in catalogue().values() if one.code != code and one.code.startswith(code)]


def read_code(text: str) -> str:
    """A heading or subheading: 9405, 9405.42, or a customs code of eight to ten digits by its first six.

    `hs_five_digits`, `bad_hs`, `unknown_hs` (422).
    """
    digits = re.sub(r"[.\s-]", "", narrow(text))
    is_number = digits.isascii() and digits.isdigit()
    if is_number and len(digits) == 5:
        message = _(
            "“%(raw)s” has five digits. A heading has four (%(four)s), a subheading six; a zero may be missing."
        )
        raise DomainError("hs_five_digits", message, field="product", raw=digits, four=digits[:4])
    if not (is_number and len(digits) in LENGTHS):
        message = _("“%(raw)s” is not an HS code. Write four or six digits, such as 9405 or 9405.42.")
        raise DomainError("bad_hs", message, field="product", raw=digits[:20])
    code = digits[: 4 if len(digits) == 4 else 6]
    if industry_of(code) is None or code[:2] == RESERVED_CHAPTER:
        message = _("The HS has no chapter %(chapter)s.")
        raise DomainError("unknown_hs", message, field="product", chapter=code[:2])
    return code


def find(text: str) -> Found:
    """What is meant by a code or a name. Raises what `read_code` raises."""
    asked = _folded(text)
    if not asked:
        return Found(None)
    if _LOOKS_LIKE_A_CODE(asked):
        return _by_code(asked)
    exact = [one for one in catalogue().values() if asked in one.calls]
    if exact and all(one.code.startswith(exact[0].code) for one in exact):
        return Found(exact[0])
    fitting = tuple(_in_order([*exact, *_holding(asked)]))[:MOST_CHOICES]
    if len(fitting) == 1:
        return Found(fitting[0])
    return Found(None, fitting) if fitting else Found(None, tuple(_near(asked)), is_near=True)


def _by_code(asked: str) -> Found:
    digits = re.sub(r"[.\s-]", "", asked)
    if len(digits) == 2:
        return Found(
            None, tuple(one for one in catalogue().values() if one.code.startswith(digits) and len(one.code) == 4)
        )
    return Found(product_of(read_code(asked)))


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _holding(asked: str) -> Iterator[Product]:
    """Those whose names hold what was typed, or all its words."""
    words = _WORDS.findall(asked)
    for one in catalogue().values():
        if any(asked in call for call in one.calls) or (
            words and all(any(known.startswith(word) for known in one.words) for word in words)
        ):
            yield one


def _in_order(found: Iterable[Product]) -> list[Product]:
    """Each once; a heading before its subheadings, where it is among them."""
    return sorted(dict.fromkeys(found), key=lambda one: one.code)


def _near(asked: str) -> list[Product]:
    likeness = {one: max(_like(asked, call) for call in (*one.calls, *one.words)) for one in catalogue().values()}
    best = sorted(likeness, key=lambda one: -likeness[one])[:MOST_NEAR]
    return [one for one in best if likeness[one] >= NEAR_ENOUGH]


def _like(asked: str, call: str) -> float:
    matcher = SequenceMatcher(None, asked, call)
    return (
        matcher.ratio() if matcher.real_quick_ratio() >= NEAR_ENOUGH and matcher.quick_ratio() >= NEAR_ENOUGH else 0.0
    )


def only(text: str) -> Product:
    """The one product that is meant. Raises `product_unclear`, `product_not_found` (422) with what it could be."""
    found = find(text)
    if found.product is not None:
        return found.product
    named = "; ".join(str(one) for one in found.choices[:MOST_NEAR])
    if found.choices and not found.is_near:
        raise DomainError(
            "product_unclear", _("Several products are called so: %(choices)s."), field="product", choices=named
        )
    message = _("No product is called so. Like it: %(choices)s.")
    raise DomainError("product_not_found", message, field="product", choices=named or "–")
