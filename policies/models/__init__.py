"""Policies: application, quote with schedule, signature, and the counters of what is still left to pay."""

from policies.ending.models import ConsentState, NoticeState, PolicyConsent, TerminationNotice
from policies.endorsements.models import Endorsement, EndorsementState
from policies.models.affiliates import AffiliateRole, PolicyAffiliate
from policies.models.assignment import AssigneeBank, AssignmentScope, Reader, assigned_rows, takes_in
from policies.models.counters import LiabilityCounter
from policies.models.micro import BuyerPayout, MicroCover, MicroThreshold, MicroTier
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
from policies.pooled.models import (
    IssueRun,
    ListRow,
    MemberList,
    PlatformMember,
    PlatformSponsor,
    PooledPlan,
    PooledPlatform,
    SubsidyReceipt,
)
from policies.single_window.models import (
    DataAuthorisation,
    ESeal,
    IdentityCheck,
    LocalWindow,
    ServiceAgreement,
    WindowApplication,
    WindowStep,
)

__all__ = [
    "AffiliateRole",
    "AssigneeBank",
    "AssignmentScope",
    "BuyerPayout",
    "ConsentState",
    "DataAuthorisation",
    "DeclarationMode",
    "ESeal",
    "Endorsement",
    "EndorsementState",
    "IdentityCheck",
    "IssueRun",
    "LiabilityCounter",
    "ListRow",
    "LocalWindow",
    "MemberList",
    "MicroCover",
    "MicroThreshold",
    "MicroTier",
    "NoticeState",
    "PlatformMember",
    "PlatformSponsor",
    "Policy",
    "PolicyAffiliate",
    "PolicyConsent",
    "PolicyQuerySet",
    "PolicySchedule",
    "PolicyState",
    "PolicySuspension",
    "PooledPlan",
    "PooledPlatform",
    "Product",
    "ProductWording",
    "RateBasis",
    "Reader",
    "Scope",
    "ServiceAgreement",
    "SubsidyReceipt",
    "TerminationNotice",
    "WindowApplication",
    "WindowStep",
    "assigned_rows",
    "takes_in",
]
