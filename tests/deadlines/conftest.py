from __future__ import annotations

from collections.abc import Iterator

import pytest

from sinosure.deadlines import registry
from tests.factories import deadlines as factory


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    before = dict(registry.KINDS)
    factory.register_kinds()
    yield
    registry.KINDS.clear()
    registry.KINDS.update(before)
