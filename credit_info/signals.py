"""What this app tells those above, inside the transaction of the deed: a failing receiver undoes it."""

from __future__ import annotations

from django.dispatch import Signal

light_turned = Signal()
"""sender Obligor; `obligor`, `was`, `actor`: the light is another one than before."""

country_cover_changed = Signal()
"""sender Country; `country`, `change` (CoverChange with the terms before and now), `actor`: new terms are in force."""

risk_event_published = Signal()
"""sender RiskEvent; `event`, `actor`: an alarm was published; its followers are told afterwards."""
