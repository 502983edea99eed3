"""What endorsements register at start-up."""

from __future__ import annotations

from policies.endorsements import clocks, letters, messages, services
from sinosure.documents import kinds as letter_kinds


def register() -> None:
    clocks.register_all({clocks.SIGNATURE: services.lapse, clocks.START: services.begin})
    messages.register_all()
    for kind, (chinese, english, template) in letters.KINDS.items():
        letter_kinds.register(kind, chinese, english, template)
