"""The states and choices of a pooled platform, its lists, members and runs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from sinosure.core.states import TonedChoices


class PlatformState(TonedChoices):
    DRAFT = "DRAFT", "grey", _("Draft")
    OPEN = "OPEN", "green", _("Open")
    CLOSED = "CLOSED", "grey", _("Closed for lists")


class SponsorPart(models.TextChoices):
    """Commerce lists the exporters, finance answers for the subsidy."""

    COMMERCE = "COMMERCE", _("Commerce authority")
    FINANCE = "FINANCE", _("Finance authority")


class SubsidyMode(models.TextChoices):
    """Who pays the premium (PLT-3)."""

    GOVERNMENT_PAYS = "GOVERNMENT_PAYS", _("The government pays all of it")
    PERCENT = "PERCENT", _("The government pays a share")
    PAY_THEN_REIMBURSE = "PAY_THEN_REIMBURSE", _("The exporter pays first and is reimbursed")


class ListState(TonedChoices):
    READY = "READY", "amber", _("To be confirmed")
    CONFIRMED = "CONFIRMED", "blue", _("Confirmed, to be published")
    PUBLISHED = "PUBLISHED", "green", _("Made public")
    DISCARDED = "DISCARDED", "grey", _("Discarded")


class MemberState(TonedChoices):
    LISTED = "LISTED", "blue", _("Listed")
    PUBLISHED = "PUBLISHED", "blue", _("Waiting for its policy")
    ISSUED = "ISSUED", "green", _("Policy issued")
    REFUSED = "REFUSED", "red", _("Not issued")
    WITHDRAWN = "WITHDRAWN", "grey", _("Taken off the list")


class RunState(TonedChoices):
    QUEUED = "QUEUED", "blue", _("Waiting to start")
    RUNNING = "RUNNING", "blue", _("Running")
    DONE = "DONE", "green", _("Done")
    FAILED = "FAILED", "red", _("Stopped")


HOLDING_A_PLACE = (MemberState.LISTED, MemberState.PUBLISHED, MemberState.ISSUED)
UNFINISHED = (RunState.QUEUED, RunState.RUNNING)
