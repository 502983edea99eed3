"""Pages of the clocks, the working calendar and the business date."""
