"""What every test shares: a clock without offset, reference data, and the people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from sinosure.core import clock
from sinosure.ui.translations import compile_all

# the machine is shared and a run must tell the same twice
hypothesis_settings.register_profile("house", deadline=None, derandomize=True)
hypothesis_settings.load_profile("house")


@pytest.fixture(autouse=True)
def _no_business_date_offset() -> Iterator[None]:
    """The business date is the real one unless a test moves it."""
    clock.set_offset_source(timedelta)
    yield
    clock.set_offset_source(timedelta)


REAL_LETTERS = ("browser", "local")


def unprinted(html: str, reference: str) -> bytes:
    """Stands for a PDF where a test only needs that there is one: the letter is filled in and hashed, but not set in type."""
    return b"%PDF-1.7 " + hashlib.sha256(f"{reference}{html}".encode()).hexdigest().encode()


@pytest.fixture(autouse=True)
def _letters_are_printed_where_they_are_looked_at(request: pytest.FixtureRequest, settings: Any) -> None:
    """Setting a letter in type takes longer than most tests: only those that read PDFs, and whole sites, do it."""
    is_read = "PdfReader" in vars(request.module) or request.node.get_closest_marker("letters")
    if not is_read and not set(request.path.parts) & set(REAL_LETTERS):
        settings.LETTER_PRINTER = f"{unprinted.__module__}.{unprinted.__name__}"


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
