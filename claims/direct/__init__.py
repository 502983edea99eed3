"""A claim without a notice and without declarations: the buyer and its invoices are named in the claim itself (CLM-2, CLM-10)."""
