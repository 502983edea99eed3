"""Pages of policies: what everybody sees, what exporters do, what the insurer's staff does."""
