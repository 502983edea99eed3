"""Lists of exporters: handed in and read, confirmed, published; the finance authority confirms their subsidy (PLT-3, PLT-4)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext_lazy as _

from policies.pooled import eligibility, money, platforms, standing
from policies.pooled.lifecycle import MEMBER, MEMBER_LIST
from policies.pooled.models import ListRow, MemberList, PlatformMember, PooledPlan, PooledPlatform
from policies.pooled.premium import shares
from policies.pooled.reading import Row, read
from policies.pooled.states import ListState, MemberState, PlatformState, SponsorPart
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, WrongState
from sinosure.core.parsing import clean_name
from sinosure.documents.services import next_number

BLOCK = 2_000


@transaction.atomic
def receive(*, actor: Actor, platform_id: int, upload: UploadedFile) -> MemberList:
    """Read a file into a list to be confirmed; nothing is taken over yet. Raises `already_received` (409) and what reading raises."""
    if not actor.can("pooled.list"):
        raise NotAllowed()
    platform = platforms.locked(actor, platform_id)
    platforms.require_part(actor, platform, SponsorPart.COMMERCE)
    if platform.state != PlatformState.OPEN:
        raise WrongState("upload", platform.get_state_display())
    digest = hashlib.sha256(b"".join(upload.chunks())).hexdigest()
    earlier = MemberList.objects.filter(platform=platform, sha256=digest).exclude(state=ListState.DISCARDED).first()
    if earlier is not None:
        message = _("This very file was received before, as %(number)s. Open that list, or discard it there first.")
        raise DomainError("already_received", message, "file", 409, number=earlier.number)
    upload.seek(0)
    table = read(upload, upload.size or 0)
    rows = _checked(platform, table.rows)
    found = MemberList.objects.create(
        platform=platform, number=next_number(f"ML-{clock.today().year}"), file_name=_shown_name(upload.name or ""),
        sha256=digest, encoding=table.encoding, rows_total=len(rows), rows_good=sum(not row.code for row in rows),
        uploaded_by_id=actor.user_id, uploaded_at=clock.now(),
    )  # fmt: skip
    for row in rows:
        row.list = found
    ListRow.objects.bulk_create(rows, batch_size=BLOCK)
    audit.record(actor, "pooled.list_received", found, detail={"sha256": digest, "rows": len(rows)})
    return found


def _shown_name(name: str) -> str:
    try:
        return clean_name(name.replace("\\", "/").rsplit("/", 1)[-1][-150:]).value or "list"
    except DomainError:
        return "list"


def _checked(platform: PooledPlatform, rows: Sequence[Row]) -> list[ListRow]:
    """Each row with the first thing that is against it, in the file, in its size, or in what is known of the enterprise."""
    plan, first = platforms.current_plan(platform), first_day(platform)
    seen: dict[str, int] = {}
    known = standing.of([row.uscc for row in rows if not row.code], first, platform.ends_on, seen)
    found = []
    for row in rows:
        fault = None
        if not row.code and row.exports_last_year is not None:
            candidate = eligibility.Candidate(row.row_no, row.uscc, row.exports_last_year)
            fault = eligibility.fault_of(candidate, plan.max_exports, known)
            seen.setdefault(row.uscc, row.row_no)
        found.append(_list_row(row, fault))
    return found


def _list_row(row: Row, fault: eligibility.Fault | None) -> ListRow:
    named = vars(row)
    if fault is not None:
        named = {
            **named,
            "code": fault.code,
            "field": fault.field,
            "message": fault.message,
            "params": dict(fault.params),
        }
    return ListRow(**named)


def first_day(platform: PooledPlatform) -> date:
    """When cover of a policy issued today begins: late joiners from today on (PLT-5)."""
    return max(platform.starts_on, clock.today())


@transaction.atomic
def confirm(*, actor: Actor, list_id: int, leave_out_bad: bool = False) -> MemberList:
    """Take the good rows over as members at the plan's price. Bad rows are left out only when the person says so."""
    found = _locked(actor, list_id)
    MEMBER_LIST.check("confirm", found, actor)
    platforms.require_part(actor, found.platform, SponsorPart.COMMERCE)
    if found.platform.state != PlatformState.OPEN:
        raise WrongState("confirm", found.platform.get_state_display())
    if found.rows_bad and not leave_out_bad:
        message = _("%(count)s rows are not right. Mend them in the file, or tick that they are left out.")
        raise DomainError("bad_rows", message, field="leave_out_bad", count=found.rows_bad)
    rows = _still_good(found)
    if not rows:
        raise DomainError("nothing_to_list", _("No row of the list is right. Upload another file."), status=409)
    try:
        with transaction.atomic():
            PlatformMember.objects.bulk_create(_members(found, rows), batch_size=BLOCK)
    except IntegrityError as error:  # a place on the same days was taken a moment ago
        message = _("Another list took one of these enterprises a moment ago. Confirm again to see which.")
        raise DomainError("listed_already", message, status=409) from error
    return _moved(actor, found, "confirm", members=len(rows), confirmed_at=clock.now())


def _still_good(found: MemberList) -> list[ListRow]:
    """The good rows, checked again: since the reading an enterprise may have been listed or insured elsewhere."""
    rows = list(found.rows.filter(code="").order_by("row_no"))
    known = standing.of([row.uscc for row in rows], first_day(found.platform), found.platform.ends_on)
    plan, changed = platforms.current_plan(found.platform), []
    for row in rows:
        candidate = eligibility.Candidate(row.row_no, row.uscc, row.exports_last_year or Decimal(0))
        fault = eligibility.fault_of(candidate, plan.max_exports, known)
        if fault is not None:
            row.code, row.field, row.message, row.params = fault.code, fault.field, fault.message, dict(fault.params)
            changed.append(row)
    ListRow.objects.bulk_update(changed, ["code", "field", "message", "params"], batch_size=BLOCK)
    found.rows_good -= len(changed)
    return [row for row in rows if not row.code]


def _members(found: MemberList, rows: Sequence[ListRow]) -> list[PlatformMember]:
    platform = found.platform
    plan, period = platforms.current_plan(platform), DateRange(first_day(platform), platform.ends_on, "[]")
    return [_member(found, plan, row, period) for row in rows]


def _member(found: MemberList, plan: PooledPlan, row: ListRow, period: DateRange) -> PlatformMember:
    wording, exports = found.platform.wording.named, row.exports_last_year or Decimal(0)
    gross = platforms.premium_of(plan, exports, max(wording.ratios().values()), wording.number("adjusts_above_ratio"))
    split = shares(gross, plan.subsidy_mode, plan.subsidy_ratio, plan.currency)
    return PlatformMember(
        platform=found.platform, list=found, plan=plan, row_no=row.row_no, uscc=row.uscc, name_zh=row.name_zh,
        name_en=row.name_en, city=row.city, exports_last_year=exports, max_exports=plan.max_exports, period=period,
        currency=plan.currency, subsidy_mode=plan.subsidy_mode, gross=split.gross, subsidy=split.subsidy,
        payable=split.payable,
    )  # fmt: skip


@transaction.atomic
def publish(*, actor: Actor, list_id: int) -> MemberList:
    """公示: the members may get their policies."""
    found = _locked(actor, list_id)
    MEMBER_LIST.check("publish", found, actor)
    platforms.require_part(actor, found.platform, SponsorPart.COMMERCE)
    rows = PlatformMember.objects.filter(list=found, state=MemberState.LISTED)
    return _moved(actor, found, "publish", members=rows.update(state=MemberState.PUBLISHED), published_at=clock.now())


@transaction.atomic
def grant(*, actor: Actor, list_id: int) -> MemberList:
    """The finance authority answers for the subsidy of a published list; policies that only waited for it come in force."""
    found = _locked(actor, list_id)
    MEMBER_LIST.check("grant", found, actor)
    platforms.require_part(actor, found.platform, SponsorPart.FINANCE)
    if found.subsidy_confirmed_at is not None:
        raise DomainError("confirmed_already", _("The subsidy of this list is confirmed already."), status=409)
    rows = PlatformMember.objects.filter(list=found).exclude(state=MemberState.WITHDRAWN)
    members = rows.update(subsidy_confirmed_at=clock.now())
    money.credit(actor, found)
    return _moved(
        actor, found, "grant", members=members, subsidy_confirmed_at=clock.now(), subsidy_confirmed_by_id=actor.user_id
    )


@transaction.atomic
def discard(*, actor: Actor, list_id: int) -> MemberList:
    """Drop a list that is not published; its members lose their places."""
    found = _locked(actor, list_id)
    MEMBER_LIST.check("discard", found, actor)
    platforms.require_part(actor, found.platform, SponsorPart.COMMERCE)
    PlatformMember.objects.filter(list=found, state=MemberState.LISTED).update(state=MemberState.WITHDRAWN)
    return _moved(actor, found, "discard")


@transaction.atomic
def withdraw(*, actor: Actor, member_id: int) -> PlatformMember:
    """Take one exporter off before it has a policy."""
    rows = PlatformMember.objects.visible_to(actor).select_for_update(of=("self",)).select_related("platform")
    member: PlatformMember = rows.get(pk=member_id)
    MEMBER.check("withdraw", member, actor)
    platforms.require_part(actor, member.platform, SponsorPart.COMMERCE)
    member.state = MemberState.WITHDRAWN
    member.save(update_fields=["state"])
    audit.record(actor, "pooled.member_withdrawn", member, detail={"uscc": member.uscc})
    return member


def _locked(actor: Actor, list_id: int) -> MemberList:
    rows = MemberList.objects.visible_to(actor).select_for_update(of=("self",))
    found: MemberList = rows.select_related("platform__wording").get(pk=list_id)
    return found


def _moved(actor: Actor, found: MemberList, action: str, members: int = 0, **changes: object) -> MemberList:
    found.state = MEMBER_LIST.check(action, found, actor).target or found.state
    for name, value in changes.items():
        setattr(found, name, value)
    found.save()
    audit.record(actor, f"pooled.list_{action}", found, detail={"members": members})
    return found
