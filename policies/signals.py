"""What this app tells those above, inside the transaction of the deed: a failing receiver undoes it."""

from __future__ import annotations

from django.dispatch import Signal

policy_signed = Signal()
"""sender Policy; `policy`, `actor`: both sides have signed; the deposit premium falls due now."""

policies_issued = Signal()
"""sender Policy; `members`, `actor`: a set of pooled policies was signed at once; each `PlatformMember` has its policy."""

policy_in_force = Signal()
"""sender Policy; `policy`, `actor`: cover has begun."""

policy_suspended = Signal()
"""sender Policy; `policy`, `actor`: no cover for new shipments from today on."""

policy_resumed = Signal()
"""sender Policy; `policy`, `actor`: the suspension is lifted."""

policy_ended = Signal()
"""sender Policy; `policy`, `actor`: expired, renewed or terminated; new shipments are no longer covered."""
