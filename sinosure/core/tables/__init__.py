"""Tables that people upload: what a file really is, and its cells as they stand, CSV and XLSX alike (quality rows 33–38)."""
