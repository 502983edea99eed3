"""Shipments, receipts, premium and files in the API."""

from declarations.api.files import ImportViewSet
from declarations.api.money import PeriodViewSet, PremiumNoticeViewSet, ReceiptViewSet
from declarations.api.shipments import ShipmentViewSet
from declarations.api.turnover import TurnoverViewSet

__all__ = [
    "ImportViewSet",
    "PeriodViewSet",
    "PremiumNoticeViewSet",
    "ReceiptViewSet",
    "ShipmentViewSet",
    "TurnoverViewSet",
]
