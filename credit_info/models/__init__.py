"""The tables of credit information, one module a subject."""

from credit_info.alarms.models import Delivery, FanOut, RiskEvent, RiskSubject, Subscription
from credit_info.atlas.models import (
    BookSum,
    BookSummary,
    ChangeState,
    CountryNote,
    CoverAuthority,
    CoverChange,
    NoteKind,
    RegisterCount,
)
from credit_info.customers.models import Favourite
from credit_info.models.light import Fact, FactKind
from credit_info.models.obligor import Light, Obligor, ObligorKind, Standing
from credit_info.models.register import (
    Alias,
    AliasKind,
    Identifier,
    IdentifierKind,
    MergeState,
    MergeSuggestion,
    RegisterFault,
    RegisterImport,
)
from credit_info.models.search import SearchName, SearchToken
from credit_info.navigator.models import (
    BuyerStanding,
    MarketMonth,
    MarketOrigin,
    TradeContact,
    TradeFault,
    TradeImport,
    TradeRecord,
    TradeWindow,
)
from credit_info.reports.models import OrderState, ReportOrder, Service

__all__ = [
    "Alias", "AliasKind", "BookSum", "BookSummary", "BuyerStanding", "ChangeState", "CountryNote", "CoverAuthority",
    "CoverChange", "Delivery",
    "Fact", "FactKind", "FanOut", "Favourite", "Identifier", "IdentifierKind", "Light", "MarketMonth", "MarketOrigin", "MergeState",
    "MergeSuggestion", "NoteKind", "Obligor", "ObligorKind", "OrderState", "RegisterCount", "RegisterFault", "RegisterImport",
    "ReportOrder", "RiskEvent", "RiskSubject", "SearchName", "SearchToken", "Service", "Standing", "Subscription", "TradeContact",
    "TradeFault", "TradeImport", "TradeRecord", "TradeWindow",
]  # fmt: skip
