"""Register organisations, branches and people, grant and take back duties. Nobody grants to themselves; every deed is in the trail."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sinosure.accounts.actor import Actor
from sinosure.accounts.duties import check_duty
from sinosure.accounts.models import Branch, Organisation, RoleGrant, User
from sinosure.accounts.roles import Kind, Role
from sinosure.audit.services import record
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from sinosure.reference.models import Office

MANAGE = "accounts.manage"


def _check_manager(actor: Actor) -> None:
    if not actor.can(MANAGE):
        raise NotAllowed


@transaction.atomic
def register_organisation(
    actor: Actor, *, kind: str, code: str, name_zh: str, name_en: str, uscc: str = "", bic: str = "",
    address: str = "", office: Office | None = None,
) -> Organisation:  # fmt: skip
    """A new exporter, bank or sponsor. Raises DomainError when its code or credit code is taken; there is one insurer."""
    _check_manager(actor)
    if kind == Kind.INSURER:
        raise DomainError(
            "one_insurer", _("There is one insurer. Register exporters, banks and sponsors."), field="kind"
        )
    if kind == Kind.BANK and not bic:
        raise DomainError("bic_missing", _("Enter the BIC of the bank."), field="bic")
    _check_free(code, uscc)
    organisation = Organisation.objects.create(
        kind=kind, code=code, name_zh=name_zh, name_en=name_en, uscc=uscc, bic=bic, address=address, office=office
    )
    record(actor, "organisation.registered", organisation, detail={"code": code, "kind": kind})
    return organisation


def _check_free(code: str, uscc: str) -> None:
    if Organisation.objects.filter(code=code).exists():
        raise DomainError("code_taken", _("Another organisation has this short name."), field="code")
    if uscc and Organisation.objects.filter(uscc=uscc).exists():
        raise DomainError("uscc_taken", _("An organisation with this credit code is registered already."), field="uscc")


@transaction.atomic
def register_branch(actor: Actor, *, bank: Organisation, code: str, name_zh: str, name_en: str) -> Branch:
    """A branch of a bank; `code` is its short name within the bank."""
    _check_manager(actor)
    if bank.kind != Kind.BANK:
        raise DomainError("not_a_bank", _("Only banks have branches here."))
    if Branch.objects.filter(bank=bank, code=code).exists():
        raise DomainError("code_taken", _("Another branch of this bank has this short name."), field="code")
    branch = Branch.objects.create(bank=bank, code=code, name_zh=name_zh, name_en=name_en)
    record(actor, "branch.registered", branch, detail={"bank": bank.code, "code": code})
    return branch


@transaction.atomic
def set_branch(actor: Actor, *, person: User, branch: Branch | None) -> None:
    """Where an officer of a bank works: a branch of that bank, or head office (None). The next request is judged by it."""
    _check_other(actor, person)
    locked = User.objects.select_for_update(of=("self",)).select_related("branch").get(pk=person.pk)
    if branch is not None and branch.bank_id != locked.organisation_id:
        raise DomainError("unknown_branch", _("Choose a branch of this person's bank."), field="branch")
    if branch is not None and locked.grants.filter(role=Role.BANK_VIEWER, revoked_at=None).exists():
        raise DomainError("viewer_at_head_office", _("A head-office viewer works at head office."), field="branch")
    was, locked.branch = locked.branch, branch
    if was != branch:
        locked.save(update_fields=["branch"])
        place = {"from": was.code if was else "", "to": branch.code if branch else ""}
        record(actor, "person.moved", locked, detail=place)


@transaction.atomic
def register_person(
    actor: Actor, *, organisation: Organisation, username: str, name_zh: str, name_en: str, email: str, role: str,
    tier: int = 1,
) -> User:  # fmt: skip
    """A person with a first duty and no password yet: they set one by the link sent to `email`."""
    _check_manager(actor)
    person = User(
        organisation=organisation, username=username, name_zh=name_zh, name_en=name_en or name_zh, email=email
    )
    person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as taken:
        raise DomainError("username_taken", _("This user name is taken."), field="username") from taken
    record(actor, "person.registered", person, detail={"username": username, "organisation": organisation.code})
    grant_duty(actor, person=person, role=role, tier=tier)
    return person


@transaction.atomic
def grant_duty(actor: Actor, *, person: User, role: str, tier: int = 1) -> RoleGrant:
    """One more duty, or another level of one held: the old grant ends, the new one begins."""
    _check_other(actor, person)
    locked = User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=person.pk)
    if role == Role.BANK_VIEWER and locked.branch_id is not None:
        raise DomainError("viewer_at_head_office", _("A head-office viewer works at head office."), field="role")
    standing = {grant.role: grant for grant in locked.grants.filter(revoked_at=None)}
    check_duty(locked.organisation.kind, role, tier, set(standing))
    if role in standing:
        if standing[role].tier == tier:
            raise DomainError("duty_held", _("This person holds this duty already."), field="role")
        _end(actor, standing[role])
    grant = RoleGrant.objects.create(
        user=locked, role=role, tier=tier, granted_at=clock.now(), granted_by_id=actor.user_id
    )
    record(actor, "duty.granted", locked, detail={"role": role, "tier": tier})
    return grant


@transaction.atomic
def revoke_duty(actor: Actor, *, grant: RoleGrant) -> None:
    """The duty ends now; the next request of the person is judged without it."""
    _check_other(actor, grant.user)
    locked = RoleGrant.objects.select_for_update(of=("self",)).get(pk=grant.pk)
    if locked.revoked_at is not None:
        raise DomainError("duty_ended", _("This duty has ended already."))
    _end(actor, locked)


def _end(actor: Actor, grant: RoleGrant) -> None:
    grant.revoked_at = clock.now()
    grant.save(update_fields=["revoked_at"])
    record(actor, "duty.revoked", grant.user, detail={"role": grant.role, "tier": grant.tier})


@transaction.atomic
def set_active(actor: Actor, *, person: User, active: bool) -> None:
    """Close an account or open it again. A closed account is signed out at its next request, also from the API."""
    _check_other(actor, person)
    if User.objects.filter(pk=person.pk, is_active=not active).update(is_active=active):
        record(actor, "person.opened" if active else "person.closed", person, detail={"username": person.username})


def _check_other(actor: Actor, person: User) -> None:
    _check_manager(actor)
    if actor.user_id == person.pk:
        raise DomainError("not_oneself", _("Nobody changes their own duties. Ask another security administrator."))


def choose_language(actor: Actor, language: str) -> None:
    """The language of the pages is that of the person's e-mails as well; one that we do not have changes nothing."""
    if actor.user_id is not None and language in dict(settings.LANGUAGES):
        User.objects.filter(pk=actor.user_id).exclude(language=language).update(language=language)


def password_was_set(person: User) -> None:
    """The trail keeps that a password was set by its owner, and when."""
    from_owner = Actor(person.pk, person.name_zh, person.organisation_id, person.organisation.kind)
    record(from_owner, "person.password_set", person, detail={"username": person.username})
