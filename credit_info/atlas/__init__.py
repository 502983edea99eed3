"""国别全景 and 行业概览 (Rulebook §9.4, LIM-14): cover by country, dated facts, and what is at stake there and by industry."""
