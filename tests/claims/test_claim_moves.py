"""Every move of claims, payments and recovery cases against every role: who may, who may not, and from which state."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from claims.lifecycle import CLAIM, PAYMENT, RECEIPT, RECOVERY
from claims.models import ClaimState, PaymentState, RecoveryReceiptState, RecoveryState
from sinosure.accounts.actor import Actor
from sinosure.accounts.roles import CAPABILITIES, Kind, Role
from sinosure.core.errors import NotAllowed, WrongState

LIFECYCLES = [
    (CLAIM, ClaimState), (PAYMENT, PaymentState), (RECOVERY, RecoveryState), (RECEIPT, RecoveryReceiptState),
]  # fmt: skip
MOVES = [
    pytest.param(life, states, move, id=f"{life.entity}-{move.action}")
    for life, states in LIFECYCLES
    for move in life.moves
]
# an exporter, or a bank under a policy of its own
INSURED = {
    Role.EXPORTER_CLERK, Role.EXPORTER_REVIEWER, Role.EXPORTER_SIGNER, Role.BANK_OFFICER, Role.BANK_APPROVER,
}  # fmt: skip
# the duty behind each move, written down a second time on purpose
DUTIES = {
    "claims.file": INSURED,
    "claims.return_documents": INSURED,
    "claims.handle": {Role.CLAIMS_OFFICER},
    "claims.adjust": {Role.CLAIMS_OFFICER},
    "claims.verify_return": {Role.CLAIMS_OFFICER},
    "claims.decide": {Role.CLAIMS_APPROVER},
    "claims.reopen": {Role.CLAIMS_APPROVER},
    "payments.prepare": {Role.FINANCE_OFFICER},
    "payments.approve": {Role.FINANCE_OFFICER},
    "recoveries.manage": {Role.RECOVERY_OFFICER},
    "recoveries.book": {Role.FINANCE_OFFICER},
}


def holder(role: str) -> Actor:
    return Actor(user_id=7, name=role, organisation_id=1, kind=Kind.INSURER, tiers={role: 4})


def row(life, state: str) -> SimpleNamespace:
    return SimpleNamespace(**{life.field: state}, prepared_by_id=1, recorded_by_id=1)


@pytest.mark.parametrize(("life", "states", "move"), MOVES)
def test_only_the_duty_makes_the_move_and_only_from_its_states(life, states, move):
    for role in Role.values:
        for state in states.values:
            may = role in DUTIES[move.capability] and state in move.sources
            if may:
                assert life.check(move.action, row(life, state), holder(role)) is move
                continue
            with pytest.raises((NotAllowed, WrongState)):
                life.check(move.action, row(life, state), holder(role))


def test_the_table_of_duties_is_the_one_the_roles_hold():
    for capability, roles in DUTIES.items():
        assert {role for role in Role.values if capability in CAPABILITIES[role]} == roles


def test_every_state_of_a_claim_can_be_reached_and_left_unless_it_is_an_end():
    targets = {move.target for move in CLAIM.moves}
    sources = {state for move in CLAIM.moves for state in move.sources}
    assert set(ClaimState.values) - targets == {ClaimState.DRAFT}
    assert set(ClaimState.values) - sources == {ClaimState.WITHDRAWN}


def test_no_role_holds_two_of_adjusting_deciding_and_paying():
    for held in CAPABILITIES.values():
        assert len({"claims.adjust", "claims.decide", "payments.prepare"} & held) <= 1
