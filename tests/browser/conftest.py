"""A real browser: $CHROMIUM, then PATH, then Playwright's own.

Without one the tests are skipped loudly; E2E=required makes that a failure.
"""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.clicking import Checks, Room

FLAGS = [
    "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run", "--disable-dev-shm-usage",
]  # fmt: skip


def find_chromium(playwright: Playwright) -> str:
    """The path of a Chromium, "" when there is none."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    own = playwright.chromium.executable_path
    return found or (own if Path(own).exists() else "")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = (
        "1"  # Playwright keeps an event loop in this thread; the ORM is used beside it
    )
    with sync_playwright() as playwright:
        path = find_chromium(playwright)
        if not path:
            _no_browser()
        as_root = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *as_root])
        yield browser
        browser.close()


def _no_browser() -> None:
    words = "NO BROWSER: install chromium and fonts-noto-cjk (apt-get install chromium fonts-noto-cjk) to run the browser tests"
    if os.environ.get("E2E") == "required":
        pytest.fail(words)
    warnings.warn(words, stacklevel=1)
    pytest.skip(words)


@pytest.fixture
def checks() -> Iterator[Checks]:
    found = Checks()
    yield found
    assert found.complaints == []
    assert found.wide == []


@pytest.fixture
def room(browser: Browser, live_server: Any, checks: Checks, tmp_path: Path) -> Iterator[Room]:
    found = Room(browser, live_server.url, checks, tmp_path)
    yield found
    found.close()
