"""Pages of countries and industries: reading for everybody, deciding for the staff."""
