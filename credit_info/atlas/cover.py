"""The only writers of cover on a country (LIM-14): proposed with a reason, decided by a second person, in force from its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from credit_info.atlas import sources
from credit_info.atlas.authority import COMMITTEE, DEFAULTS, Rule, Terms, applying, level_for
from credit_info.atlas.lifecycle import COVER_CHANGE, PROPOSE
from credit_info.atlas.models import ChangeState, CoverAuthority, CoverChange
from credit_info.signals import country_cover_changed
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.accounts.roles import Role
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.core.fields import LARGEST_AMOUNT
from sinosure.core.lifecycle import Move
from sinosure.deadlines import services as deadlines
from sinosure.deadlines.models import Deadline
from sinosure.deadlines.registry import DeadlineKind, register
from sinosure.notifications import kinds
from sinosure.notifications.services import notify_insurer
from sinosure.reference.models import Country, CoverStatus

STARTS = "COUNTRY_COVER_STARTS"
LONGEST_AHEAD = timedelta(days=365)
_PAGE = "credit_info:change-detail"


def register_all() -> None:
    """The clock of a change that waits for its day, and what people are told."""
    register(DeadlineKind(
        name=STARTS, rule="LIM-14", label=_("New cover terms for %(country)s take effect"), verb=_("See"),
        consequence=_("The terms take effect."), url_name=_PAGE, owner="INSURER", on_due=on_start, is_quiet=True,
    ))  # fmt: skip
    kinds.register("country.proposed", _("New cover terms for %(country)s wait for a second person."), _PAGE, "amber")
    kinds.register("country.changed", _("Cover on %(country)s: class %(risk_class)s, %(status)s."), _PAGE)


def terms_of(country: Country) -> Terms:
    """As they stand now."""
    return Terms(country.risk_class, country.cover_status, sources.caps_of([country.pk]).get(country.pk))


@transaction.atomic
def propose(*, actor: Actor, country: str, terms: Terms, reason: str, effective_on: date | None = None) -> CoverChange:
    """New terms for a country. Raises `reason_missing`, `nothing_changes`, `in_the_past`, `too_far_ahead`, `proposed_already`."""
    if not actor.can(PROPOSE) or actor.user_id is None:
        raise NotAllowed()
    row = _locked_country(country)
    was, day = terms_of(row), effective_on or clock.today()
    _check(terms, was, reason, day)
    version = _version()
    change = _keep(CoverChange(
        country=row, risk_class=terms.risk_class, cover_status=terms.cover_status, cap=terms.cap,
        was_risk_class=was.risk_class, was_cover_status=was.cover_status, was_cap=was.cap, effective_on=day,
        reason=reason.strip(), proposed_by_id=actor.user_id, proposed_at=clock.now(), authority_version=version,
        level_needed=level_for(was, terms, rules_of(version)),
    ))  # fmt: skip
    audit.record(actor, "country.proposed", change, detail=_detail(change))
    for role in (Role.UNDERWRITER, Role.COMMITTEE):
        _tell(actor, "country.proposed", change, role)
    return change


def _version() -> int:
    """The newest rules; the shipped ones where there are none yet."""
    newest: int | None = CoverAuthority.objects.aggregate(newest=Max("version"))["newest"]
    if newest is None:
        rows = [CoverAuthority(version=1, **vars(rule)) for rule in DEFAULTS]
        CoverAuthority.objects.bulk_create(rows, ignore_conflicts=True)
    return newest or 1


def rules_of(version: int) -> list[Rule]:
    return [row.rule for row in CoverAuthority.objects.filter(version=version)]


def why_level(change: CoverChange) -> list[Rule]:
    """The rules that ask for the level of a change, the highest first; none for a change from before the rules."""
    was = Terms(change.was_risk_class, change.was_cover_status, change.was_cap)
    now = Terms(change.risk_class, change.cover_status, change.cap)
    return applying(was, now, rules_of(change.authority_version)) if change.authority_version else []


def has_authority(actor: Actor, change: CoverChange) -> bool:
    """By the duties that the actor holds: the committee for everything, an underwriter up to the own tier."""
    level = change.level_needed or COMMITTEE
    return Role.COMMITTEE in actor.roles or actor.tier(Role.UNDERWRITER) >= level


def moves(change: CoverChange, actor: Actor) -> list[Move]:
    """What the actor may do now; approving only with the authority for it."""
    found = COVER_CHANGE.available(change, actor)
    return [move for move in found if move.action != "approve" or has_authority(actor, change)]


def _check_authority(actor: Actor, change: CoverChange) -> None:
    if not has_authority(actor, change):
        message = _("This change of cover needs %(who)s.")
        raise NotAllowed("authority", message, who=who_decides(change.level_needed))


def who_decides(level: int | None) -> str:
    """In words, for pages and refusals."""
    if (level or COMMITTEE) >= COMMITTEE:
        return gettext("a member of the underwriting committee")
    return gettext("an underwriter of level %(level)s or higher, or a member of the committee") % {"level": level}


def _locked_country(code: str) -> Country:
    """Decisions on limits of the country hold the same lock, so that none slips past a suspension."""
    return Country.objects.select_for_update(no_key=True).get(pk=code)


def _check(terms: Terms, was: Terms, reason: str, day: date) -> None:
    if terms.risk_class not in "ABCDE" or terms.cover_status not in CoverStatus.values:
        raise DomainError("bad_terms", _("Choose a class from A to E and a cover status."), field="cover_status")
    if terms.cap is not None and not 0 <= terms.cap < LARGEST_AMOUNT:
        raise DomainError("bad_cap", _("The cap is an amount in USD, or empty for none."), field="cap")
    if terms == was:
        raise DomainError(
            "nothing_changes", _("These are the terms in force. Change one of them."), field="cover_status"
        )
    if not reason.strip():
        raise DomainError("reason_missing", _("Give the reason; it stays in the history."), field="reason")
    if day < clock.today():
        raise DomainError("in_the_past", _("Terms take effect today or later."), field="effective_on")
    if day > clock.today() + LONGEST_AHEAD:
        raise DomainError("too_far_ahead", _("At most a year ahead."), field="effective_on")


def _keep(change: CoverChange) -> CoverChange:
    try:
        with transaction.atomic():
            change.save(force_insert=True)
    except IntegrityError as twice:
        message = _("Another change for this country is open. Decide or withdraw that one first.")
        raise DomainError("proposed_already", message, status=409) from twice
    return change


@transaction.atomic
def approve(*, actor: Actor, change_id: int, comment: str = "") -> CoverChange:
    """The second person. Raises `authority` (403). What is due today takes effect at once, else on its day."""
    change = _locked(actor, change_id, "approve")
    _check_authority(actor, change)
    _decided(actor, change, ChangeState.APPROVED, comment)
    if change.effective_on <= clock.today():
        return _start(actor, change)
    _arm(actor, change)
    return change


@transaction.atomic
def reject(*, actor: Actor, change_id: int, comment: str) -> CoverChange:
    change = _locked(actor, change_id, "reject")
    if not comment.strip():
        raise DomainError("comment_required", _("Say why the terms stay as they are."), field="comment")
    return _decided(actor, change, ChangeState.REJECTED, comment)


@transaction.atomic
def withdraw(*, actor: Actor, change_id: int) -> CoverChange:
    """Taken back before it is in force."""
    change = _locked(actor, change_id, "withdraw")
    deadlines.cancel(actor=actor, kind=STARTS, subject=change)
    change.state = ChangeState.WITHDRAWN
    change.save(update_fields=["state"])
    audit.record(actor, "country.withdrawn", change, detail=_detail(change))
    return change


def _locked(actor: Actor, change_id: int, action: str) -> CoverChange:
    """Country before change, as everywhere."""
    rows = CoverChange.objects.visible_to(actor)
    _locked_country(rows.values_list("country_id", flat=True).get(pk=change_id))
    change: CoverChange = rows.select_for_update(of=("self",)).select_related("country").get(pk=change_id)
    COVER_CHANGE.check(action, change, actor)
    return change


def _decided(actor: Actor, change: CoverChange, state: ChangeState, comment: str) -> CoverChange:
    change.state, change.decided_by_id, change.decided_at = state, actor.user_id, clock.now()
    change.comment = comment.strip()
    change.save(update_fields=["state", "decided_by", "decided_at", "comment"])
    audit.record(actor, f"country.{state.lower()}", change, detail={**_detail(change), "comment": change.comment})
    return change


def _arm(actor: Actor, change: CoverChange) -> None:
    """The sweep fires at the end of the day before: 00:00 of the day."""
    last = change.effective_on - timedelta(days=1)
    deadlines.open_deadline(
        actor=actor, kind=STARTS, subject=change, policyholder_id=actor.organisation_id or 0,
        window=deadlines.fixed_window(min(clock.today(), last), last), params={"country": str(change.country)},
    )  # fmt: skip


def on_start(rows: Sequence[Deadline]) -> None:
    """The day of approved terms has come."""
    for row in rows:
        change = CoverChange.objects.select_related("country").get(pk=row.subject_id)
        _locked_country(change.country_id)
        change = CoverChange.objects.select_for_update(of=("self",)).select_related("country").get(pk=row.subject_id)
        if change.state == ChangeState.APPROVED:
            _start(SYSTEM, change)


def _start(actor: Actor, change: CoverChange) -> CoverChange:
    country = change.country
    country.risk_class, country.cover_status = change.risk_class, change.cover_status
    country.save(update_fields=["risk_class", "cover_status"])
    change.state, change.in_force_at = ChangeState.IN_FORCE, clock.now()
    change.save(update_fields=["state", "in_force_at"])
    audit.record(actor, "country.changed", change, detail=_detail(change))
    _tell(actor, "country.changed", change, Role.UNDERWRITER)
    country_cover_changed.send(sender=Country, country=country, change=change, actor=actor)
    return change


def _tell(actor: Actor, kind: str, change: CoverChange, role: str) -> None:
    country = change.country
    params = {
        "country": f"{country.name_zh} {country.name_en}", "risk_class": change.risk_class,
        "status": str(change.get_cover_status_display()),
    }  # fmt: skip
    notify_insurer(actor, kind, change, role, params=params)


def _detail(change: CoverChange) -> dict[str, str | int | None]:
    def shown(cap: Decimal | None) -> str | None:
        return None if cap is None else str(cap)

    return {
        "country": change.country_id, "risk_class": change.risk_class, "status": change.cover_status, "cap": shown(change.cap),
        "was_class": change.was_risk_class, "was_status": change.was_cover_status, "was_cap": shown(change.was_cap),
        "level": change.level_needed, "reason": change.reason, "effective_on": change.effective_on.isoformat(),
    }  # fmt: skip
