"""The tables of credit information, one module a subject."""

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

__all__ = [
    "Alias", "AliasKind", "Fact", "FactKind", "Identifier", "IdentifierKind", "Light", "MergeState", "MergeSuggestion", "Obligor",
    "ObligorKind", "RegisterFault", "RegisterImport", "SearchName", "SearchToken", "Standing",
]  # fmt: skip
