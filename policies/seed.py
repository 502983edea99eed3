"""The shipped product wordings (Rulebook §1.1), one column of the table per product, each value with its tag and source.

Tags: H the handbook, P public practice (with its key), L law (with its key), D our own default. Loading is idempotent; a
change is a new version. 2026.2 sells more than one product and adds the keys that code had as constants before; a policy
pinned to an earlier version reads such a key from here (see `wording.Terms`).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from policies.models import Product, ProductWording
from policies.risks import CoveredRisk
from sinosure.core import clock

VERSION = "2026.2"
VALID_FROM = date(2020, 1, 1)
Term = dict[str, Any]


def _h(value: Any) -> Term:
    return {"value": value, "tag": "H", "source": "handbook"}


def _p(value: Any, source: str) -> Term:
    return {"value": value, "tag": "P", "source": source}


def _l(value: Any, source: str) -> Term:
    return {"value": value, "tag": "L", "source": source}


def _d(value: Any) -> Term:
    return {"value": value, "tag": "D", "source": ""}


ALL_RISKS = list(CoveredRisk.values)
BANK_RISKS = [CoveredRisk.BANK_INSOLVENCY.value, CoveredRisk.BANK_DEFAULT.value]
POLITICAL = [risk.value for risk in CoveredRisk if risk.value.startswith("POL_")]
TRAIN_RATIOS = {risk: "0.80" if risk == CoveredRisk.BUYER_REJECTION else "0.90" for risk in ALL_RISKS}

COMMON: dict[str, Term] = {
    "period_months": _p(12, "sz2022"),
    "normal_credit_days": _h(365),
    "absolute_credit_days": _h(730),
    "payment_terms": _h(["LC_SIGHT", "LC_USANCE", "DP", "DA", "OA"]),
    "hard_cap_ratio": _h("0.90"),
    "risks": _h(ALL_RISKS),
    "policy_max_liability": _d(True),
    "liability_multiple_low": _p(2, "maxliab"),
    "liability_multiple_high": _p(3, "maxliab"),
    "experience_low": _d("0.70"),
    "experience_high": _d("1.30"),
    "quote_valid_days": _d(30),
    "premium_payment_days": _d(15),
    "suspend_after_days": _d(30),
    "renewal_opens_days": _d(60),
    "termination_notice_days": _d(30),
    "loss_notice_default_days": _h(30),
    "loss_notice_other_working_days": _h(10),
    "claim_filing_days": _p(365, "cwd6472"),
    "decision_days": _d(120),
    "interim_days": _l(60, "ins25"),
    "refusal_days": _l(3, "ins24"),
    "payment_days": _l(10, "ins23"),
    "waiting_days": _p(120, "hkecic-dol"),
    "remit_days": _d(30),
    "max_credit_days": _h(365),
    "covers_goods": _h(True),
    "object": _h("EXPORT_RECEIVABLE"),
    "loss_payee": _h("INSURED_OR_ASSIGNEE"),
    "excluded_countries": _d("SCHEDULE"),
    "deductible_basis": _d("AFTER_PERCENTAGE"),
    "names_affiliates": _d(False),
    "currency": _d("USD"),
}

PRODUCTS: dict[str, dict[str, Term]] = {
    Product.COMPREHENSIVE: {
        "is_sold": _d(True),
        "number_prefix": _d("SCH"),
        "insured": _h("PRC_ENTERPRISE"),
        "covers_services": _h(True),
        "obligors": _h(["BUYER", "BANK"]),
        "requires_limit": _h(True),
        "requires_declaration": _h(True),
        "loss_notice": _h("MANDATORY"),
        "discretionary_limit": _p("OPTIONAL", "cpic"),
        "premium_basis": _h("DECLARED_VALUE"),
        "default_ratios": _p(TRAIN_RATIOS, "train2"),
        "buyer_cap": _d(None),
        "minimum_premium": _p("2000", "fazhu"),
        "declaration_mode": _p("MONTHLY_25", "court27821"),
        "claim_path": _h("STANDARD"),
        "pre_shipment": _h(True),
        "upgrade_to": _h(None),
        "customisation": _h("BESPOKE"),
        "pre_shipment_ratio": _d("0.80"),
        "pre_shipment_days": _p(180, "exim-mb"),
        "pre_shipment_rate_pct": _d("0.20"),
        "names_affiliates": _h(True),
    },
    Product.SME: {
        "is_sold": _d(True),
        "number_prefix": _d("SME"),
        "insured": _h("SME_EXPORTER"),
        "covers_services": _h(False),
        "obligors": _h(["BUYER", "BANK"]),
        "requires_limit": _h(True),
        "requires_declaration": _h(False),
        "loss_notice": _h("OPTIONAL"),
        "discretionary_limit": _d("NONE"),
        "premium_basis": _d("ANNUAL_TURNOVER"),
        "default_ratios": _d(dict.fromkeys(ALL_RISKS, "0.80")),
        "max_credit_days": _d(180),
        "buyer_cap": _d(None),
        "claim_path": _d("STANDARD"),
        "pre_shipment": _d(False),
        "upgrade_to": _h("COMPREHENSIVE"),
        "customisation": _h("STANDARD"),
        "decision_days": _l(30, "ins23"),
        "minimum_premium": _d("1000"),
        "flat_rate_pct": _d("0.27"),
        "adjusts_above_ratio": _d("0.20"),
        "turnover_report_days": _d(30),
    },
    Product.MICRO: {
        "is_sold": _d(True),
        "number_prefix": _d("XBY"),
        "insured": _h("MICRO_EXPORTER"),
        "covers_services": _h(False),
        "obligors": _h(["BUYER", "BANK"]),
        "requires_limit": _h(False),
        "requires_declaration": _h(False),
        "loss_notice": _h("OPTIONAL"),
        "discretionary_limit": _d("NONE"),
        "premium_basis": _h("ONE_PAYMENT"),
        "default_ratios": _p(dict.fromkeys(ALL_RISKS, "0.80"), "sz2022"),
        "max_credit_days": _d(180),
        "buyer_cap": _p("150000", "sz2022"),
        "max_liability": _p("150000", "gd2024"),
        "eligible_exports_below": _p("10000000", "gd2024"),
        "claim_path": _h("SIMPLIFIED"),
        "pre_shipment": _d(False),
        "unshipped_orders_ratio": _p("0.20", "gd2024"),
        "upgrade_to": _h("SME"),
        "customisation": _h("STANDARD"),
        "excluded_countries": _p("SCHEDULE", "sz2022"),
        "decision_days": _l(30, "ins23"),
        "payment_days": _d(5),
        "waiting_days": _d(90),
        "simplified_decision_working_days": _d(10),
        "simplified_claim_up_to": _d("30000"),
    },
    Product.BANK: {
        "is_sold": _d(True),
        "number_prefix": _d("BNK"),
        "insured": _h("BANK_OR_FACTOR"),
        "covers_services": _d("ENDORSEMENT"),
        "obligors": _h(["BUYER", "BANK"]),
        "requires_limit": _h(True),
        "requires_declaration": _h(True),
        "loss_notice": _d("MANDATORY"),
        "discretionary_limit": _d("NONE"),
        "premium_basis": _h("ASSIGNED_RECEIVABLES"),
        "default_ratios": _d(dict.fromkeys(ALL_RISKS, "0.90")),
        "minimum_premium": _d("2000"),
        "declaration_mode": _d("MONTHLY_25"),
        "buyer_cap": _d(None),
        "claim_path": _d("STANDARD"),
        "pre_shipment": _d(False),
        "upgrade_to": _d(None),
        "object": _h("FACTORED_RECEIVABLE"),
        "loss_payee": _h("INSURED_BANK"),
        "customisation": _h("PER_BANK"),
    },
    Product.FORFAITING: {
        "is_sold": _d(True),
        "number_prefix": _d("FFT"),
        "insured": _h("BANK"),
        "covers_services": _h(True),
        "obligors": _h(["BANK"]),
        "requires_limit": _d(True),
        "requires_declaration": _d(True),
        "loss_notice": _d("MANDATORY"),
        "discretionary_limit": _d("NONE"),
        "premium_basis": _d("PURCHASED_AMOUNT"),
        "payment_terms": _d(["LC_SIGHT", "LC_USANCE", "DA"]),
        "risks": _h(BANK_RISKS + [risk for risk in POLITICAL if risk != CoveredRisk.POL_IMPORT]),
        "hard_cap_ratio": _h("1.00"),
        "default_ratios": _h(dict.fromkeys([*BANK_RISKS, *POLITICAL[:1], *POLITICAL[2:]], "1.00")),
        "minimum_premium": _d("2000"),
        "declaration_mode": _d("MONTHLY_25"),
        "buyer_cap": _d(None),
        "claim_path": _d("STANDARD"),
        "pre_shipment": _d(False),
        "upgrade_to": _d(None),
        "object": _h("FORFAITED_CLAIM"),
        "loss_payee": _h("INSURED_BANK"),
        "customisation": _h("PER_BANK"),
    },
}


@transaction.atomic
def load_wordings() -> None:
    """Every product's wording of this version; one that is there already stays as it is."""
    rows = [
        ProductWording(product=product, version=VERSION, valid_from=VALID_FROM, terms=column_of(product))
        for product in PRODUCTS
    ]
    ProductWording.objects.bulk_create(rows, ignore_conflicts=True)


def current_wording(product: str) -> ProductWording:
    """The wording a new policy pins."""
    return current_wordings()[product]


def current_wordings() -> dict[str, ProductWording]:
    """By product, the latest wording in force today; of those that start on one day the one added last.

    A database filled before this version was shipped gets it here.
    """
    rows = _in_force()
    if sum(row.version == VERSION for row in rows) < len(PRODUCTS):
        load_wordings()
        rows = _in_force()
    return {row.product: row for row in rows}


def _in_force() -> list[ProductWording]:
    return list(ProductWording.objects.filter(valid_from__lte=clock.today()).order_by("valid_from", "id"))


def column_of(product: str) -> dict[str, Term]:
    """The shipped terms of one product."""
    return {**COMMON, **PRODUCTS[product]}
