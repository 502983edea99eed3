"""Pages of declarations: shipments, declaring, receipts and overdue, months, premium, the officers' desk."""
