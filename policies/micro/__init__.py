"""小微企业信保易: preset tiers, bought in three screens, capped for each buyer and for the year (PRD-4, Rulebook §1.1)."""
