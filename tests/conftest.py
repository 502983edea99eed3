"""What every test shares: a clock without offset, reference data, and the people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from sinosure.core import clock


@pytest.fixture(autouse=True)
def _no_business_date_offset() -> Iterator[None]:
    """The business date is the real one unless a test moves it."""
    clock.set_offset_source(timedelta)
    yield
    clock.set_offset_source(timedelta)
