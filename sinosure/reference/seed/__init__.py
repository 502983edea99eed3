"""Reference data that ships with the project: countries, currencies, dated rates, offices, working days."""
