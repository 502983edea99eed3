"""Policies: application, quote with schedule, signature, and the counters of what is still left to pay."""

from policies.models.counters import (
    AssigneeBank,
    LiabilityCounter,
)
from policies.models.policy import (
    Policy,
    PolicyQuerySet,
    PolicyState,
    PolicySuspension,
)
from policies.models.products import Product, ProductWording
from policies.models.schedule import (
    DeclarationMode,
    PolicySchedule,
    RateBasis,
    Scope,
)

__all__ = [
    "AssigneeBank",
    "DeclarationMode",
    "LiabilityCounter",
    "Policy",
    "PolicyQuerySet",
    "PolicySchedule",
    "PolicyState",
    "PolicySuspension",
    "Product",
    "ProductWording",
    "RateBasis",
    "Scope",
]
