"""Words of the comparison: a label for each key of the wordings, the sections, and what the codes mean."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from policies.models import DeclarationMode, Product
from policies.proposal import TERMS
from policies.risks import CoveredRisk

LABELS: dict[str, Any] = {
    "is_sold": _("On sale here"), "insured": _("Insured"), "object": _("What is insured"), "covers_goods": _("Goods"),
    "covers_services": _("Services"), "obligors": _("Who owes"), "eligible_exports_below": _("For exports of a year up to"),
    "customisation": _("Fitted to the insured"), "upgrade_to": _("Next product when the firm grows"),
    "number_prefix": _("Policy numbers begin with"),
    "risks": _("Covered risks"), "default_ratios": _("Insured percentage in the schedule"),
    "hard_cap_ratio": _("Insured percentage, at most"), "buyer_cap": _("Cap for one buyer"),
    "policy_max_liability": _("Maximum liability of the policy"), "max_liability": _("Maximum liability of the year"),
    "liability_multiple_low": _("Maximum liability to largest limit, at least"),
    "liability_multiple_high": _("Maximum liability to largest limit, as a rule"),
    "deductible_basis": _("Deductible"), "excluded_countries": _("Excluded countries"),
    "names_affiliates": _("Co-insured affiliates"),
    "pre_shipment": _("Pre-shipment extension"), "pre_shipment_ratio": _("Insured percentage before shipment"),
    "pre_shipment_rate_pct": _("Premium rate before shipment, %"),
    "pre_shipment_days": _("Longest time before shipment"), "unshipped_orders_ratio": _("Unshipped orders, share of the order"),
    "payment_terms": _("Payment terms"), "normal_credit_days": _("Credit period, as a rule"),
    "absolute_credit_days": _("Credit period, at most"), "max_credit_days": _("Credit period in the schedule"),
    "requires_limit": _("Credit limit needed"), "discretionary_limit": _("Discretionary limit"),
    "requires_declaration": _("Declarations"), "declaration_mode": _("When to declare"),
    "turnover_report_days": _("Turnover stated after the year, within"),
    "premium_basis": _("Premium on"), "minimum_premium": _("Minimum premium"), "flat_rate_pct": _("Rate of the year"),
    "adjusts_above_ratio": _("Premium adjusted when turnover differs by more than"),
    "experience_low": _("Experience factor, lowest"), "experience_high": _("Experience factor, highest"),
    "currency": _("Currency"), "premium_payment_days": _("Premium due after"),
    "suspend_after_days": _("Cover suspended when premium is overdue for"), "quote_valid_days": _("Quote holds for"),
    "period_months": _("Policy period"), "renewal_opens_days": _("Renewal opens before the end"),
    "termination_notice_days": _("Notice to end the policy"),
    "loss_notice": _("Loss notice"), "loss_notice_default_days": _("Loss notice of default, after the due date"),
    "loss_notice_other_working_days": _("Loss notice of other risks, after it is known"),
    "claim_path": _("Claim path"), "simplified_claim_up_to": _("Simplified path up to"),
    "claim_filing_days": _("Claim filed within"), "waiting_days": _("Waiting period after default"),
    "decision_days": _("Decision within"), "simplified_decision_working_days": _("Decision on the simplified path within"),
    "interim_days": _("Payment on account after"), "payment_days": _("Payment after agreement within"),
    "refusal_days": _("Refusal told within"), "loss_payee": _("Indemnity paid to"), "remit_days": _("Recoveries passed on within"),
}  # fmt: skip
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("For whom"), (
        "insured", "object", "covers_goods", "covers_services", "obligors", "eligible_exports_below", "customisation",
        "upgrade_to", "is_sold", "number_prefix",
    )),
    (_("What is covered"), (
        "risks", "default_ratios", "hard_cap_ratio", "buyer_cap", "policy_max_liability", "max_liability",
        "liability_multiple_low", "liability_multiple_high", "deductible_basis", "excluded_countries", "names_affiliates", "pre_shipment",
        "pre_shipment_ratio", "pre_shipment_rate_pct", "pre_shipment_days", "unshipped_orders_ratio",
    )),
    (_("Limits and declarations"), (
        "requires_limit", "discretionary_limit", "payment_terms", "normal_credit_days", "absolute_credit_days",
        "max_credit_days", "requires_declaration", "declaration_mode", "turnover_report_days",
    )),
    (_("Premium and period"), (
        "premium_basis", "minimum_premium", "flat_rate_pct", "adjusts_above_ratio", "experience_low", "experience_high",
        "currency", "premium_payment_days", "suspend_after_days", "quote_valid_days", "period_months",
        "renewal_opens_days", "termination_notice_days",
    )),
    (_("Loss and claim"), (
        "loss_notice", "loss_notice_default_days", "loss_notice_other_working_days", "claim_path",
        "simplified_claim_up_to", "claim_filing_days", "waiting_days", "decision_days",
        "simplified_decision_working_days", "interim_days", "payment_days", "refusal_days", "loss_payee", "remit_days",
    )),
)  # fmt: skip
WORDS: dict[str, Any] = {
    **dict(Product.choices), **dict(DeclarationMode.choices), **dict(CoveredRisk.choices), **dict(TERMS),
    "PRC_ENTERPRISE": _("Enterprise registered in China"), "SME_EXPORTER": _("Small or medium exporter"),
    "MICRO_EXPORTER": _("Small or micro exporter"), "BANK_OR_FACTOR": _("Bank or qualified factor"),
    "EXPORT_RECEIVABLE": _("Export receivable"), "FACTORED_RECEIVABLE": _("Receivable bought under export factoring"),
    "FORFAITED_CLAIM": _("Undue claim bought without recourse"), "BUYER": _("Buyer"), "BANK": _("Bank"),
    "ENDORSEMENT": _("By endorsement"), "BESPOKE": _("Made to measure"), "STANDARD": _("Standard"),
    "PER_BANK": _("For each bank"), "AFTER_PERCENTAGE": _("Taken off after the insured percentage"),
    "SCHEDULE": _("List in the schedule"), "OPTIONAL": _("Optional"), "MANDATORY": _("Mandatory"), "NONE": _("None"),
    "DECLARED_VALUE": _("Declared value, period by period"), "ANNUAL_TURNOVER": _("Estimated turnover of the year, adjusted"),
    "ONE_PAYMENT": _("One payment for the year"), "ASSIGNED_RECEIVABLES": _("Receivables assigned to the bank"),
    "PURCHASED_AMOUNT": _("Amount purchased"), "SIMPLIFIED": _("Simplified path on request"),
    "INSURED_OR_ASSIGNEE": _("Insured, or bank by agreement"), "INSURED_BANK": _("Insured bank"),
}  # fmt: skip
