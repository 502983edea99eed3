"""What the database itself refuses about cover on a country, as trigger bodies."""

from __future__ import annotations

TERMS_STAND = """
    BEGIN
        IF TG_OP = 'DELETE' OR OLD.state IN ('IN_FORCE', 'REJECTED', 'WITHDRAWN')
           OR to_jsonb(NEW) - '{state,decided_by_id,decided_at,comment,in_force_at}'::text[]
              <> to_jsonb(OLD) - '{state,decided_by_id,decided_at,comment,in_force_at}'::text[] THEN
            RAISE EXCEPTION 'what was decided on a country is never rewritten' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END;
"""

# The level must be enough for what the change touches by the rules of its version, and who approves must hold it now.
# FOR SHARE: a grant cannot be revoked between this look and the commit.
AUTHORITY_OF_DECIDER = """
    DECLARE least smallint;
    BEGIN
        SELECT max(level) INTO least FROM credit_info_coverauthority r WHERE r.version = NEW.authority_version AND CASE r.touch
            WHEN 'ANY' THEN true
            WHEN 'EASIER' THEN NEW.risk_class < NEW.was_risk_class
                OR (NEW.was_cover_status = 'RESTRICTED' AND NEW.cover_status = 'OPEN')
            WHEN 'CLOSED' THEN NEW.cover_status = 'SUSPENDED' AND NEW.was_cover_status <> 'SUSPENDED'
            WHEN 'REOPENED' THEN NEW.was_cover_status = 'SUSPENDED' AND NEW.cover_status <> 'SUSPENDED'
            WHEN 'CAP_RAISED' THEN COALESCE(NEW.cap > NEW.was_cap AND NEW.cap > r.above_usd, false)
            WHEN 'CAP_LIFTED' THEN NEW.was_cap IS NOT NULL AND NEW.cap IS NULL END;
        IF COALESCE(NEW.level_needed, 4) < COALESCE(least, 4) THEN
            RAISE EXCEPTION 'level % is too low for this change of cover', NEW.level_needed USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.decided_by_id IS NOT NULL AND NEW.state IN ('APPROVED', 'IN_FORCE') AND (TG_OP = 'INSERT' OR OLD.state = 'PROPOSED') THEN
            PERFORM 1 FROM accounts_rolegrant WHERE user_id = NEW.decided_by_id AND revoked_at IS NULL
                AND (role = 'COMMITTEE' OR (role = 'UNDERWRITER' AND tier >= COALESCE(NEW.level_needed, 4)))
                FOR SHARE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'user % has no authority of level % on a country', NEW.decided_by_id, NEW.level_needed
                    USING ERRCODE = 'check_violation';
            END IF;
        END IF;
        RETURN NEW;
    END;
"""
