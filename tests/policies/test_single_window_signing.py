"""Signing and checking a PDF where the thread already runs an event loop, as under an asynchronous server."""

from __future__ import annotations

import asyncio

import pytest

from policies.single_window import papers
from policies.single_window.models import ESeal
from policies.single_window.steps import Step
from tests.factories.single_window import an_application
from tests.policies.test_single_window import unsigned

pytestmark = [pytest.mark.django_db, pytest.mark.letters]


def test_a_pdf_is_signed_and_checked_within_a_running_loop(monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    an_application(Step.AUTH, Step.ENTRY, Step.CONFIRM, Step.SEAL)
    seal = ESeal.objects.select_related("policyholder").get()

    async def within() -> bool:
        pdf = papers.signed(unsigned(), seal, seal.policyholder.name_zh)
        return papers.verdicts(pdf)[0].is_intact

    assert asyncio.run(within())
