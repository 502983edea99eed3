"""What this app tells those above, inside the transaction of the deed: a failing receiver undoes it."""

from __future__ import annotations

from django.dispatch import Signal

shipment_booked = Signal()
"""sender Shipment; `actor`, `shipment`: declared and booked (for a file: `batch`, and `shipment` None)."""

shipment_reversed = Signal()
"""sender Shipment; `actor`, `shipment`: reversed or refused; its cover is gone."""

receipt_recorded = Signal()
"""sender Receipt; `actor`, `receipt`: a buyer's money was allocated."""

receipt_reversed = Signal()
"""sender Receipt; `actor`, `receipt`: the receipt was taken back."""

shipment_paid = Signal()
"""sender Shipment; `actor`, `shipment`: paid in full."""

premium_booked = Signal()
"""sender PremiumNotice; `actor`, `notice`: premium was received."""

premium_cancelled = Signal()
"""sender PremiumNotice; `actor`, `notice`, `shipments`: ids of the lines that it had billed."""

premium_overdue = Signal()
"""sender PremiumNotice; `notices`: ids of notices whose due date has passed unpaid."""
