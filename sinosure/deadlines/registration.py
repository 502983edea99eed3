"""What this app registers at start-up: where calendars come from, its messages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sinosure.deadlines import registry, telling
from sinosure.notifications import kinds as messages
from sinosure.reference.services import calendar_around


def register() -> None:
    registry.set_calendar_source(calendar_around)
    near = _("%(count)s deadlines are near; the first ends on %(due)s. Your list shows them by days left.")
    messages.register(telling.MANY_REMINDED, near, "deadlines:like", tone="amber")
    missed = _("%(count)s deadlines have passed, the first on %(due)s. What can still be done is in your list.")
    messages.register(telling.MANY_MISSED, missed, "deadlines:like", tone="red")
