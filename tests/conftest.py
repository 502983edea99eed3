"""What every test shares: a clock without offset, reference data, and the people."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings as hypothesis_settings
from pytest_django.plugin import DjangoDbBlocker

from sinosure.core import clock
from sinosure.reference.seed.load import load_reference
from sinosure.ui.translations import compile_all
from tests.template import template

# the machine is shared and a run must tell the same twice
hypothesis_settings.register_profile("house", deadline=None, derandomize=True)
hypothesis_settings.load_profile("house")


@pytest.fixture(autouse=True)
def _no_business_date_offset() -> Iterator[None]:
    """The business date is the real one unless a test moves it."""
    clock.set_offset_source(timedelta)
    yield
    clock.set_offset_source(timedelta)


@pytest.fixture(autouse=True)
def _the_site_speaks_chinese_first() -> Iterator[None]:
    """A page asked for in English leaves its language behind in the thread: no test reads it there."""
    with translation.override(settings.LANGUAGE_CODE):
        yield


LONGEST_FIRST = (
    "tests/benchmarks/", "tests/local/test_whole_site", "tests/browser/test_seven_steps", "tests/security/",
    "tests/journeys/test_seven", "tests/journeys/", "tests/portal/test_demo",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A worker takes file after file: what takes a minute comes before what fills the gaps at the end."""

    def rank(item: pytest.Item) -> int:
        return next((n for n, start in enumerate(LONGEST_FIRST) if item.nodeid.startswith(start)), len(LONGEST_FIRST))

    items.sort(key=rank)


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


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, django_db_blocker: DjangoDbBlocker
) -> None:
    """The test database is a copy, also that of a process that a test starts."""
    with django_db_blocker.unblock():
        os.environ["TEST_DB_TEMPLATE"] = connection.settings_dict["TEST"]["TEMPLATE"] = template()


@pytest.fixture(scope="session", autouse=True)
def _tests_that_commit_leave_what_they_found() -> Iterator[None]:
    """They end with TRUNCATE, which the append-only triggers refuse; here, and only here, those stand aside.

    The reference data that every database begins with is loaded again.
    """
    teardown = TransactionTestCase._fixture_teardown

    def without_triggers(case: TransactionTestCase) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
        teardown(case)
        connection.close()
        load_reference()

    TransactionTestCase._fixture_teardown = without_triggers
    yield
    TransactionTestCase._fixture_teardown = teardown
