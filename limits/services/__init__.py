"""The only writers of limits. Locking order: country cap → buyer cap → policy → limit."""

from limits.services.applications import (
    answer,
    ask,
    create_draft,
    decline,
    discard,
    submit,
    take,
    update_draft,
    withdraw,
)
from limits.services.decisions import approve, propose, return_proposal
from limits.services.draws import draw, draw_up_to, note_shipments, release
from limits.services.matching import LimitMatch, limit_for
from limits.services.priority import lower_priority, raise_priority
from limits.services.stops import cure, reopen, reopen_country, stop, stop_for_country, stop_for_obligor
from limits.services.versions import cancel, reduce, refresh

__all__ = [
    "LimitMatch",
    "answer",
    "approve",
    "ask",
    "cancel",
    "create_draft",
    "cure",
    "decline",
    "discard",
    "draw",
    "draw_up_to",
    "limit_for",
    "lower_priority",
    "note_shipments",
    "propose",
    "raise_priority",
    "reduce",
    "refresh",
    "release",
    "reopen",
    "reopen_country",
    "return_proposal",
    "stop",
    "stop_for_country",
    "stop_for_obligor",
    "submit",
    "take",
    "update_draft",
    "withdraw",
]
