"""What claims tell the pages of countries and industries: notices and claims that are open, indemnity paid, money recovered."""

from __future__ import annotations

from credit_info.atlas import sources

_NOTICES = """
    SELECT policyholder_id, obligor_id, currency, SUM(amount), COUNT(*) FROM claims_lossnotice
    WHERE closed_at IS NULL AND state NOT IN ('DRAFT', 'WITHDRAWN')
    GROUP BY policyholder_id, obligor_id, currency
"""
_CLAIMS = """
    SELECT policyholder_id, obligor_id, currency, SUM(claimed), COUNT(*) FROM claims_claim
    WHERE filed_at IS NOT NULL AND state NOT IN ('CLOSED', 'REJECTED', 'WITHDRAWN') GROUP BY policyholder_id, obligor_id, currency
"""
_PAID = """
    SELECT c.policyholder_id, c.obligor_id, p.currency, SUM(p.amount), COUNT(*) FROM claims_payment p
    JOIN claims_claim c ON c.id = p.claim_id WHERE p.state = 'CONFIRMED'
    GROUP BY c.policyholder_id, c.obligor_id, p.currency
"""
_RECOVERED = """
    SELECT c.policyholder_id, c.obligor_id, r.currency, SUM(r.insurer_share), COUNT(*) FROM claims_recoveryreceipt r
    JOIN claims_recoverycase k ON k.id = r.case_id JOIN claims_claim c ON c.id = k.claim_id WHERE r.state <> 'RECORDED'
    GROUP BY c.policyholder_id, c.obligor_id, r.currency
"""


def register_all() -> None:
    for measure, sql in (("notices", _NOTICES), ("claims", _CLAIMS), ("paid", _PAID), ("recovered", _RECOVERED)):
        sources.register_sum(measure, sql)
