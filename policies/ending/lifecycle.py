"""The moves of a notice of termination and of a bank's consent to it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from policies.models import ConsentState as C
from policies.models import NoticeState as N
from sinosure.core.lifecycle import Lifecycle, Move

TERMINATION = Lifecycle(
    "termination_notice",
    moves=(
        Move("run", (N.WAITING,), N.RUNNING, "policies.view", _("The notice runs"), automatic=True),
        Move("stop", (N.WAITING,), N.REFUSED, "policies.view", _("The notice is stopped"), automatic=True),
        Move("withdraw", (N.WAITING, N.RUNNING), N.WITHDRAWN, "policies.view", _("Withdraw the notice of termination"), tone="plain"),
        Move("finish", (N.RUNNING,), N.DONE, "policies.view", _("The policy is terminated"), automatic=True),
    ),
)  # fmt: skip

CONSENT = Lifecycle(
    "policy_consent",
    moves=(
        Move("give", (C.ASKED,), C.GIVEN, "financing.sign_bank", _("Consent")),
        Move("refuse", (C.ASKED,), C.REFUSED, "financing.sign_bank", _("Refuse consent"), tone="danger"),
        Move("drop", (C.ASKED,), C.DROPPED, "policies.view", _("No longer needed"), automatic=True),
    ),
)
