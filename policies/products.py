"""The five products as the wordings in force describe them: what is sold, to whom, and what comes after what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from policies.models import Product
from policies.seed import current_wordings
from policies.wording import Terms
from sinosure.accounts.roles import Kind as OrganisationKind


@dataclass(frozen=True)
class Offer:
    """One product with the terms that a policy signed today would pin."""

    product: str
    version: str
    terms: Terms

    @property
    def label(self) -> Any:
        return Product(self.product).label

    @property
    def is_sold(self) -> bool:
        return bool(self.terms.value("is_sold"))

    @property
    def upgrade_to(self) -> str:
        return str(self.terms.value("upgrade_to") or "")


def offers() -> list[Offer]:
    """All five, in the order of the handbook."""
    found = current_wordings()
    return [Offer(product, found[product].version, found[product].named) for product in Product.values]


INSURED_BANKS = frozenset({"BANK_OR_FACTOR", "BANK"})  # a qualified factor is registered as a bank


def is_for(kind: str, terms: Terms) -> bool:
    """Whether an organisation of this kind may be the insured: bank products are for banks, the others for exporters (§1.1)."""
    return (terms.value("insured") in INSURED_BANKS) == (kind == OrganisationKind.BANK)


def bought_by(kind: str) -> list[Offer]:
    """What is sold to organisations of this kind."""
    return [offer for offer in offers() if offer.is_sold and is_for(kind, offer.terms)]


def ladder_with(product: str) -> list[Offer]:
    """The growth ladder on which the product stands, lowest rung first (PRD-1); empty when it stands on none."""
    by_name = {offer.product: offer for offer in offers()}
    below = {offer.upgrade_to: offer for offer in by_name.values() if offer.upgrade_to}
    rung = by_name[product]
    while rung.product in below:
        rung = below[rung.product]
    chain = [rung]
    while chain[-1].upgrade_to:
        chain.append(by_name[chain[-1].upgrade_to])
    return chain if len(chain) > 1 else []


BY_PROPOSAL = frozenset({"PRC_ENTERPRISE", "SME_EXPORTER"})  # insured who hand in a proposal and get a quote


def by_proposal() -> list[tuple[str, Any]]:
    """The products that an exporter may apply for with a proposal today, as choices."""
    return [(one.product, one.label) for one in offers() if one.is_sold and one.terms.value("insured") in BY_PROPOSAL]
