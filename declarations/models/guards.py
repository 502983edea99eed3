"""Triggers of this app that several models lean on."""

from __future__ import annotations

import pgtrigger

# A contract that was claimed before shipment is not shipped as well (§1.3). By statement: a file of 100,000 lines asks once.
NEVER_TWICE = pgtrigger.Trigger(
    name="not_shipped_when_claimed",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="fresh"),
    func="""
    BEGIN
        PERFORM 1 FROM declarations_productioncontract WHERE state = 'IN_CLAIM'
            AND policy_id IN (SELECT policy_id FROM fresh);
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        PERFORM 1 FROM fresh s JOIN declarations_productioncontract c ON c.policy_id = s.policy_id
            AND c.state = 'IN_CLAIM' AND c.obligor_id IN (s.obligor_id, s.buyer_id)
            AND c.contract_key = upper(regexp_replace(s.contract_no, '[^[:alnum:]]', '', 'g'))
            WHERE s.contract_no <> '' AND s.state NOT IN ('REVERSED', 'REFUSED');
        IF FOUND THEN
            RAISE EXCEPTION 'the contract was claimed before shipment' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END;
    """,
)
