"""The statements of the importer. `%(batch)s` and friends are values; there is no other interpolation."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

LC = "('LC_SIGHT', 'LC_USANCE')"
LIVE = "NOT IN ('REVERSED', 'REFUSED')"
TEMPORARY = (
    "day_fact", "money_fact", "schedule_fact", "excluded", "affiliate_fact", "rate_fact",
    "staged", "same_paper", "faulty", "matched", "known_loss", "priced",
)  # fmt: skip
DROP = tuple(f"DROP TABLE IF EXISTS pg_temp.{name}" for name in TEMPORARY)
FACTS = (
    "SET LOCAL default_statistics_target = 10",  # small samples are enough to plan by
    "SET LOCAL jit = off",  # it costs more than these statements take
    "SET LOCAL work_mem = '64MB'",  # a file sorts and hashes in memory
    "SET LOCAL random_page_cost = 1.1",  # else every check of a foreign key scans its small table
    "CREATE TEMP TABLE day_fact (shipped_on date, schedule_id bigint, is_outside boolean, is_uncovered boolean,"
    " is_late boolean) ON COMMIT DROP",
    "CREATE TEMP TABLE money_fact (currency varchar(3), fx numeric(18,8)) ON COMMIT DROP",
    "CREATE TEMP TABLE schedule_fact (id bigint, max_credit_days int, no_lc boolean, covers_services boolean) ON COMMIT DROP",
    "CREATE TEMP TABLE excluded (schedule_id bigint, country_id varchar(2)) ON COMMIT DROP",
    "CREATE TEMP TABLE affiliate_fact (schedule_id bigint, code varchar(30), id bigint) ON COMMIT DROP",
    "CREATE TEMP TABLE rate_fact (schedule_id bigint, risk_class varchar(1), term_group varchar(5), first_day int, last_day int,"
    " rate numeric, rate_pct numeric(9,6)) ON COMMIT DROP",
)
LOCK = f"""
    SELECT id FROM limits_creditlimit WHERE policy_id = %(policy)s AND obligor_id IN (
        SELECT o.id FROM credit_info_obligor o JOIN (
            SELECT DISTINCT CASE WHEN term IN {LC} OR %(banks_only)s THEN bank_bic ELSE buyer_code END AS code
            FROM declarations_importrow WHERE batch_id = %(batch)s AND is_read) c ON c.code = o.code)
    ORDER BY id FOR NO KEY UPDATE
"""  # noqa: S608  constants only

# who owes: the bank under an L/C, else the buyer; both are found by their code, never by name. One pass with all look-ups.
STAGE = (
    f"""
    CREATE TEMP TABLE staged ON COMMIT DROP AS
    SELECT r.row_no, r.invoice_no, r.invoice_key, r.buyer_code, r.bank_bic, r.term, r.credit_days, r.shipped_on, r.due_on,
        r.currency, r.amount, r.deposit, r.kind, r.contract_no, r.transport_no, r.shares_transport, r.customs_no, r.hs_code,
        r.description, r.lc_no, r.financing_bic, r.seller, r.aval_no, r.affiliate, r.acceptance_no, a.id AS affiliate_id,
        r.term IN {LC} AS is_lc,
        r.term IN {LC} OR %(banks_only)s AS owes_bank,
        CASE WHEN r.term IN {LC} THEN 'LC' WHEN r.term = 'DP' THEN 'DP' ELSE 'DA_OA' END AS term_group,
        CASE WHEN r.term IN {LC} OR %(banks_only)s THEN k.id ELSE b.id END AS obligor_id,
        CASE WHEN r.term IN {LC} OR %(banks_only)s THEN b.id END AS buyer_id,
        CASE WHEN r.term IN {LC} OR %(banks_only)s THEN k.kind ELSE b.kind END AS obligor_kind,
        o.code AS country_id, o.risk_class, o.is_sanctioned OR COALESCE(t.is_sanctioned, false) AS is_sanctioned,
        COALESCE(NULLIF(r.destination, ''), o.code) AS destination_id, t.code IS NOT NULL AS knows_destination,
        f.id AS financing_bank_id, m.fx, d.schedule_id, d.is_outside, d.is_uncovered, d.is_late, c.max_credit_days, c.no_lc,
        c.covers_services
    FROM declarations_importrow r
    LEFT JOIN day_fact d ON d.shipped_on = r.shipped_on
    LEFT JOIN schedule_fact c ON c.id = d.schedule_id
    LEFT JOIN money_fact m ON m.currency = r.currency
    LEFT JOIN credit_info_obligor b ON b.code = r.buyer_code AND r.buyer_code <> ''
    LEFT JOIN credit_info_obligor k ON k.code = r.bank_bic AND r.bank_bic <> '' AND (r.term IN {LC} OR %(banks_only)s)
    LEFT JOIN affiliate_fact a ON a.schedule_id = d.schedule_id AND a.code = r.affiliate AND r.affiliate <> ''
    LEFT JOIN reference_country o ON o.code = CASE WHEN r.term IN {LC} OR %(banks_only)s THEN k.country_id ELSE b.country_id END
    LEFT JOIN reference_country t ON t.code = COALESCE(NULLIF(r.destination, ''), o.code)
    LEFT JOIN accounts_organisation f ON f.kind = 'BANK' AND f.bic = r.financing_bic AND r.financing_bic <> ''
    WHERE r.batch_id = %(batch)s AND r.is_read
    """,  # noqa: S608
    "ANALYZE staged",
)
WITHOUT_KNOWN_FAULTS = """
    DELETE FROM staged s USING (SELECT DISTINCT row_no FROM declarations_rowerror WHERE batch_id = %(batch)s) e WHERE s.row_no = e.row_no
"""
# the same papers declared before, by anybody; usually none
SAME_PAPER = f"""
    CREATE TEMP TABLE same_paper ON COMMIT DROP AS
    SELECT s.row_no, 'transport_no' AS paper, x.policyholder_id = %(policyholder)s AS is_own, x.declaration_no
    FROM staged s JOIN declarations_shipment x ON x.transport_no = s.transport_no AND x.transport_no <> ''
    WHERE s.transport_no <> '' AND x.state {LIVE}
    UNION ALL
    SELECT s.row_no, 'customs_no', x.policyholder_id = %(policyholder)s, x.declaration_no
    FROM staged s JOIN declarations_shipment x ON x.customs_no = s.customs_no AND x.customs_no <> ''
    WHERE s.customs_no <> '' AND x.state {LIVE}
"""  # noqa: S608

UNKNOWN_BUYER = _("No buyer has the code “%(raw)s”. Look it up in the buyer register.")
UNKNOWN_BANK = _("No bank has the BIC “%(raw)s”. Look it up in the buyer register.")
WRONG_KIND = _(
    "Under a letter of credit the issuing bank owes the money; otherwise it is the buyer. Choose accordingly."
)
OUTSIDE = _("The shipment date %(day)s lies outside the policy period %(first)s to %(last)s.")
CONTRACT_CLAIMED = _(
    "Contract %(contract)s was claimed before shipment (%(number)s). Withdraw that claim first, or ship under a new contract."
)
UNKNOWN_AFFILIATE = _("The schedule of that day names no affiliate with the code %(raw)s.")
NO_SERVICES = _("This policy covers goods only.")
NO_RATE = _("There is no exchange rate for %(currency)s. Ask the insurer to load it.")
BAD_COUNTRY = _("“%(raw)s” is not a country or region code. Write a code such as DE, GB or HK.")
TWICE = _("The same invoice stands in row %(row)s. Delete one of the two.")
DECLARED = _("Invoice %(invoice)s was declared before, in %(number)s. Open that line to correct it.")
TRANSPORT_TWICE = _(
    "The same transport document stands in row %(row)s. If that is right, write Y under “Several invoices, one B/L”."
)
TRANSPORT_DECLARED = _(
    "This transport document was declared before, in %(number)s. If that is right, write Y under “Several invoices, one B/L”."
)


def _quoted(message: str) -> str:
    return message.replace("'", "''").replace("%", "%%")


# (column, code, value, message, params, wrong when): each hangs on one row of `staged`
_ROW_FAULTS = (
    ("buyer_code", "unknown_buyer", "s.buyer_code", UNKNOWN_BUYER, "jsonb_build_object('raw', s.buyer_code)",
     "s.buyer_code <> '' AND CASE WHEN s.owes_bank THEN s.buyer_id ELSE s.obligor_id END IS NULL"),
    ("bank_bic", "unknown_bank", "s.bank_bic", UNKNOWN_BANK, "jsonb_build_object('raw', s.bank_bic)",
     "s.owes_bank AND s.obligor_id IS NULL"),
    ("buyer_code", "wrong_obligor_kind", "s.buyer_code", WRONG_KIND, "'{}'::jsonb",
     "s.obligor_id IS NOT NULL AND (s.obligor_kind = 'BANK') <> s.owes_bank"),
    ("financing_bic", "unknown_bank", "s.financing_bic", UNKNOWN_BANK, "jsonb_build_object('raw', s.financing_bic)",
     "s.financing_bic <> '' AND s.financing_bank_id IS NULL"),
    ("shipped_on", "outside_policy", "s.shipped_on::text", OUTSIDE,
     "jsonb_build_object('day', s.shipped_on, 'first', p.starts_on, 'last', p.ends_on)", "s.is_outside"),
    ("kind", "services_not_covered", "s.kind", NO_SERVICES, "'{}'::jsonb", "s.kind = 'SERVICE' AND NOT s.covers_services"),
    ("affiliate", "unknown_affiliate", "s.affiliate", UNKNOWN_AFFILIATE, "jsonb_build_object('raw', s.affiliate)",
     "s.affiliate <> '' AND s.affiliate_id IS NULL"),
    ("currency", "no_rate", "s.currency", NO_RATE, "jsonb_build_object('currency', s.currency)", "s.fx IS NULL"),
    ("destination", "bad_country", "s.destination_id", BAD_COUNTRY, "jsonb_build_object('raw', s.destination_id)",
     "s.destination_id IS NOT NULL AND NOT s.knows_destination"),
)  # fmt: skip


def _row_faults() -> str:
    """One scan: rows with any fault, then one line for each fault that they have."""
    any_wrong = " OR ".join(f"({wrong})" for *_rest, wrong in _ROW_FAULTS)
    each = ", ".join(
        f"('{column}', '{code}', {value}, '{_quoted(message)}', {params}, ({wrong}))"
        for column, code, value, message, params, wrong in _ROW_FAULTS
    )
    return (
        f"SELECT s.row_no, v.column_name, v.code, v.value, v.message, v.params FROM staged s "  # noqa: S608
        f"JOIN policies_policy p ON p.id = %(policy)s "
        f"CROSS JOIN LATERAL (VALUES {each}) v (column_name, code, value, message, params, wrong) WHERE ({any_wrong}) AND v.wrong"
    )


_ALREADY = (
    f"SELECT s.row_no, 'invoice_no', 'already_declared', s.invoice_no, '{_quoted(DECLARED)}', "  # noqa: S608
    f"jsonb_build_object('invoice', x.invoice_no, 'number', x.declaration_no, 'id', x.id) "
    f"FROM staged s JOIN declarations_shipment x ON x.invoice_key = s.invoice_key AND x.policy_id = %(policy)s "
    f"AND x.obligor_id = s.obligor_id AND x.state {LIVE}"
)
_CLAIMED = (
    f"SELECT s.row_no, 'contract_no', 'contract_claimed', s.contract_no, '{_quoted(CONTRACT_CLAIMED)}', "  # noqa: S608
    f"jsonb_build_object('contract', c.contract_no, 'number', c.number) "
    f"FROM declarations_productioncontract c JOIN staged s ON c.obligor_id IN (s.obligor_id, s.buyer_id) "
    f"AND c.contract_key = upper(regexp_replace(s.contract_no, '[^[:alnum:]]', '', 'g')) "
    f"WHERE c.policy_id = %(policy)s AND c.state = 'IN_CLAIM' AND s.contract_no <> ''"
)
_TRANSPORT = (
    f"SELECT DISTINCT ON (s.row_no) s.row_no, 'transport_no', 'transport_declared', s.transport_no, '{_quoted(TRANSPORT_DECLARED)}', "  # noqa: S608
    f"jsonb_build_object('number', x.declaration_no) FROM same_paper x JOIN staged s USING (row_no) "
    f"WHERE x.is_own AND x.paper = 'transport_no' AND NOT s.shares_transport"
)


def _twice(column: str, code: str, message: str, key: str, where: str, more: str = "") -> str:
    same = " AND ".join(f"t.{name} = s.{name}" for name in key.split(", "))
    return (
        f"SELECT s.row_no, '{column}', '{code}', s.{column}, '{_quoted(message)}', jsonb_build_object('row', t.first_row) "  # noqa: S608
        f"FROM (SELECT {key}, min(row_no) AS first_row FROM staged WHERE {where} GROUP BY {key} HAVING count(*) > 1) t "
        f"JOIN staged s ON {same} AND s.row_no > t.first_row{more}"
    )


_IN_FILE = (
    _twice("invoice_no", "twice_in_file", TWICE, "obligor_id, invoice_key", "obligor_id IS NOT NULL"),
    _twice(
        "transport_no",
        "transport_in_file",
        TRANSPORT_TWICE,
        "transport_no",
        "transport_no <> ''",
        " AND NOT s.shares_transport",
    ),
)
_FAULTY = (
    "CREATE TEMP TABLE faulty (row_no int, column_name text, code text, value text, message text, params jsonb) ON COMMIT DROP",
    f"INSERT INTO faulty {_row_faults()}",
    f"INSERT INTO faulty {_ALREADY}",
    f"INSERT INTO faulty {_CLAIMED}",
    f"INSERT INTO faulty SELECT * FROM ({_TRANSPORT}) x",  # noqa: S608
)
_WITHOUT = ("DELETE FROM staged s USING faulty f WHERE s.row_no = f.row_no",)
JUDGE = (SAME_PAPER, *_FAULTY, *(f"INSERT INTO faulty {one}" for one in _IN_FILE), *_WITHOUT)
# what can have changed since the preview; the rest hangs on the file alone
JUDGE_AGAIN = (WITHOUT_KNOWN_FAULTS, SAME_PAPER, *_FAULTY, *_WITHOUT)
KEEP_FAULTS = """
    INSERT INTO declarations_rowerror (batch_id, row_no, "column", code, value, message, params)
    SELECT %(batch)s, row_no, column_name, code, left(value, 200), message, params FROM faulty
"""

# LIM-6, the same order of preference as limits.services.limit_for
MATCH = (
    """
    CREATE TEMP TABLE matched ON COMMIT DROP AS
    WITH asked AS (SELECT DISTINCT obligor_id, term, term_group, credit_days, shipped_on FROM staged),
    rank (term, place) AS (VALUES ('LC_SIGHT', 0), ('LC_USANCE', 1), ('DP', 2), ('DA', 3), ('OA', 4)),
    versions AS (
        SELECT l.id AS limit_id, l.obligor_id, l.term_group AS limit_group, v.id AS version_id, v.amount, v.kind, r.place,
            v.max_credit_days, lower(v.validity) AS first_day, upper(v.validity) AS end_day
        FROM limits_creditlimit l
        LEFT JOIN limits_creditlimitversion v ON v.limit_id = l.id AND NOT isempty(v.validity)
        LEFT JOIN rank r ON r.term = v.term
        WHERE l.policy_id = %(policy)s),
    tried AS (
        SELECT a.*, v.limit_id, v.version_id, v.amount, v.kind, (v.limit_group <> a.term_group) AS other_group,
            COALESCE(a.shipped_on >= v.first_day AND a.shipped_on < v.end_day, false) AS on_day,
            row_number() OVER (PARTITION BY a.obligor_id, a.term, a.credit_days, a.shipped_on, v.limit_id
                ORDER BY v.first_day > a.shipped_on, abs(v.first_day - a.shipped_on), v.version_id) AS nearness,
            CASE WHEN v.version_id IS NULL THEN 'NO_LIMIT'
                WHEN a.shipped_on < v.first_day THEN 'BEFORE_VALIDITY'
                WHEN a.shipped_on >= v.end_day THEN 'AFTER_VALIDITY'
                WHEN mine.place > v.place THEN 'TERM_RISKIER'
                WHEN a.credit_days > v.max_credit_days THEN 'TENOR_LONGER'
                WHEN v.amount = 0 THEN 'NO_LIMIT' ELSE '' END AS reason
        FROM asked a JOIN rank mine ON mine.term = a.term
        JOIN versions v ON v.obligor_id = a.obligor_id AND (v.limit_group = 'LC') = (a.term_group = 'LC')),
    judged AS (
        SELECT *, bool_or(on_day) OVER (PARTITION BY obligor_id, term, credit_days, shipped_on, limit_id) AS has_day FROM tried),
    best AS (
        SELECT DISTINCT ON (obligor_id, term, credit_days, shipped_on) *
        FROM judged WHERE on_day OR (NOT has_day AND nearness = 1)
        ORDER BY obligor_id, term, credit_days, shipped_on,
            array_position(ARRAY['', 'TENOR_LONGER', 'TERM_RISKIER', 'AFTER_VALIDITY', 'BEFORE_VALIDITY', 'NO_LIMIT'], reason),
            other_group, limit_id, kind DESC)
    SELECT b.obligor_id, b.term, b.credit_days, b.shipped_on, b.limit_id, b.amount AS ceiling,
        CASE WHEN b.reason = '' AND EXISTS (
            SELECT 1 FROM limits_limitstop s WHERE s.limit_id = b.limit_id AND s.stopped_on <= b.shipped_on
                AND (s.closed_at IS NULL OR b.shipped_on < (s.closed_at AT TIME ZONE 'Asia/Shanghai')::date))
            THEN 'STOPPED' ELSE b.reason END AS reason
    FROM best b
    """,
    "ANALYZE matched",
)

# DEC-3 asks of the buyer, not of the row: what is overdue anywhere in the file is known, in whatever order the rows stand
_KNOWN_LOSS = f"""
    CREATE TEMP TABLE known_loss ON COMMIT DROP AS
    SELECT obligor_id FROM staged WHERE due_on < %(today)s
    UNION
    SELECT obligor_id FROM declarations_shipment WHERE policyholder_id = %(policyholder)s AND due_on < %(today)s AND open_amount > 0
        AND state {LIVE}
    UNION
    SELECT l.obligor_id FROM limits_limitstop t JOIN limits_creditlimit l ON l.id = t.limit_id
    WHERE l.policy_id = %(policy)s AND t.closed_at IS NULL AND t.reason = 'LOSS_NOTICE'
"""  # noqa: S608
# the waterfall of §6.3 step 6: each limit is filled in shipment order, up to what was in force on the day of each shipment
_PRICED = """
    CREATE TEMP TABLE priced ON COMMIT DROP AS
    WITH judged AS (
        SELECT s.row_no, s.obligor_id, s.shipped_on, m.limit_id, m.ceiling, s.fx, s.is_late, r.rate_pct, r.rate,
            round(s.amount / s.fx, %(places)s) AS policy_amount, round((s.amount - s.deposit) / s.fx, %(places)s) AS exposure,
            CASE WHEN s.due_on - s.shipped_on > s.max_credit_days OR (s.no_lc AND s.is_lc) OR s.is_uncovered THEN 'OUT_OF_POLICY'
                WHEN e.schedule_id IS NOT NULL THEN 'COUNTRY_EXCLUDED' ELSE COALESCE(m.reason, 'NO_LIMIT') END AS reason,
            CASE WHEN s.is_sanctioned THEN 'SANCTIONS' WHEN w.row_no IS NOT NULL THEN 'SAME_DOCUMENT'
                WHEN s.is_late AND (%(knows)s OR k.obligor_id IS NOT NULL) THEN 'LATE' ELSE '' END AS hold
        FROM staged s
        JOIN rate_fact r ON r.schedule_id = s.schedule_id AND r.risk_class = s.risk_class AND r.term_group = s.term_group
            AND s.credit_days BETWEEN r.first_day AND r.last_day
        LEFT JOIN matched m ON m.obligor_id = s.obligor_id AND m.term = s.term AND m.credit_days = s.credit_days
            AND m.shipped_on = s.shipped_on
        LEFT JOIN known_loss k ON k.obligor_id = s.obligor_id
        LEFT JOIN (SELECT DISTINCT row_no FROM same_paper WHERE NOT is_own) w ON w.row_no = s.row_no
        LEFT JOIN LATERAL (
            SELECT schedule_id FROM excluded x WHERE x.schedule_id = s.schedule_id AND x.country_id IN (s.country_id, s.destination_id)
            LIMIT 1) e ON true),
    filled AS (
        SELECT j.*, l.used AS used_before, j.hold = '' AND j.reason = '' AS draws,
            CASE WHEN j.hold = '' AND j.reason = '' THEN declarations_fill(l.used, j.exposure, j.ceiling) OVER in_order END AS level
        FROM judged j LEFT JOIN limits_creditlimit l ON l.id = j.limit_id
        WINDOW in_order AS (PARTITION BY j.limit_id, j.hold = '' AND j.reason = '' ORDER BY j.shipped_on, j.row_no
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW))
    SELECT row_no, obligor_id, shipped_on, limit_id, fx, is_late, rate_pct, policy_amount, exposure, reason, hold,
        round(policy_amount * rate / 100, %(places)s) AS premium,
        COALESCE(level - COALESCE(lag(level) OVER (PARTITION BY limit_id, draws ORDER BY shipped_on, row_no), used_before), 0) AS covered
    FROM filled
"""
PRICE = (_KNOWN_LOSS, "ANALYZE known_loss", _PRICED)
