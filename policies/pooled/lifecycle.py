"""Moves of a platform, a list and a member (PLT-4): tables for buttons, API, guards and docs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from policies.pooled.states import ListState as L
from policies.pooled.states import MemberState as M
from policies.pooled.states import PlatformState as P
from policies.pooled.states import RunState as R
from sinosure.core.lifecycle import Lifecycle, Move

PLATFORM = Lifecycle(
    "pooled_platform",
    moves=(
        Move("plan", (P.DRAFT,), P.DRAFT, "pooled.manage", _("Change the plan"), tone="plain"),
        Move("open", (P.DRAFT,), P.OPEN, "pooled.manage", _("Open for lists")),
        Move("issue", (P.OPEN,), P.OPEN, "pooled.manage", _("Issue policies")),
        Move("book", (P.OPEN, P.CLOSED), None, "pooled.book", _("Book subsidy received")),
        Move("close", (P.OPEN,), P.CLOSED, "pooled.manage", _("Close the platform"), tone="danger"),
    ),
)
MEMBER_LIST = Lifecycle(
    "pooled_member_list",
    moves=(
        Move("confirm", (L.READY,), L.CONFIRMED, "pooled.list", _("Confirm the list")),
        Move("publish", (L.CONFIRMED,), L.PUBLISHED, "pooled.list", _("Publish the list")),
        Move("grant", (L.PUBLISHED,), L.PUBLISHED, "pooled.subsidy", _("Confirm the subsidy")),
        Move("discard", (L.READY, L.CONFIRMED), L.DISCARDED, "pooled.list", _("Discard"), tone="danger"),
    ),
)
MEMBER = Lifecycle(
    "pooled_member",
    moves=(
        Move("publish", (M.LISTED,), M.PUBLISHED, "pooled.list", _("Publish with the list"), automatic=True),
        Move("issue", (M.PUBLISHED,), M.ISSUED, "pooled.manage", _("Issue the policy"), automatic=True),
        Move("refuse", (M.PUBLISHED,), M.REFUSED, "pooled.manage", _("Refuse cover"), automatic=True),
        Move("withdraw", (M.LISTED, M.PUBLISHED), M.WITHDRAWN, "pooled.list", _("Take off the list"), tone="danger"),
    ),
)
RUN = Lifecycle(
    "pooled_issue_run",
    moves=(
        Move("start", (R.QUEUED,), R.RUNNING, "pooled.manage", _("Start"), automatic=True),
        Move("finish", (R.RUNNING,), R.DONE, "pooled.manage", _("Finish"), automatic=True),
        Move("give_up", (R.RUNNING,), R.FAILED, "pooled.manage", _("Give up"), automatic=True),
    ),
)
