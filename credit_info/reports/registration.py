"""What reports register at start-up: their letter and their messages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from credit_info.reports import letters
from sinosure.notifications import kinds


def register() -> None:
    letters.register_all()
    page = "credit_info:report-detail"
    kinds.register("report.ordered", _("Credit report %(number)s was ordered."), page)
    kinds.register("report.delivered", _("Credit report %(number)s is delivered."), page, "green")
