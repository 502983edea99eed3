"""The moves of loss notices, mitigation tasks and collection mandates (LN-8, LN-10, LN-11)."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from claims.models import MandateState as M
from claims.models import NoticeState as N
from claims.models import TaskState as T
from sinosure.core.lifecycle import Lifecycle, Move

FILED = (N.SUBMITTED, N.INFO_REQUIRED, N.ACCEPTED, N.ACTION)
OPEN = (N.DRAFT, *FILED)

NOTICE = Lifecycle(
    "loss_notice",
    moves=(
        Move("file", (N.DRAFT,), N.SUBMITTED, "notices.file", _("File the loss notice")),
        Move("add_lines", FILED, None, "notices.file", _("Add invoices"), automatic=True),
        Move("accept", (N.SUBMITTED,), N.ACCEPTED, "notices.triage", _("Accept the notice")),
        Move("ask", (N.SUBMITTED,), N.INFO_REQUIRED, "notices.triage", _("Ask for information"), tone=""),
        Move("answer", (N.INFO_REQUIRED,), N.SUBMITTED, "notices.file", _("Answer")),
        Move("assign_task", (N.ACCEPTED, N.ACTION), N.ACTION, "mitigation.assign", _("Give an instruction")),
        Move("mandate", (N.ACCEPTED, N.ACTION), N.ACTION, "mitigation.assign", _("Entrust collection"), tone=""),
        Move("analyse", (N.SUBMITTED, N.INFO_REQUIRED, N.ACCEPTED, N.ACTION), None, "notices.triage",
             _("Note the analysis"), tone=""),
        Move("resolve_paid", FILED, N.RESOLVED_PAID, "notices.triage", _("Close: buyer paid"), tone=""),
        Move("close_no_claim", (N.ACCEPTED, N.ACTION), N.CLOSED_NO_CLAIM, "notices.triage", _("Close without claim"),
             tone=""),
        Move("convert", FILED, N.CONVERTED_TO_CLAIM, "claims.file", automatic=True),
        Move("withdraw", OPEN, N.WITHDRAWN, "notices.file", _("Withdraw the notice"), tone="danger"),
    ),
)  # fmt: skip

TASK = Lifecycle(
    "mitigation_task",
    moves=(
        Move("accept", (T.ASSIGNED,), T.ACCEPTED, "mitigation.answer", _("Accept")),
        Move("refuse", (T.ASSIGNED, T.ACCEPTED), T.REFUSED, "mitigation.answer", _("Refuse"), tone=""),
        Move("done", (T.ASSIGNED, T.ACCEPTED), T.DONE, "mitigation.answer", _("Report as done"), tone=""),
        Move("consent", (T.ASSIGNED, T.ACCEPTED, T.DONE), None, "mitigation.assign", _("Consent to the cost"), tone=""),
    ),
)  # fmt: skip

MANDATE = Lifecycle(
    "collection_mandate",
    moves=(
        Move("sign", (M.DRAWN_UP,), M.SIGNED, "notices.file", _("Sign the mandate")),
        Move("report", (M.SIGNED,), None, "mitigation.assign", _("Add a report"), tone=""),
        Move("end", (M.DRAWN_UP, M.SIGNED), M.ENDED, "mitigation.assign", _("End the mandate"), tone=""),
    ),
)
