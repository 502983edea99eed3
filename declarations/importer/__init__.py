"""Files of shipments: recognised, read strictly, staged by COPY, matched, priced and booked in sets (never row by row)."""
