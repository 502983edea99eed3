"""The exporter's side of a limit application, and the desk's questions (LIM-2, LIM-4)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from credit_info.models import Obligor, ObligorKind
from limits import clocks, letters, messages
from limits.availability import term_group
from limits.lifecycle import APPLICATION
from limits.models import ApplicationState, LimitApplication, TermGroup
from policies.models import Policy, PolicyState
from policies.selectors import schedule_on
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed, Stale
from sinosure.deadlines import services as deadlines
from sinosure.documents.services import next_number

RELATED_FROM = Decimal("0.20")  # LIM-12
MAX_CREDIT_DAYS = 730
OPEN_STATES = (
    ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW, ApplicationState.INFO_REQUIRED, ApplicationState.PROPOSED,
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """What an exporter asks for. `facts`: the other answers of 《信用限额申请表》 as plain values (`limits.facts`)."""

    term: str
    credit_days: int
    amount: Decimal
    facts: dict[str, Any] = field(default_factory=dict)
    is_temporary: bool = False
    wanted_from: date | None = None
    wanted_until: date | None = None
    pre_shipment: bool = False


def locked_application(actor: Actor, application_id: int, version: int | None = None) -> LimitApplication:
    """The application, locked; `version` is what the form was opened with."""
    rows = LimitApplication.objects.visible_to(actor).select_for_update(of=("self",))
    application: LimitApplication = rows.select_related(
        "policy", "policyholder", "obligor__country", "underwriter"
    ).get(pk=application_id)
    if version is not None and application.version != version:
        raise Stale()
    return application


def move(
    actor: Actor, application: LimitApplication, action: str, detail: dict[str, Any] | None = None, **changes: Any
) -> None:
    """Check one move, write its columns, leave the trail."""
    target = APPLICATION.check(action, application, actor).target
    for name, value in {"state": target, "version": application.version + 1, **changes}.items():
        setattr(application, name, value)
    application.save(update_fields=["state", "version", *changes])
    application.__dict__.pop("live_proposal", None)
    audit.record(actor, f"limit_application.{action}", application, detail=detail)


@transaction.atomic
def create_draft(*, actor: Actor, policy_id: int, obligor_id: int, request: Request) -> LimitApplication:
    """A draft with its number. The currency is the policy's."""
    if not actor.can("limits.apply"):
        raise NotAllowed()
    policy = Policy.objects.held_by(actor).get(pk=policy_id)
    obligor = Obligor.objects.visible_to(actor).select_related("country").get(pk=obligor_id)
    _check_subject(policy, obligor, request)
    application = LimitApplication.objects.create(
        number=next_number(f"LA-{clock.today().year}"), policy=policy, policyholder_id=policy.policyholder_id,
        obligor=obligor, currency=policy.currency, created_at=clock.now(), **_columns(request),
    )  # fmt: skip
    audit.record(actor, "limit_application.drafted", application)
    return application


@transaction.atomic
def update_draft(
    *, actor: Actor, application_id: int, request: Request, version: int | None = None
) -> LimitApplication:
    """Write over the answers of a draft."""
    application = locked_application(actor, application_id, version)
    APPLICATION.check("submit", application, actor)
    _check_subject(application.policy, application.obligor, request)
    changes = {**_columns(request), "version": application.version + 1}
    for name, value in changes.items():
        setattr(application, name, value)
    application.save(update_fields=list(changes))
    audit.record(actor, "limit_application.edited", application)
    return application


def _columns(request: Request) -> dict[str, Any]:
    return {**asdict(request), "is_related_party": is_related_party(request.facts)}


def is_related_party(facts: dict[str, Any]) -> bool:
    """LIM-12: the exporter holds a fifth of the buyer or more, or the same people control both."""
    share = Decimal(str(facts.get("ownership_ratio") or 0))
    return share >= RELATED_FROM or bool(facts.get("same_controller"))


def _check_subject(policy: Policy, obligor: Obligor, request: Request) -> None:
    if policy.state not in (PolicyState.SIGNED, PolicyState.IN_FORCE):
        raise DomainError(
            "policy_not_in_force", _("Limits are set under a policy that is signed or in force."), field="policy"
        )
    if not policy.wording.named.value("requires_limit"):
        raise DomainError(
            "no_limit_needed", _("This policy needs no limit: every buyer is covered up to its cap."), field="policy"
        )
    _check_extension(policy, request)
    _check_obligor(policy, obligor, request.term)
    _check_figures(policy, obligor, request)


def _check_extension(policy: Policy, request: Request) -> None:
    """Goods in production need the extension in the schedule (§1.3, LIM-9)."""
    schedule = schedule_on(policy, clock.today())
    if request.pre_shipment and not (schedule and schedule.pre_shipment):
        message = _("The policy has no pre-shipment extension. Ask for an endorsement first.")
        raise DomainError("no_pre_shipment", message, field="pre_shipment")


def _check_obligor(policy: Policy, obligor: Obligor, term: str) -> None:
    """Who may owe under this product and term (§1.1, LIM-13)."""
    wording = policy.wording.named
    if obligor.kind not in wording.value("obligors"):
        message = _("This product does not cover debtors of this kind.")
        if wording.covers_banks_only:
            message = _("Under a forfaiting policy the debtor is a bank. Choose a bank by its BIC.")
        raise DomainError("obligor_not_covered", message, field="obligor")
    if term not in wording.value("payment_terms"):
        raise DomainError("term_not_covered", _("This product does not cover this payment term."), field="term")
    is_bank = obligor.kind == ObligorKind.BANK
    if is_bank and not obligor.bic:
        raise DomainError(
            "bic_missing", _("A limit on a bank needs its BIC. Ask the insurer to add it."), field="obligor"
        )
    if not wording.covers_banks_only and (term_group(term) == TermGroup.LC) != is_bank:
        message = _("Under an L/C the limit is on the issuing bank; for other terms it is on the buyer.")
        raise DomainError("term_and_obligor", message, field="term")


def _check_figures(policy: Policy, obligor: Obligor, request: Request) -> None:
    if not request.amount > 0:
        raise DomainError("must_be_positive", _("The amount must be above zero."), field="amount")
    if request.credit_days > MAX_CREDIT_DAYS:
        raise DomainError("tenor_exceeds_2y", _("The credit period is at most 730 days."), field="credit_days")
    if obligor.country_id == "CN":
        raise DomainError(
            "buyer_in_china", _("A buyer in the Chinese mainland is not an export buyer."), field="obligor"
        )
    _check_dates(policy, request)


def _check_dates(policy: Policy, request: Request) -> None:
    if request.is_temporary and request.wanted_until is None:
        raise DomainError("end_required", _("A temporary limit needs its last day."), field="wanted_until")
    if request.wanted_until and request.wanted_until < max(clock.today(), request.wanted_from or clock.today()):
        raise DomainError("end_before_start", _("The last day must not lie before the first."), field="wanted_until")
    if request.wanted_until and request.wanted_until > policy.ends_on:
        message = _("The policy ends on %(day)s; a limit cannot go beyond it.")
        raise DomainError("after_policy", message, field="wanted_until", day=policy.ends_on)


@transaction.atomic
def submit(*, actor: Actor, application_id: int, version: int | None = None) -> LimitApplication:
    """Send a draft to the underwriters; the five working days start."""
    application = locked_application(actor, application_id, version)
    _check_subject(application.policy, application.obligor, _request_of(application))
    _refuse_second(application)
    move(actor, application, "submit", submitted_at=clock.now(), submitted_by_id=actor.user_id)
    letters.issue_application(actor, application)
    clocks.arm_decision(actor, application)
    messages.tell_desk(actor, "limit.submitted", application)
    return application


def _request_of(application: LimitApplication) -> Request:
    return Request(
        application.term, application.credit_days, application.amount, application.facts,
        application.is_temporary, application.wanted_from, application.wanted_until, application.pre_shipment,
    )  # fmt: skip


def _refuse_second(application: LimitApplication) -> None:
    """One application under way per policy, obligor, group and kind."""
    others = LimitApplication.objects.filter(
        policy=application.policy_id, obligor=application.obligor_id, state__in=OPEN_STATES,
        is_temporary=application.is_temporary,
    ).exclude(pk=application.pk)  # fmt: skip
    other = next((row for row in others if term_group(row.term) == term_group(application.term)), None)
    if other:
        message = _("Application %(number)s on this buyer is under way. Wait for it or withdraw it.")
        raise DomainError("already_under_way", message, status=409, number=other.number)


@transaction.atomic
def discard(*, actor: Actor, application_id: int) -> LimitApplication:
    application = locked_application(actor, application_id)
    move(actor, application, "discard")
    return application


@transaction.atomic
def take(*, actor: Actor, application_id: int) -> LimitApplication:
    """An underwriter takes the case."""
    application = locked_application(actor, application_id)
    move(actor, application, "take", underwriter_id=actor.user_id)
    return application


@transaction.atomic
def ask(*, actor: Actor, application_id: int, question: str) -> LimitApplication:
    """Ask the exporter; the decision clock stops until the answer."""
    application = locked_application(actor, application_id)
    _require(question, "question", _("Write your question."))
    move(actor, application, "ask", {"question": question}, question=question, answer="")
    deadlines.cancel(actor=actor, kind=clocks.LIMIT_DECISION, subject=application)
    messages.tell_exporter(actor, "limit.question", application)
    return application


@transaction.atomic
def answer(*, actor: Actor, application_id: int, answer: str) -> LimitApplication:
    """The exporter answers; the decision clock starts anew."""
    application = locked_application(actor, application_id)
    _require(answer, "answer", _("Write your answer."))
    move(actor, application, "answer", {"answer": answer}, answer=answer)
    clocks.arm_decision(actor, application)
    messages.tell_desk(actor, "limit.answered", application)
    return application


@transaction.atomic
def withdraw(*, actor: Actor, application_id: int, reason: str = "") -> LimitApplication:
    """The exporter no longer wants it."""
    application = locked_application(actor, application_id)
    move(actor, application, "withdraw", {"reason": reason}, closing_reason=reason, decided_at=clock.now())
    deadlines.cancel(actor=actor, kind=clocks.LIMIT_DECISION, subject=application)
    messages.tell_desk(actor, "limit.withdrawn", application)
    return application


@transaction.atomic
def decline(*, actor: Actor, application_id: int, reasons: str, internal_note: str = "") -> LimitApplication:
    """Decline to decide on a limit; what is in force stays. `reasons` are shown to the exporter, the note is not."""
    application = locked_application(actor, application_id)
    _require(reasons, "reasons", _("Give the reasons; the exporter reads them."))
    move(
        actor, application, "decline", {"internal_note": internal_note}, closing_reason=reasons, decided_at=clock.now()
    )
    deadlines.meet(actor=actor, kind=clocks.LIMIT_DECISION, subject=application)
    messages.tell_exporter(actor, "limit.declined", application)
    return application


def _require(text: str, name: str, message: Any) -> None:
    if not text.strip():
        raise DomainError("required", message, field=name)
