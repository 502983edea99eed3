"""Reads of the pooled platforms, for their pages and for the apps above."""

from __future__ import annotations

from datetime import date

from policies.lifecycle import WITH_COVER
from policies.pooled.models import PlatformMember


def is_pooled_member(policyholder_id: int, on: date) -> bool:
    """Whether the exporter is insured through a pooled platform on that day (entry condition of §8.7)."""
    rows = PlatformMember.objects.filter(organisation_id=policyholder_id, period__contains=on)
    return rows.filter(policy__state__in=WITH_COVER).exists()
