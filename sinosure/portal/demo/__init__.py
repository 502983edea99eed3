"""Demo data: invented names, real services. Deterministic: the same seed gives the same rows relative to the business date."""
