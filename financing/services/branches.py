"""Head office hands an agreement with its open loans to a branch of the bank, or takes it back (FIN-3)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from financing import messages
from financing.lifecycle import AGREEMENT
from financing.models import ACTIVE_LOAN, Agreement
from financing.moving import locked_agreement, write
from policies.models import AssigneeBank
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import Branch
from sinosure.accounts.selectors import branches
from sinosure.audit import services as audit
from sinosure.core.errors import DomainError


def branch_of(bank_id: int, branch_id: int | None) -> Branch | None:
    """None is head office. Raises `unknown_branch` for a branch of another bank."""
    if branch_id is None:
        return None
    found = branches(bank_id).filter(pk=branch_id).first()
    if found is None:
        raise DomainError("unknown_branch", _("Choose a branch of this bank."), field="branch")
    return found


@transaction.atomic
def move_to_branch(
    *, actor: Actor, agreement_id: int, branch_id: int | None, version: int | None = None
) -> Agreement:  # fmt: skip
    """Agreement and open loans change hands at once; what is repaid stays with the branch that lent. `branch_id` None: head office."""
    agreement = locked_agreement(actor, agreement_id, version)
    AGREEMENT.check("move_branch", agreement, actor)
    branch, was = branch_of(agreement.bank_id, branch_id), agreement.branch
    if branch == was:
        raise DomainError("branch_unchanged", _("The agreement is there already."), field="branch", status=409)
    if was is not None:
        messages.tell_bank(actor, "agreement.moved_away", agreement)
    write(agreement, branch=branch)
    loans = agreement.loans.filter(state__in=ACTIVE_LOAN).update(branch=branch)
    AssigneeBank.objects.now().filter(agreement_id=agreement.pk).update(branch=branch)
    detail = {"from": was.name_zh if was else "", "to": branch.name_zh if branch else "", "loans": loans}
    audit.record(actor, "agreement.move_branch", agreement, detail=detail)
    if branch is not None:
        messages.tell_bank(actor, "agreement.moved", agreement)
    return agreement
