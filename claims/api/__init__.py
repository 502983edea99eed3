"""Claims, payments and recoveries in the API: the same services, the same refusals as on the pages."""

from claims.api.claims import ClaimViewSet
from claims.api.money import PaymentViewSet, RecoveryCaseViewSet, RecoveryReceiptViewSet

__all__ = ["ClaimViewSet", "PaymentViewSet", "RecoveryCaseViewSet", "RecoveryReceiptViewSet"]
