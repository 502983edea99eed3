"""How a deed is refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from sinosure.core.errors import DomainError


def code_of(deed: Callable[[], object]) -> str:
    """With which code the deed is refused; what it began is undone."""
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        deed()
    return refusal.value.code
