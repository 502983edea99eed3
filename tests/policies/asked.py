"""What several files of tests ask of a policy or of a deed."""

from __future__ import annotations

from policies.models import Policy
from sinosure.deadlines.models import Deadline


def kinds_of(policy: Policy) -> set[str]:
    """The clocks that run for it."""
    return set(Deadline.objects.of(policy).open().values_list("kind", flat=True))
