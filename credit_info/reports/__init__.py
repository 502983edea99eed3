"""资信报告 (Rulebook §9.5): ordered, worked on, delivered as a letter; valid for a year and reusable in limit applications."""
