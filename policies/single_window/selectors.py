"""Reads of the single window: the application to resume, the next step, what the firm has made before."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from policies.models import Policy, PolicyState
from policies.single_window.models import (
    DataAuthorisation,
    ESeal,
    IdentityCheck,
    LocalWindow,
    ServiceAgreement,
    WindowApplication,
)
from policies.single_window.papers import VERSION
from policies.single_window.seed import load_local_windows
from policies.single_window.steps import Step, next_step
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.reference.models import Office

ON_THE_DESK = (PolicyState.SUBMITTED, PolicyState.UNDERWRITING, PolicyState.INFO_REQUIRED)


def applications(actor: Actor) -> QuerySet[WindowApplication]:
    """What the actor may see, with its steps; the newest first."""
    rows = WindowApplication.objects.visible_to(actor).select_related("policyholder__office", "policy")
    return rows.prefetch_related("steps__done_by").order_by("-id")


def unfinished(actor: Actor) -> WindowApplication | None:
    """The application to resume."""
    rows = applications(actor).filter(policyholder=actor.organisation_id or 0, submitted_at=None, withdrawn_at=None)
    return rows.first()


def waiting(organisation_id: int) -> Policy | None:
    """The application that was submitted through the window and lies on the underwriters' desk."""
    rows = WindowApplication.objects.filter(policyholder_id=organisation_id, policy__state__in=ON_THE_DESK)
    found = rows.select_related("policy").first()
    return found.policy if found else None


def step_of(application: WindowApplication, actor: Actor) -> str:
    """Where this person goes on: the first incomplete step."""
    done = {row.step for row in application.steps.all()}
    return next_step(done, identity_of(application, actor) is not None)


def identity_of(application: WindowApplication, actor: Actor) -> IdentityCheck | None:
    """The proof that holds for this person now; it lasts one session."""
    rows = IdentityCheck.objects.filter(application=application, user_id=actor.user_id or 0)
    return rows.filter(valid_until__gt=clock.now()).order_by("-id").first()


def seal_of(organisation_id: int) -> ESeal | None:
    return ESeal.objects.filter(policyholder_id=organisation_id).first()


def agreement_of(organisation_id: int) -> ServiceAgreement | None:
    """The agreement in the version that is signed today."""
    rows = ServiceAgreement.objects.select_related("document").filter(policyholder_id=organisation_id, version=VERSION)
    return rows.first()


def authorisation_of(organisation_id: int) -> DataAuthorisation | None:
    """The authorisation that was given and not taken back."""
    return DataAuthorisation.objects.filter(policyholder_id=organisation_id, revoked_at=None).first()


def made_before(organisation_id: int, step: str) -> date | None:
    """The day on which the firm did a step that is done once; None when it did not."""
    seal, agreement = seal_of(organisation_id), agreement_of(organisation_id)
    given = authorisation_of(organisation_id)
    at = {
        Step.SEAL.value: seal and seal.made_at, Step.SERVICE_AGREEMENT.value: agreement and agreement.signed_at,
        Step.DATA_AUTH.value: given and given.given_at,
    }.get(str(step))  # fmt: skip
    return clock.business_date(at) if at else None


def local_window(office: Office | None) -> LocalWindow | None:
    """The local version that exporters of this office use. A database filled before they were shipped gets them here."""
    if not LocalWindow.objects.exists():
        load_local_windows()
    return LocalWindow.objects.select_related("office").filter(office=office).first() if office else None
