"""What every test shares: a clock without offset, reference data, and the people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings

from sinosure.core import clock
from sinosure.ui.translations import compile_all

# the machine is shared and a run must tell the same twice
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture(autouse=True)
def _no_business_date_offset() -> Iterator[None]:
    """The business date is the real one unless a test moves it."""
    clock.set_offset_source(timedelta)
    yield
    clock.set_offset_source(timedelta)


@pytest.fixture(scope="session", autouse=True)
def _compiled_translations() -> None:
    """Pages in tests speak Chinese too."""
    compile_all()


@pytest.fixture(scope="session", autouse=True)
def _append_only_tables_can_be_flushed() -> Iterator[None]:
    """Tests that commit end with TRUNCATE, which the append-only triggers refuse; here, and only here, they stand aside."""
    teardown = TransactionTestCase._fixture_teardown

    def without_triggers(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        teardown(case)
        connection.close()

    TransactionTestCase._fixture_teardown = without_triggers
    yield
    TransactionTestCase._fixture_teardown = teardown
