"""The only writers of policies."""

from policies.ending.services import give_consent, give_notice, refuse_consent, terminate_policies, withdraw_notice
from policies.services.applications import answer, ask, create_draft, decline, renew, save_draft, submit, take
from policies.services.in_force import (
    begin_policies,
    close_run_off,
    deposit_paid,
    expire_policies,
    lift_suspension,
    suspend,
)
from policies.services.key_accounts import mark_key_account
from policies.services.liability import draw_liability, release_liability
from policies.services.quotes import accept, lapse_quotes, quote, refuse
from policies.services.signing import countersign, sign

__all__ = [
    "accept",
    "answer",
    "ask",
    "begin_policies",
    "close_run_off",
    "countersign",
    "create_draft",
    "decline",
    "deposit_paid",
    "draw_liability",
    "expire_policies",
    "give_consent",
    "give_notice",
    "lapse_quotes",
    "lift_suspension",
    "mark_key_account",
    "quote",
    "refuse",
    "refuse_consent",
    "release_liability",
    "renew",
    "save_draft",
    "sign",
    "submit",
    "suspend",
    "take",
    "terminate_policies",
    "withdraw_notice",
]
