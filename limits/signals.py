"""What this app tells those above, inside the transaction of the deed: a failing receiver undoes it."""

from __future__ import annotations

from django.dispatch import Signal

limit_version_effective = Signal()
"""`limit`, `version` (None: nothing is in force any more): other terms or another amount apply from today on."""

limit_stopped = Signal()
"""`limit`, `stop`: no new cover from `stop.stopped_on` on."""

limit_reopened = Signal()
"""`limit`, `stop`: this stop ended; `limit.is_stopped` tells whether another one still stands."""
