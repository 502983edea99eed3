"""What the database itself refuses about limits, as trigger bodies: authority, quorum, and decisions that were rewritten."""

from __future__ import annotations

# The level must be enough for the amount by the table of LIM-15, and each vote must rest on a grant that stands now.
# FOR SHARE: a grant cannot be revoked between this look and the commit.
AUTHORITY_OF_APPROVER = """
    DECLARE least smallint; voter bigint;
    BEGIN
        SELECT level INTO least FROM limits_authoritylevel
            WHERE ceiling_usd IS NULL OR ceiling_usd >= NEW.usd_amount ORDER BY level LIMIT 1;
        IF NEW.level_needed < COALESCE(least, 4) THEN
            RAISE EXCEPTION 'level % is too low for USD %', NEW.level_needed, NEW.usd_amount USING ERRCODE = 'check_violation';
        END IF;
        FOREACH voter IN ARRAY ARRAY[NEW.approved_by_id, NEW.seconded_by_id] LOOP
            CONTINUE WHEN voter IS NULL;
            CONTINUE WHEN TG_OP = 'UPDATE' AND voter IN (OLD.approved_by_id, OLD.seconded_by_id);
            PERFORM 1 FROM accounts_rolegrant
                WHERE user_id = voter AND revoked_at IS NULL
                  AND CASE WHEN NEW.level_needed >= 4 THEN role = 'COMMITTEE'
                           ELSE role = 'UNDERWRITER' AND tier >= NEW.level_needed END
                FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'user % has no authority of level %', voter, NEW.level_needed USING ERRCODE = 'check_violation';
            END IF;
        END LOOP;
        RETURN NEW;
    END;
"""

DECIDED_BY_QUORUM = """
    BEGIN
        PERFORM 1 FROM limits_proposal p JOIN limits_authoritylevel a ON a.level = p.level_needed
            WHERE p.application_id = NEW.id AND p.returned_at IS NULL
              AND (p.approved_by_id IS NOT NULL)::int + (p.seconded_by_id IS NOT NULL)::int >= a.quorum;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'application % has no approved proposal', NEW.id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END;
"""

# An empty range (a version that never took effect) stays empty.
VERSION_ONLY_ENDS = """
    BEGIN
        IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'validity') <> (to_jsonb(OLD) - 'validity')
           OR NOT (NEW.validity <@ OLD.validity) OR (NOT isempty(NEW.validity) AND lower(NEW.validity) <> lower(OLD.validity)) THEN
            RAISE EXCEPTION 'a decision on a limit is never rewritten; its validity may only end earlier'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END;
"""

PRIORITY_OF_KEY_ACCOUNT = """
    BEGIN
        PERFORM 1 FROM policies_policy WHERE id = NEW.policy_id AND key_account;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'policy % is no key account', NEW.policy_id USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END;
"""
