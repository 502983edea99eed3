"""What several files of tests ask of a policy or of a deed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction

from policies.models import Policy
from sinosure.core.errors import DomainError
from sinosure.deadlines.models import Deadline


def kinds_of(policy: Policy) -> set[str]:
    """The clocks that run for it."""
    return set(Deadline.objects.of(policy).open().values_list("kind", flat=True))


def code_of(deed: Callable[[], object]) -> str:
    """With which code the deed is refused."""
    with pytest.raises(DomainError) as refusal, transaction.atomic():
        deed()
    return refusal.value.code
