"""The premium of a set of pooled policies: notice, journal, clocks and letter of each, with one statement a kind (PLT-3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from declarations import clocks, letters
from declarations.models import NoticeState, PremiumKind, PremiumNotice
from policies.models import PlatformMember
from policies.pooled.letters import notice_lines
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.core import clock
from sinosure.core.money import Money
from sinosure.deadlines import services as deadlines
from sinosure.documents.services import Letter, issue_many, next_numbers
from sinosure.ledger.models import Account
from sinosure.ledger.services import Entry, Line, post_many


def bill(*, actor: Actor, members: Sequence[PlatformMember]) -> None:
    """Each member owes its own part and the authority the subsidy; a notice with nothing payable is settled at once."""
    numbers = next_numbers(f"PN-{clock.today():%Y%m}", len(members))
    notices = PremiumNotice.objects.bulk_create(map(_notice, members, numbers))
    post_many(SYSTEM, "premium.annual_billed", list(map(_entry, notices)))
    deadlines.open_many([one for notice in notices if notice.payable for one in clocks.notice_openings(notice)])
    papers = [
        Letter(
            notice, notice.number, notice.policyholder_id, {**letters.notice_context(notice), **notice_lines(member)}
        )
        for notice, member in zip(notices, members, strict=True)
    ]
    issue_many(actor=SYSTEM, kind=letters.PREMIUM_NOTICE, letters=papers, has_trail=False)


def _notice(member: PlatformMember, number: str) -> PremiumNotice:
    policy, today = member.policy, clock.today()
    assert policy is not None  # it was issued a moment ago
    return PremiumNotice(
        number=number, policy=policy, policyholder=member.organisation, kind=PremiumKind.ANNUAL, currency=member.currency,
        gross=member.gross, set_off=Decimal(0), subsidy=member.gross - member.payable, payable=member.payable,
        state=NoticeState.ISSUED if member.payable else NoticeState.PAID, issued_on=today,
        due_on=today + timedelta(days=policy.wording.named.days("premium_payment_days")),
    )  # fmt: skip


def _entry(notice: PremiumNotice) -> Entry:
    lines = [
        Line(Account.PREMIUM_RECEIVABLE, Money(notice.payable, notice.currency)),
        Line(Account.SUBSIDY_RECEIVABLE, Money(notice.subsidy, notice.currency)),
        Line(Account.PREMIUM_INCOME, Money(-notice.gross, notice.currency)),
    ]
    return Entry(notice, notice.policyholder_id, lines, notice.number)
