"""The country report of the library as a PDF: class, status, notes and their sources; nobody's business figures."""

from __future__ import annotations

import hashlib

from django.core.cache import cache
from redis.exceptions import RedisError

from credit_info.atlas import sources
from credit_info.atlas.selectors import CountryRow, history, notes
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.documents.rendering import render_pdf

TEMPLATE = "letters/credit_info/country.html"
KEPT_SECONDS = 3600


def country_report(row: CountryRow, language: str, actor: Actor) -> bytes:
    """Printed once an hour for each version of the country and each set of news: guests read no alarms."""
    country, told = row.country, list(notes(row.country.pk))
    since = history(country.pk).first()
    news = sources.news_of(actor, country=country.pk)
    heard = hashlib.sha256(repr([(one.on, str(one.title), one.source) for one in news]).encode()).hexdigest()[:12]
    version = (
        f"{heard}-{max((note.pk for note in told), default=0)}-{len(told)}-{since.pk if since else 0}-{clock.today()}"
    )
    key = f"country-report:{country.pk}:{language}:{version}"
    kept = _kept(key)
    if kept is None:
        context = {
            "reference": f"CTY-{country.pk}-{clock.today():%Y%m%d}", "issued_on": clock.today(), "country": country,
            "region": row.region, "notes": told, "since": since, "news": news, "is_sample": any(note.is_sample for note in told),
        }  # fmt: skip
        kept = render_pdf(TEMPLATE, context, language)
        _keep(key, kept)
    return kept


def _kept(key: str) -> bytes | None:
    try:
        found: bytes | None = cache.get(key)
    except RedisError:
        return None
    return found


def _keep(key: str, pdf: bytes) -> None:
    try:
        cache.set(key, pdf, KEPT_SECONDS)
    except RedisError:
        return
