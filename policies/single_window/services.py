"""The only writers of the single window: seven steps, one after the other, each done once (Rulebook §2.3, SW-1 to SW-4)."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from policies.micro import applying, buying
from policies.micro.selectors import threshold
from policies.single_window import papers, seals, selectors
from policies.single_window.identity import provider
from policies.single_window.models import (
    DataAuthorisation,
    ESeal,
    IdentityCheck,
    ServiceAgreement,
    WindowApplication,
    WindowStep,
)
from policies.single_window.steps import ONCE_PER_FIRM, Step, position
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Organisation
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.documents import services as documents

SESSION = timedelta(hours=12)  # [D] how long a proof of identity holds
# what the firm lets the insurer see [D]: the handbook names the step, not the items
DATA_ITEMS = ("COMPANY", "CUSTOMS_EXPORTS", "EXPORT_REFUND", "FOREIGN_EXCHANGE")
SCOPE = "MICRO_UNDERWRITING_AND_CLAIMS"


@transaction.atomic
def start(*, actor: Actor) -> WindowApplication:
    """A new application, or the unfinished one (SW-2). Raises `micro_held` while a micro policy runs."""
    organisation = buying.buyer(actor)
    found = selectors.unfinished(actor)
    if found is not None:
        return found
    _refuse_waiting(organisation)
    buying.refuse_held(organisation)
    application = WindowApplication.objects.create(
        policyholder=organisation, started_at=clock.now(), started_by_id=actor.user_id or 0
    )
    audit.record(actor, "window.started", application)
    return application


def _refuse_waiting(organisation: Organisation) -> None:
    found = selectors.waiting(organisation.pk)
    if found is not None:
        message = _("Application %(number)s waits for approval. Wait for the decision.")
        raise DomainError("window_waits", message, status=409, number=found.application_no)


@transaction.atomic
def authenticate(*, actor: Actor, application_id: int, method: str, name: str, number: str) -> WindowApplication:
    """Step 1, once in every session. Raises `unknown_method`, `bad_identity`."""
    application, _firm = _at(actor, application_id, Step.AUTH)
    found = provider().prove(method, name, number)
    now = clock.now()
    check = IdentityCheck.objects.create(
        application=application, user_id=actor.user_id or 0, checked_at=now, valid_until=now + SESSION, **asdict(found)
    )
    audit.record(actor, "window.identity", application, detail={"method": method, "simulated": check.is_simulated})
    if not application.steps.filter(step=Step.AUTH).exists():
        _done(actor, application, Step.AUTH)
    return application


@transaction.atomic
def enter(*, actor: Actor, application_id: int, exports_last_year: Decimal) -> WindowApplication:
    """Step 2: the product fits an exporter of this size in its region. Raises `above_threshold`, `must_be_positive`."""
    application, firm = _at(actor, application_id, Step.ENTRY)
    buying.check_size(exports_last_year, threshold(firm.office))
    application.exports_last_year = exports_last_year
    application.save(update_fields=["exports_last_year"])
    return _done(actor, application, Step.ENTRY)


@transaction.atomic
def confirm(*, actor: Actor, application_id: int, order: buying.Order) -> WindowApplication:
    """Step 3, 确认投保: tier, facts and declaration. What the firm has done before of the next three is passed over."""
    application, firm = _at(actor, application_id, Step.CONFIRM)
    applying.check(firm, order)
    application.order = {**asdict(order), "exports_last_year": f"{order.exports_last_year:f}"}
    application.exports_last_year = order.exports_last_year
    application.save(update_fields=["order", "exports_last_year"])
    return _done(actor, application, Step.CONFIRM)


@transaction.atomic
def make_seal(*, actor: Actor, application_id: int) -> WindowApplication:
    """Step 4, 保存印章并生成协议: the firm's seal with its own key pair."""
    application, firm = _at(actor, application_id, Step.SEAL)
    pair = seals.new_key_pair(firm.name_zh)
    seal = ESeal.objects.create(
        policyholder=firm, image=str(seals.drawn(firm.name_zh)), made_at=clock.now(), made_by_id=actor.user_id or 0,
        **asdict(pair),
    )  # fmt: skip
    audit.record(actor, "window.seal_made", seal, detail={"fingerprint": seal.fingerprint})
    return _done(actor, application, Step.SEAL)


@transaction.atomic
def sign_agreement(*, actor: Actor, application_id: int, has_read: bool) -> WindowApplication:
    """Step 5: the service agreement as a PDF, signed with the firm's key. Raises `not_read`."""
    application, firm = _at(actor, application_id, Step.SERVICE_AGREEMENT)
    if not has_read:
        raise DomainError("not_read", _("Confirm that you have read the agreement."), field="has_read")
    seal, now = ESeal.objects.get(policyholder=firm), clock.now()
    document = documents.issue(
        actor=actor, kind=papers.AGREEMENT, subject=seal, policyholder_id=firm.pk, context=_parties(actor, firm, seal),
        number=documents.next_number(f"SW-{clock.today().year}"),
    )  # fmt: skip
    rendition = documents.rendition_of(document, lambda pdf: papers.signed(pdf, seal, firm.name_zh))
    agreement = ServiceAgreement.objects.create(
        policyholder=firm, version=papers.VERSION, document=document, seal=seal, sha256=rendition.sha256, signed_at=now,
        signed_by_id=actor.user_id or 0,
    )  # fmt: skip
    documents.sign(actor=actor, document=document, party="INSURED")
    audit.record(actor, "window.agreement_signed", agreement, detail={"sha256": agreement.sha256})
    return _done(actor, application, Step.SERVICE_AGREEMENT)


def _parties(actor: Actor, firm: Organisation, seal: ESeal) -> dict[str, Any]:
    return {
        "insured": firm.name_zh, "insured_en": firm.name_en, "uscc": firm.uscc, "signer": actor.name,
        "version": papers.VERSION, "fingerprint": seal.fingerprint,
        "signed_on": clock.today(), "office": firm.office.name_zh if firm.office else "",
    }  # fmt: skip


@transaction.atomic
def authorise(*, actor: Actor, application_id: int, is_ticked: bool) -> WindowApplication:
    """Step 6: “同意提供上述数据内容” must be ticked. Raises `not_ticked`. The application is submitted with it."""
    application, firm = _at(actor, application_id, Step.DATA_AUTH)
    if not is_ticked:
        message = _("Tick that you agree to provide the data above, or leave the application unfinished.")
        raise DomainError("not_ticked", message, field="is_ticked")
    given = DataAuthorisation.objects.create(
        policyholder=firm, items=list(DATA_ITEMS), scope=SCOPE, is_ticked=True, given_at=clock.now(),
        given_by_id=actor.user_id or 0,
    )  # fmt: skip
    audit.record(actor, "window.data_authorised", given, detail={"items": given.items, "scope": SCOPE})
    return _done(actor, application, Step.DATA_AUTH)


@transaction.atomic
def revoke(*, actor: Actor) -> DataAuthorisation:
    """Take the authorisation back; the next application asks again. Raises `nothing_authorised`."""
    firm = buying.buyer(actor)
    given = DataAuthorisation.objects.select_for_update().filter(policyholder=firm, revoked_at=None).first()
    if given is None:
        raise DomainError("nothing_authorised", _("No authorisation stands."), status=409)
    given.revoked_at, given.revoked_by_id = clock.now(), actor.user_id
    given.save(update_fields=["revoked_at", "revoked_by"])
    audit.record(actor, "window.data_revoked", given)
    return given


@transaction.atomic
def withdraw(*, actor: Actor, application_id: int) -> WindowApplication:
    """Leave for good before it is submitted; seal, agreement and authorisation stay."""
    application = _locked(actor, application_id)
    application.withdrawn_at = clock.now()
    application.save(update_fields=["withdrawn_at"])
    audit.record(actor, "window.withdrawn", application)
    return application


def _locked(actor: Actor, application_id: int) -> WindowApplication:
    """The actor's own open application, behind the lock on its firm. Raises WindowApplication.DoesNotExist."""
    buying.buyer(actor)
    rows = WindowApplication.objects.held_by(actor).select_for_update(of=("self",))
    application: WindowApplication = rows.get(pk=application_id)
    if not application.is_open:
        raise DomainError("window_closed", _("This application is finished. Nothing can be changed here."), status=409)
    return application


def _at(actor: Actor, application_id: int, step: Step) -> tuple[WindowApplication, Organisation]:
    """The application when `step` is its turn, and the firm. Raises `out_of_order`."""
    application = _locked(actor, application_id)
    expected = selectors.step_of(application, actor)
    if expected != step:
        message = _("The next step is “%(expected)s”. Do the steps one after the other.")
        raise DomainError("out_of_order", message, status=409, expected=Step(expected).label)
    firm = Organisation.objects.select_related("office").get(pk=application.policyholder_id)
    return application, firm


def _done(actor: Actor, application: WindowApplication, step: Step) -> WindowApplication:
    """Note the step, pass over those that the firm did before, and submit when nothing is left."""
    _note(actor, application, step)
    if step not in (Step.AUTH, Step.ENTRY):
        _go_on(actor, application)
    return application


def _note(actor: Actor, application: WindowApplication, step: str, **earlier: Any) -> None:
    WindowStep.objects.create(
        application=application,
        step=step,
        position=position(step),
        done_at=clock.now(),
        done_by_id=actor.user_id or 0,
        **earlier,
    )
    audit.record(actor, "window.step_done", application, detail={"step": str(step), **earlier})


def _go_on(actor: Actor, application: WindowApplication) -> None:
    done = set(application.steps.values_list("step", flat=True))
    for step in ONCE_PER_FIRM:
        if step in done:
            continue
        earlier_on = selectors.made_before(application.policyholder_id, step)
        if earlier_on is None:
            return
        _note(actor, application, step, earlier_on=earlier_on)
    _submit(actor, application)


def _submit(actor: Actor, application: WindowApplication) -> None:
    """Step 7: into the underwriters' queue; the policy takes effect after approval [H]."""
    order = order_of(application)
    application.policy, application.submitted_at = applying.apply(actor=actor, order=order), clock.now()
    application.save(update_fields=["policy", "submitted_at"])
    _note(actor, application, Step.SUBMITTED)


def order_of(application: WindowApplication) -> buying.Order:
    """What was confirmed in step 3."""
    order = buying.Order(**application.order)
    return replace(order, exports_last_year=Decimal(application.order["exports_last_year"]))
