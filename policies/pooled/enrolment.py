"""Members become organisations of the portal: those that are there already by their code, the others are added as a set."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange

from policies.pooled.models import PlatformMember, PooledPlatform
from sinosure.accounts.models import Organisation
from sinosure.accounts.roles import Kind


def enrol(platform: PooledPlatform, members: Sequence[PlatformMember]) -> Sequence[PlatformMember]:
    """Each with its organisation, locked: a purchase of its own waits until the set is written."""
    codes = [one.uscc for one in members]
    known = set(Organisation.objects.filter(uscc__in=codes).values_list("uscc", flat=True))
    is_demo = platform.sponsors.filter(organisation__is_demo=True).exists()
    new = [_organisation(platform, one, is_demo) for one in members if one.uscc not in known]
    Organisation.objects.bulk_create(new, ignore_conflicts=True)
    rows = Organisation.objects.filter(uscc__in=codes).order_by("id").select_for_update(of=("self",))
    by_code = {row.uscc: row for row in rows}
    for one in members:
        one.organisation = by_code[one.uscc]
    return members


def _organisation(platform: PooledPlatform, member: PlatformMember, is_demo: bool) -> Organisation:
    return Organisation(
        kind=Kind.EXPORTER, code=f"U{member.uscc}", name_zh=member.name_zh, name_en=member.name_en, uscc=member.uscc,
        office=platform.office, is_demo=is_demo,
    )  # fmt: skip


def days(first: date, last: date) -> DateRange:
    return DateRange(first, last, "[]")
