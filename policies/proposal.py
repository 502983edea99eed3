"""The proposal (投保单): what is asked (Rulebook §2.4), and whether it is complete. Pages, API and letter read this list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.models import Scope
from policies.uscc import parse_uscc
from policies.wording import ABSOLUTE_CREDIT_DAYS, hard_cap_ratio
from sinosure.core import clock
from sinosure.core.errors import DomainError

MARKETS = 5
CURRENCIES = ("USD", "EUR", "CNY", "GBP", "JPY")
TERMS = (
    ("OA", _("O/A")),
    ("DA", _("D/A")),
    ("DP", _("D/P")),
    ("LC_USANCE", _("Usance L/C")),
    ("LC_SIGHT", _("L/C at sight")),
)


class Kind(StrEnum):
    """How an answer is typed and stored; JSON keeps text for amounts, ratios and dates."""

    TEXT = "text"
    COMMENT = "comment"
    USCC = "uscc"
    COUNT = "count"
    AMOUNT = "amount"
    RATIO = "ratio"
    DAY = "day"
    CHOICE = "choice"
    COUNTRY = "country"
    CURRENCY = "currency"
    YES_NO = "yes_no"
    TICK = "tick"


@dataclass(frozen=True)
class Question:
    """One line of the proposal. `required` to submit; a draft may leave everything open."""

    name: str
    label: Any
    kind: Kind
    required: bool = False
    help: Any = ""
    choices: tuple[tuple[str, Any], ...] = ()
    most: int = 0


@dataclass(frozen=True)
class Section:
    key: str
    title: Any
    questions: tuple[Question, ...]


def _markets() -> Iterator[Question]:
    for n in range(1, MARKETS + 1):
        yield Question(f"market_{n}_country", _("Country or region"), Kind.COUNTRY, required=n == 1)
        yield Question(f"market_{n}_amount", _("Exports in the last 12 months"), Kind.AMOUNT, required=n == 1)
        yield Question(f"market_{n}_term", _("Usual payment term"), Kind.CHOICE, required=n == 1, choices=TERMS)


SECTIONS: tuple[Section, ...] = (
    Section("enterprise", _("Enterprise"), (
        Question("uscc", _("Unified social credit code"), Kind.USCC, True, _("18 characters, as on the business licence.")),
        Question("legal_representative", _("Legal representative"), Kind.TEXT),
        Question("contact_name", _("Contact person"), Kind.TEXT, True),
        Question("contact_phone", _("Telephone"), Kind.TEXT, True),
        Question("contact_email", _("E-mail"), Kind.TEXT),
        Question("years_exporting", _("Years of exporting"), Kind.COUNT, True, most=100),
    )),
    Section("cover", _("Cover wanted"), (
        Question("currency", _("Policy currency"), Kind.CURRENCY, True),
        Question("starts_on", _("Cover begins on"), Kind.DAY, True, _("Cover runs for 12 months from this day.")),
        Question("scope", _("Exports to be covered"), Kind.CHOICE, True,
                 _("All eligible exports go under the policy; buyers are not picked one by one."), tuple(Scope.choices)),
        Question("covers_services", _("Cover services as well as goods"), Kind.YES_NO),
        Question("expected_turnover", _("Exports expected in the policy period"), Kind.AMOUNT, True),
        Question("largest_limit_wanted", _("Largest limit you will need on one buyer"), Kind.AMOUNT, True,
                 _("The peak outstanding, not the total of orders.")),
        Question("max_liability_wanted", _("Maximum liability wanted for the policy"), Kind.AMOUNT, True,
                 _("Two to three times the largest limit is usual.")),
        Question("commercial_ratio", _("Insured percentage wanted, commercial risks"), Kind.RATIO, True, _("At most 90 %.")),
        Question("political_ratio", _("Insured percentage wanted, political risks"), Kind.RATIO, True, _("At most 90 %.")),
        Question("longest_credit_days", _("Longest credit period in days"), Kind.COUNT, True,
                 _("Up to 365 days as a rule; up to 730 days by exception."), most=ABSOLUTE_CREDIT_DAYS),
        Question("wants_financing", _("We want to finance insured receivables"), Kind.YES_NO),
        Question("financing_bank", _("Bank for the financing"), Kind.TEXT),
    )),
    Section("trade", _("Trade"), (
        Question("main_products", _("Main products or services"), Kind.TEXT, True),
        Question("hs_codes", _("HS codes"), Kind.TEXT),
        Question("buyers_count", _("Number of buyers"), Kind.COUNT, True, most=100_000),
        Question("turnover_1", _("Exports, last 12 months"), Kind.AMOUNT, True),
        Question("turnover_2", _("Exports, the year before"), Kind.AMOUNT),
        Question("turnover_3", _("Exports, two years before"), Kind.AMOUNT),
    )),
    Section("markets", _("Main markets"), tuple(_markets())),
    Section("history", _("Payment history"), (
        Question("overdue_now", _("Overdue today"), Kind.AMOUNT, True, _("0 when nothing is overdue.")),
        Question("worst_overdue_days", _("Longest delay in the last 3 years, days"), Kind.COUNT, True, most=10_000),
        Question("bad_debts", _("Bad debts in the last 3 years"), Kind.AMOUNT, True, _("0 when there were none.")),
        Question("loss_story", _("What happened, and with which buyer"), Kind.COMMENT),
    )),
    Section("statement", _("Statement of the applicant"), (
        Question("is_truthful", _("The answers are complete and true. We know that a wrong answer may cost us cover."),
                 Kind.TICK, True),
    )),
)  # fmt: skip
QUESTIONS: dict[str, Question] = {question.name: question for section in SECTIONS for question in section.questions}
_IN_OTHER_WORDS: dict[str, tuple[Section, ...]] = {}  # product -> its sections, set once when the app is ready
ZERO_ALLOWED = {"overdue_now", "bad_debts"}

INCOMPLETE = _("The application is not complete: “%(label)s” is missing.")


def ask_in_words_of(product: str, sections: tuple[Section, ...]) -> None:
    """A product that asks some of the same questions in words of its own."""
    _IN_OTHER_WORDS[product] = sections


def sections_of(product: str) -> tuple[Section, ...]:
    """What the proposal of this product asks."""
    return _IN_OTHER_WORDS.get(product, SECTIONS)


def questions_of(product: str) -> Iterator[Question]:
    for section in sections_of(product):
        yield from section.questions


def stored(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Typed answers as JSON, unknown names and empty answers left out."""
    found = {name: answers.get(name) for name in QUESTIONS}
    return {name: _plain(value) for name, value in found.items() if value not in (None, "")}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value


def typed(proposal: Mapping[str, Any]) -> dict[str, Any]:
    """The stored answers with Decimals and dates again."""
    return {name: _typed(QUESTIONS[name].kind, value) for name, value in proposal.items() if name in QUESTIONS}


def _typed(kind: Kind, value: Any) -> Any:
    if kind in (Kind.AMOUNT, Kind.RATIO):
        return Decimal(value)
    return date.fromisoformat(value) if kind == Kind.DAY else value


def missing(proposal: Mapping[str, Any], product: str = "") -> list[Question]:
    """The questions that must be answered before the proposal can be submitted."""
    return [one for one in questions_of(product) if one.required and not _is_answered(one, proposal)]


def _is_answered(question: Question, proposal: Mapping[str, Any]) -> bool:
    value = proposal.get(question.name)
    return value is True if question.kind == Kind.TICK else value not in (None, "")


def check_complete(proposal: Mapping[str, Any], product: str) -> None:
    """Raises `proposal_incomplete`, `bad_uscc`, `over_hard_cap`, `tenor_exceeds_2y`, `starts_in_the_past`."""
    for question in missing(proposal, product)[:1]:
        raise DomainError("proposal_incomplete", INCOMPLETE, field=question.name, label=question.label)
    answers = typed(proposal)
    parse_uscc(answers["uscc"])
    for name in ("commercial_ratio", "political_ratio"):
        check_ratio(answers[name], product, name)
    check_credit_days(answers["longest_credit_days"], "longest_credit_days")
    check_start(answers["starts_on"])


def check_ratio(ratio: Decimal, product: str, field: str) -> None:
    cap = hard_cap_ratio(product)
    if not 0 < ratio <= cap:
        message = _("The insured percentage is above 0 and at most %(cap)s %%.")
        raise DomainError("over_hard_cap", message, field=field, cap=int(cap * 100))


def check_credit_days(days: int, field: str) -> None:
    if days > ABSOLUTE_CREDIT_DAYS:
        raise DomainError("tenor_exceeds_2y", _("Credit of more than 730 days cannot be insured here."), field=field)


def check_start(starts_on: date) -> None:
    if starts_on < clock.today():
        message = _("Cover cannot begin in the past. Choose today or a later day.")
        raise DomainError("starts_in_the_past", message, field="starts_on")
