"""Priority in the queue for key accounts (优先配置限额, PRD-3): raised by an underwriter with a reason, in the audit trail."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from limits.models import ApplicationState, LimitApplication
from limits.services.applications import locked_application
from sinosure.accounts.actor import Actor
from sinosure.audit import services as audit
from sinosure.core.errors import DomainError, NotAllowed, WrongState

WAITING = (
    ApplicationState.SUBMITTED, ApplicationState.IN_REVIEW, ApplicationState.INFO_REQUIRED, ApplicationState.PROPOSED,
)  # fmt: skip


def may_raise(application: LimitApplication, actor: Actor) -> bool:
    """Whether to offer it: the holder is a key account, the application waits and was not raised yet."""
    return _is_able(actor, application) and application.policy.key_account and not application.is_priority


def may_lower(application: LimitApplication, actor: Actor) -> bool:
    return _is_able(actor, application) and application.is_priority


def _is_able(actor: Actor, application: LimitApplication) -> bool:
    return actor.can("limits.underwrite") and application.state in WAITING


@transaction.atomic
def raise_priority(*, actor: Actor, application_id: int, reason: str) -> LimitApplication:
    """Put it before the others in the queue. Raises `not_key_account`, `required`."""
    application = _checked(actor, application_id, reason)
    if not application.policy.key_account:
        message = _("The insured is no key account. Mark its policy as one first.")
        raise DomainError("not_key_account", message, status=409)
    return _write(actor, application, "priority_raised", True, reason)


@transaction.atomic
def lower_priority(*, actor: Actor, application_id: int, reason: str) -> LimitApplication:
    """Back to its usual place."""
    application = _checked(actor, application_id, reason)
    return _write(actor, application, "priority_lowered", False, reason)


def _checked(actor: Actor, application_id: int, reason: str) -> LimitApplication:
    application: LimitApplication = locked_application(actor, application_id)
    if not actor.can("limits.underwrite"):
        raise NotAllowed()
    if application.state not in WAITING:
        raise WrongState("prioritise", application.get_state_display())
    if not reason.strip():
        raise DomainError("required", _("Give the reason; it stays on record."), field="text")
    return application


def _write(actor: Actor, application: LimitApplication, event: str, raised: bool, reason: str) -> LimitApplication:
    application.is_priority = raised
    application.priority_reason, application.priority_by_id = (reason.strip(), actor.user_id) if raised else ("", None)
    application.version += 1
    application.save(update_fields=["is_priority", "priority_reason", "priority_by", "version"])
    audit.record(actor, f"limit_application.{event}", application, detail={"reason": reason.strip()})
    return application
