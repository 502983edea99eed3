"""Issue of 20,000 pooled policies in one run (PLT-4), and the second run that finds nothing to do.

Beside it the same engine with sets of one member, a transaction each, and the purchase of single micro policies through
the service of the page, which also prints and signs the policy.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from benchmarks._database import own_database
from declarations.models import PremiumNotice
from policies.micro import buying
from policies.models import PlatformMember, Policy
from policies.pooled import issue, lists
from sinosure.accounts.actor import actor_of
from sinosure.accounts.models import Organisation, RoleGrant, User
from sinosure.accounts.roles import Kind, Role
from sinosure.core import clock
from sinosure.core.errors import DomainError
from tests.factories.people import actor, organisation
from tests.factories.pooled import a_file, a_platform, lines, uscc

MEMBERS, SINGLE, BOUGHT = 20_000, 200, 20


def run(scale: float) -> dict[str, Any]:
    with own_database("pooled"):
        return _run(scale)


def _run(scale: float) -> dict[str, Any]:
    count, single, bought = max(100, int(MEMBERS * scale)), max(10, int(SINGLE * scale)), max(3, int(BOUGHT * scale))
    platform = a_platform(subsidy_mode="GOVERNMENT_PAYS")
    listed = _timed(lambda: _listed(platform.pk, count, 1))
    asked = issue.ask(actor=actor("zhou"), platform_id=platform.pk)
    issued = _timed(lambda: issue.work(asked.pk))
    again = _timed(lambda: _again(asked.pk, platform.pk))
    holders = Policy.objects.values("policyholder").distinct().count()
    complete = PlatformMember.objects.filter(state="ISSUED", policy__isnull=False).count()
    notices = PremiumNotice.objects.count()
    _listed(platform.pk, single, 500_000)
    one_by_one = issue.ask(actor=actor("zhou"), platform_id=platform.pk)
    issue._begin(one_by_one.pk)
    alone = _timed(lambda: [issue.issue_set(one_by_one.pk, 1) for _ in range(single)]) / single
    purchase = _timed(lambda: _buy(bought)) / bought
    figures: dict[str, Any] = {
        "members": count, "list read, confirmed and published, s": listed, "issue, s": issued,
        "second run, s": again, "policies/s": count / issued, "sets of one, policies/s": 1 / alone,
        "purchase with its PDF, policies/s": 1 / purchase,
        "missing or doubled": 3 * count - holders - complete - notices,
    }  # fmt: skip
    ratios = {"issue / sets of one": alone * count / issued, "issue / purchase": purchase * count / issued}
    goals: dict[str, tuple[str, float]] = {
        "issue, s": ("<=", 120), "second run, s": ("<=", 1), "missing or doubled": ("<=", 0),
        "issue / sets of one": (">=", 3),
    }  # fmt: skip
    return {"name": f"issue of {count:,} pooled policies", "figures": figures, "ratios": ratios, "goals": goals}


def _listed(platform_id: int, count: int, first: int) -> None:
    shang = actor("shang")
    found = lists.receive(actor=shang, platform_id=platform_id, upload=a_file(*lines(count, first, step=1)))
    lists.confirm(actor=shang, list_id=found.pk)
    lists.publish(actor=shang, list_id=found.pk)
    lists.grant(actor=actor("cai"), list_id=found.pk)


def _again(run_id: int, platform_id: int) -> None:
    """The same run called again, and a new one asked for: neither has an effect."""
    if issue.work(run_id) != "nothing to do":
        raise RuntimeError("the run was not over")
    try:
        issue.ask(actor=actor("zhou"), platform_id=platform_id)
    except DomainError as error:
        if error.code == "nothing_to_issue":
            return
        raise
    raise RuntimeError("there was something left")


def _buy(count: int) -> None:
    for number in range(700_000, 700_000 + count):
        _buy_one(uscc(number))


def _buy_one(code: str) -> None:
    firm = Organisation.objects.create(
        kind=Kind.EXPORTER, code=f"U{code}", name_zh=code, name_en=code, uscc=code, office=organisation("swj").office
    )
    person = User.objects.create(username=code, name_zh=code, name_en=code, organisation=firm)
    RoleGrant.objects.create(user=person, role=Role.EXPORTER_SIGNER, granted_at=clock.now())
    order = buying.Order("T3", code, Decimal(800_000), "A", "1", is_truthful=True)
    buying.buy(actor=actor_of(person), order=order)


def _timed(deed: Callable[[], Any]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start
