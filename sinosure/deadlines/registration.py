"""What this app registers at start-up: where calendars come from, its messages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sinosure.deadlines import calendar_services, registry, selectors, telling
from sinosure.notifications import kinds as messages
from sinosure.reference.services import calendar_around
from sinosure.ui import navigation
from sinosure.ui.navigation import NavItem


def register() -> None:
    registry.set_calendar_source(calendar_around)
    near = _("%(count)s deadlines are near; the first ends on %(due)s. Your list shows them by days left.")
    messages.register(telling.MANY_REMINDED, near, "deadlines:like", tone="amber")
    missed = _("%(count)s deadlines have passed, the first on %(due)s. What can still be done is in your list.")
    messages.register(telling.MANY_MISSED, missed, "deadlines:like", tone="red")
    proposed = _("The working days of %(year)s were entered. A second administrator must confirm them.")
    messages.register(calendar_services.PROPOSED, proposed, "deadlines:calendar-draft")
    ends = _("The official working calendar ends on %(until)s, in %(days)s days. Load the notice for %(next)s.")
    messages.register(calendar_services.ENDS, ends, "deadlines:calendar-year", tone="amber")
    navigation.register(
        NavItem(
            key="deadlines", label=_("Deadlines"), url_name="deadlines:list", capability="policies.view", order=15,
            count=selectors.inbox_count,
        )
    )  # fmt: skip
    calendar = NavItem(
        key="calendar", label=_("Working calendar"), url_name="deadlines:calendar", capability="reference.calendar",
        order=80,
    )  # fmt: skip
    navigation.register(calendar)
    date = NavItem(
        key="business-date", label=_("Business date"), url_name="deadlines:business-date", capability="reference.clock",
        order=81,
    )  # fmt: skip
    navigation.register(date)
