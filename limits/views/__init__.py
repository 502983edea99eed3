"""Pages of limits, by who uses them."""
