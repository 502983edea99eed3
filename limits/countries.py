"""What limits tell the pages of countries and industries, and what they do when the cover on a country changes (LIM-10 d, LIM-14)."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from credit_info.atlas import sources
from credit_info.atlas.models import CoverChange
from limits.models import CountryCap
from limits.services.caps import granted_usd
from limits.services.stops import stop_for_country
from sinosure.accounts.actor import Actor
from sinosure.reference.models import Country, CoverStatus

# per limit the highest amount that any version in force or still to come grants
_GRANTED = """
    SELECT l.policyholder_id, l.obligor_id, l.currency, SUM(v.amount), COUNT(*) FROM limits_creditlimit l
    JOIN LATERAL (SELECT MAX(v.amount) AS amount FROM limits_creditlimitversion v
        WHERE v.limit_id = l.id AND upper(v.validity) > %(today)s) v ON v.amount > 0
    GROUP BY l.policyholder_id, l.obligor_id, l.currency
"""
_STOPPED = """
    SELECT policyholder_id, obligor_id, currency, SUM(amount), COUNT(*) FROM limits_creditlimit WHERE is_stopped
    GROUP BY policyholder_id, obligor_id, currency
"""


def register_all() -> None:
    sources.register_sum("granted", _GRANTED)
    sources.register_sum("stopped", _STOPPED)
    sources.register_caps(caps)


def caps(codes: Collection[str]) -> dict[str, Decimal]:
    return dict(CountryCap.objects.filter(pk__in=codes).values_list("pk", "amount"))


def on_country(*, country: Country, change: CoverChange, actor: Actor, **_named: Any) -> None:
    """The cap follows; a suspension stops every limit there, which only an underwriter opens again."""
    _keep_cap(country, change.cap)
    if change.cover_status == CoverStatus.SUSPENDED != change.was_cover_status:
        stop_for_country(
            actor=actor, country=country.pk, source=change, comment=change.reason[:500], stopped_on=change.effective_on
        )


def _keep_cap(country: Country, cap: Decimal | None) -> None:
    if cap is None:
        CountryCap.objects.filter(pk=country.pk).delete()
        return
    granted = granted_usd("o.country_id = %(of)s", country.pk, None)
    CountryCap.objects.update_or_create(country=country, defaults={"amount": cap, "granted": granted})
