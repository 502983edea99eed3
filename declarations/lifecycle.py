"""The moves of a declared line and of a premium notice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sinosure.core.lifecycle import Lifecycle, Move

HELD = ("LATE_REVIEW", "ON_HOLD")
LINE = Lifecycle(
    "shipment",
    (
        Move("declare", ("DRAFT",), "BOOKED", "declarations.declare", _("Declare"), automatic=True),
        Move("review", ("DRAFT",), "LATE_REVIEW", "declarations.declare", automatic=True),
        Move("hold", ("DRAFT",), "ON_HOLD", "declarations.declare", automatic=True),
        Move("accept", HELD, "BOOKED", "declarations.review", _("Book the line")),
        Move("refuse", HELD, "REFUSED", "declarations.review", _("Refuse"), tone="danger"),
        Move("correct", ("BOOKED",), "REVERSED", "declarations.declare", _("Correct"), tone=""),
        Move(
            "correct_for_insured", ("BOOKED",), "REVERSED", "declarations.review", _("Correct for the insured"), tone=""
        ),
        Move("extend", ("BOOKED", "REGISTERED"), None, "declarations.declare", _("Extend the due date"), tone=""),
        Move(
            "withdraw",
            ("BOOKED", *HELD, "REGISTERED"),
            "REVERSED",
            "declarations.declare",
            _("Take back"),
            tone="danger",
        ),
    ),
)
NOTICE = Lifecycle(
    "premium_notice",
    (
        Move(
            "book", ("ISSUED", "PART_PAID"), None, "premium.book", _("Book a payment"), outcomes=("PART_PAID", "PAID")
        ),
        Move("cancel", ("ISSUED",), "CANCELLED", "premium.bill", _("Cancel by reversal"), tone="danger"),
    ),
)
TURNOVER = Lifecycle(
    "turnover_statement",
    (
        Move("state", ("DUE", "STATED"), "STATED", "declarations.declare", _("State the turnover"), tone="main"),
        Move(
            "state_for_insured",
            ("DUE", "STATED"),
            "STATED",
            "declarations.review",
            _("State it for the insured"),
            tone="",
        ),
        Move("settle", ("STATED",), None, "premium.bill", _("Adjust the premium"), outcomes=("RETURN_DUE", "SETTLED")),
        Move("pay_back", ("RETURN_DUE",), "SETTLED", "premium.book", _("Book the return")),
    ),
)
