"""The seven steps of the handbook, told once and walked by page and by API."""
