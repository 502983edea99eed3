"""Signing and checking a PDF where the thread already runs an event loop, as under an asynchronous server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from policies.single_window import papers
from policies.single_window.models import ESeal
from policies.single_window.steps import Step
from tests.factories.single_window import an_application
from tests.policies.test_single_window import unsigned

pytestmark = [pytest.mark.django_db, pytest.mark.letters]


@contextmanager
def a_running_loop() -> Iterator[None]:
    """A loop runs in this thread; the one that a browser of an earlier test left running here serves as well."""
    left, own = asyncio._get_running_loop(), asyncio.new_event_loop()
    asyncio._set_running_loop(left or own)
    try:
        yield
    finally:
        asyncio._set_running_loop(left)
        own.close()


def test_a_pdf_is_signed_and_checked_within_a_running_loop(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    an_application(Step.AUTH, Step.ENTRY, Step.CONFIRM, Step.SEAL)
    seal = ESeal.objects.select_related("policyholder").get()
    with a_running_loop():
        idle = asyncio.sleep(0)
        with pytest.raises(RuntimeError, match="running event loop"):  # what would happen in this thread
            asyncio.run(idle)
        idle.close()
        pdf = papers.signed(unsigned(), seal, seal.policyholder.name_zh)
        assert papers.verdicts(pdf)[0].is_intact
