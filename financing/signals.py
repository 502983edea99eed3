"""What this app tells its own parts and those above, inside the transaction of the deed."""

from __future__ import annotations

from django.dispatch import Signal

agreement_ended = Signal()
"""sender Agreement; `agreement`: released, or ended with its policy."""

agreement_amended = Signal()
"""sender Agreement; `agreement`: another version of its terms binds from today on."""
