"""资信报警器 (CI-3): what can be watched, what happened to it, who watches it, and who was told."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from credit_info.models.obligor import Obligor
from sinosure.accounts.actor import Actor
from sinosure.accounts.models import User
from sinosure.core.append_only import append_only
from sinosure.core.states import TonedChoices
from sinosure.reference.industries import BY_SECTION, Industry
from sinosure.reference.models import Country, in_chinese


class Dimension(models.TextChoices):
    """The three dimensions of the handbook; a bank is a company here."""

    COUNTRY = "COUNTRY", _("Country or region")
    INDUSTRY = "INDUSTRY", _("Industry")
    COMPANY = "COMPANY", _("Company or bank")


def _only(kind: str, column: str) -> Q:
    others = {f"{name}__isnull": name != column for name in ("country", "section", "obligor")}
    return Q(kind=kind, **others)


class RiskSubject(models.Model):
    """One country, industry, company or bank that events are about. Made when it is first followed or spoken of."""

    kind = models.CharField(max_length=8, choices=Dimension.choices)
    country = models.ForeignKey(Country, on_delete=models.PROTECT, null=True, related_name="+")
    section = models.PositiveSmallIntegerField(null=True)
    obligor = models.ForeignKey(Obligor, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=_only("COUNTRY", "country") | _only("INDUSTRY", "section") | _only("COMPANY", "obligor"),
                name="risk_subject_is_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(section=None) | Q(section__range=(1, 21)), name="risk_subject_section_1_to_21"
            ),
            models.UniqueConstraint(fields=["country"], name="risk_subject_country_once"),
            models.UniqueConstraint(fields=["section"], name="risk_subject_section_once"),
            models.UniqueConstraint(fields=["obligor"], name="risk_subject_obligor_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def thing(self) -> Country | Obligor | Industry:
        """The country, industry or company itself."""
        found: Any = self.country or self.obligor or BY_SECTION[self.section or 0]
        return found  # type: ignore[no-any-return]

    @property
    def name(self) -> str:
        return str(self.thing)

    @property
    def key(self) -> str:
        """How people and programs write it: country code, number of the section, code of the company."""
        return str(self.country_id or self.section or (self.obligor.code if self.obligor else ""))


class Severity(TonedChoices):
    INFO = "INFO", "blue", _("For information")
    WARNING = "WARNING", "amber", _("Warning")
    SEVERE = "SEVERE", "red", _("Severe")


class EventKind(models.TextChoices):
    """What sort of thing happened; the last two are written by the system alone."""

    INSOLVENCY = "INSOLVENCY", _("Insolvency or closure")
    PAYMENT = "PAYMENT", _("Late payment or default")
    LEGAL = "LEGAL", _("Lawsuit or fraud")
    BUSINESS = "BUSINESS", _("Business and management")
    POLITICAL = "POLITICAL", _("Politics and security")
    TRANSFER = "TRANSFER", _("Currency and transfer")
    TRADE = "TRADE", _("Trade rules and sanctions")
    MARKET = "MARKET", _("Market and prices")
    DISASTER = "DISASTER", _("Disaster")
    OTHER = "OTHER", _("Other")
    LIGHT = "LIGHT", _("Credit light turned")
    COVER = "COVER", _("Cover on the country changed")


BY_SYSTEM = (EventKind.LIGHT, EventKind.COVER)


class Origin(models.TextChoices):
    ANALYST = "ANALYST", _("Credit analyst")
    FILE = "FILE", _("File")
    SYSTEM = "SYSTEM", _("System")


class EventQuerySet(models.QuerySet["RiskEvent"]):
    def visible_to(self, actor: Actor) -> Self:
        """Alarms are open to everybody who may read the register."""
        return self.all() if actor.can("buyers.view") else self.none()


class RiskEvent(models.Model):
    """Something that happened, as published. Never changed: what was wrong is put right by an event that corrects it."""

    number = models.CharField(max_length=30, unique=True)
    subject = models.ForeignKey(RiskSubject, on_delete=models.PROTECT, related_name="events")
    severity = models.CharField(max_length=7, choices=Severity.choices)
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200)
    text_zh = models.TextField(blank=True)  # Markdown
    text_en = models.TextField(blank=True)
    facts = models.JSONField(default=list)  # [{"on": "2026-11-03", "text": "…"}]
    source = models.CharField(max_length=200)
    happened_on = models.DateField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    origin = models.CharField(max_length=7, choices=Origin.choices)
    key = models.CharField(max_length=64, unique=True)  # the same row of a file, the same deed: published once
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="correction")

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(corrects=F("id")), name="event_does_not_correct_itself"),
            models.CheckConstraint(condition=~Q(source=""), name="event_has_a_source"),
            models.CheckConstraint(condition=~Q(title_zh="") & ~Q(title_en=""), name="event_has_both_titles"),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="event_timeline"),
            models.Index(fields=["subject", "-published_at", "-id"], name="event_of_subject"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return self.number

    @property
    def title(self) -> str:
        return self.title_zh if in_chinese() else self.title_en

    @property
    def text(self) -> str:
        """In the reader's language, else in the other one."""
        both = (self.text_zh, self.text_en) if in_chinese() else (self.text_en, self.text_zh)
        return both[0] or both[1]


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def visible_to(self, actor: Actor) -> Self:
        return self.filter(user_id=actor.user_id)


class Subscription(models.Model):
    """A person follows a subject. Taken off, the row stays: what follows by default does not come back by itself."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    subject = models.ForeignKey(RiskSubject, on_delete=models.PROTECT, related_name="subscriptions", db_index=False)
    is_followed = models.BooleanField(default=True)
    is_default = models.BooleanField(default=False)  # because the firm deals with the company
    by_email = models.BooleanField(default=True)
    by_webhook = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "subject"], name="subscription_once")]
        indexes = [
            # fan-out: the next page of followers
            models.Index(fields=["subject", "id"], condition=Q(is_followed=True), name="subscription_followers"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.subject_id}"


class FanOut(models.Model):
    """How far an event has been brought to its followers: those up to `cursor` have it, `upto` is the last of them."""

    event = models.OneToOneField(RiskEvent, on_delete=models.PROTECT, primary_key=True, related_name="fan_out")
    cursor = models.BigIntegerField(default=0)
    upto = models.BigIntegerField(null=True)  # set when the default followers are written
    reached = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["event"], condition=Q(finished_at=None), name="fan_out_open")]

    def __str__(self) -> str:
        return f"{self.event_id} {self.reached}"


class Delivery(models.Model):
    """An event reached a person."""

    event = models.ForeignKey(RiskEvent, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+", db_index=False)
    delivered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event", "user"], name="event_reaches_a_person_once")]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.event_id} {self.user_id}"
