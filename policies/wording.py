"""The values of a product wording with where they come from, and what no schedule may exceed (AMB-2, AMB-4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

NORMAL_CREDIT_DAYS, ABSOLUTE_CREDIT_DAYS = 365, 730
HARD_CAP_RATIOS: dict[str, Decimal] = {
    "COMPREHENSIVE": Decimal("0.90"),
    "SME": Decimal("0.90"),
    "MICRO": Decimal("0.90"),
    "BANK": Decimal("0.90"),
    "FORFAITING": Decimal("1.00"),
}
TAGS: dict[str, Any] = {
    "H": _("From the handbook"),
    "P": _("Public practice"),
    "L": _("Law"),
    "D": _("Default of this system"),
}
BILLED_BY_LINE = frozenset({"DECLARED_VALUE", "ASSIGNED_RECEIVABLES", "PURCHASED_AMOUNT"})
Rows = Mapping[str, Mapping[str, Any]]
_SHIPPED: dict[str, Rows] = {}  # product -> its column, set once when the app is ready


def ship(product: str, rows: Rows) -> None:
    """Make the shipped column of a product known to every wording of that product."""
    _SHIPPED[product] = rows


def hard_cap_ratio(product: str) -> Decimal:
    """The highest share that is ever paid under a product: 90 %, forfaiting 100 % (handbook, 产品功能)."""
    return HARD_CAP_RATIOS[product]


@dataclass(frozen=True)
class Term:
    """One value of a wording with its tag (H, P or D) and source key."""

    name: str
    value: Any
    tag: str
    source: str

    @property
    def origin(self) -> str:
        """In words: from the handbook, public practice or law (key), our default."""
        return f"{TAGS[self.tag]} ({self.source})" if self.tag in {"P", "L"} else str(TAGS[self.tag])


@dataclass(frozen=True)
class Terms:
    """The terms of one wording version, read by name.

    A version that does not have a key, because it was signed before the key was added, reads it from the shipped column
    of its product: a key is added to write down what was done before it existed. A key that nobody has is None.
    """

    rows: Rows
    product: str = ""

    def term(self, name: str) -> Term:
        shipped = _SHIPPED.get(self.product, {})
        row = self.rows.get(name) or shipped.get(name) or {"value": None, "tag": "D", "source": ""}
        return Term(name, row["value"], row["tag"], row["source"])

    def value(self, name: str) -> Any:
        return self.term(name).value

    def days(self, name: str) -> int:
        return int(self.value(name))

    def number(self, name: str) -> Decimal:
        return Decimal(str(self.value(name) or 0))

    @property
    def is_notice_optional(self) -> bool:
        """Whether a claim may be filed without a loss notice, and a late notice has no consequence (AMB-1, CLM-2)."""
        return bool(self.value("loss_notice") == "OPTIONAL")

    @property
    def covers_banks_only(self) -> bool:
        """Forfaiting: every debtor is a bank, by L/C or by aval or acceptance of a draft."""
        return list(self.value("obligors")) == ["BANK"]

    @property
    def buys_claims(self) -> bool:
        """Bank products: what is declared was bought from the exporter, who is named (§1.1)."""
        return self.value("premium_basis") in {"ASSIGNED_RECEIVABLES", "PURCHASED_AMOUNT"}

    @property
    def needs_factoring(self) -> bool:
        """A bank policy: receivables come from sellers with whom a factoring agreement stands (§8.3, step 2)."""
        return bool(self.value("premium_basis") == "ASSIGNED_RECEIVABLES")

    @property
    def bills_lines(self) -> bool:
        """Whether premium is charged on each declared line; otherwise it is paid for the year (§1.1)."""
        return self.value("premium_basis") in BILLED_BY_LINE

    def ratios(self) -> dict[str, Decimal]:
        """The default share of each covered risk."""
        return {risk: Decimal(ratio) for risk, ratio in self.value("default_ratios").items()}

    @property
    def is_paid_once(self) -> bool:
        """One payment bought the cover of the year (§1.1): another tier comes with the renewal, not by endorsement."""
        return bool(self.value("premium_basis") == "ONE_PAYMENT")
