"""What is known of enterprises by their codes: places on lists, cover under policies, organisations that are no exporters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from policies.lifecycle import HOLDING
from policies.models import Policy
from policies.pooled.eligibility import Known
from policies.pooled.models import PlatformMember
from policies.pooled.states import HOLDING_A_PLACE
from policies.services.signing import WHOLE_TURNOVER
from sinosure.accounts.models import Organisation
from sinosure.accounts.roles import Kind


def of(codes: Sequence[str], first: date, last: date, rows: Mapping[str, int] | None = None) -> Known:
    """Whatever holds against a place from `first` to `last`, in three statements; `rows`: codes of the file read before."""
    taken = PlatformMember.objects.filter(
        uscc__in=codes, state__in=HOLDING_A_PLACE, period__overlap=DateRange(first, last, "[]")
    )
    places = {
        code: (platform, listed)
        for code, platform, listed in taken.values_list("uscc", "platform__number", "list__number")
    }
    others = Organisation.objects.filter(uscc__in=codes).exclude(kind=Kind.EXPORTER)
    insured = covers(Q(policyholder__uscc__in=codes), first, last)
    return Known({} if rows is None else rows, places, insured, frozenset(others.values_list("uscc", flat=True)))


def covers(whose: Q, first: date, last: date) -> dict[str, tuple[str, date]]:
    """By code the policy that takes the same exports on some of these days (POL-4), ordinary micro policies included."""
    rows = Policy.objects.filter(
        whose, product__in=WHOLE_TURNOVER, state__in=HOLDING, starts_on__lte=last, ends_on__gte=first
    )
    return {
        code: (number, until) for code, number, until in rows.values_list("policyholder__uscc", "number", "ends_on")
    }
