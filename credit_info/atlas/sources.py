"""Where the figures by country and industry come from: the apps above register what they keep, in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sinosure.accounts.actor import Actor


@dataclass(frozen=True)
class Source:
    """`sql` selects (policyholder_id, obligor_id, currency, amount, items); it may use %(today)s."""

    measure: str
    sql: str


@dataclass(frozen=True)
class News:
    """Something that happened in a country or industry, and where to read on."""

    on: date
    title: Any
    url: str
    source: str = ""
    tone: str = ""
    chip: Any = ""


Caps = Callable[[Collection[str]], dict[str, Decimal]]
NewsOf = Callable[[Actor, str, int], Iterable[News]]
_sources: dict[str, Source] = {}
_caps: list[Caps] = []
_news: list[NewsOf] = []


def register_sum(measure: str, sql: str) -> None:
    """One measure of the book, of one app."""
    _sources[measure] = Source(measure, sql)


def registered() -> list[Source]:
    return list(_sources.values())


def register_caps(ask: Caps) -> None:
    """`ask(codes)` gives the insurer's caps in USD of those countries that have one."""
    if ask not in _caps:
        _caps.append(ask)


def caps_of(codes: Collection[str]) -> dict[str, Decimal]:
    return {code: cap for ask in _caps for code, cap in ask(codes).items()}


def register_news(ask: NewsOf) -> None:
    """`ask(actor, country, industry)` gives news, the newest first; country is "" or industry 0 where the other is asked."""
    if ask not in _news:
        _news.append(ask)


def news_of(actor: Actor, country: str = "", industry: int = 0, most: int = 8) -> list[News]:
    found = [one for ask in _news for one in ask(actor, country, industry)]
    return sorted(found, key=lambda one: one.on, reverse=True)[:most]
