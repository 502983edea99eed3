"""Photograph the pages of a running demo as each role sees them.

    .venv/bin/python -m tests.browser.pictures http://127.0.0.1:8000 OUT [--as zhao] [--widths 1440,390] [--languages zh-CN,en-GB]

Each person's menu is followed, and from every list its first row. OUT/<person>/<page>-<language>-<width>.png; one dark sample.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import FLAGS, find_chromium

ROLES = ["zhao", "zhou", "he", "tang", "yuan", "peng", "wang"]
LEAVE_OUT = re.compile(r"(signout|language|docs|schema|download|\.xlsx|\.pdf|export=)")


def sign_in(browser: Browser, base: str, name: str, locale: str, scheme: str = "light") -> Page:
    """By the button of the demo account on the sign-in page."""
    context = browser.new_context(base_url=base, locale=locale, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto("/signin/")
    with page.expect_navigation():
        page.click(f'form.demo button[value="{name}"]')
    return page


def links(page: Page, within: str) -> list[str]:
    """Paths of this site that a part of the page leads to, each once."""
    found = page.locator(f"{within} a[href]").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    paths = [link.split("#")[0] for link in found if link.startswith("/") and not LEAVE_OUT.search(link)]
    return list(dict.fromkeys(paths))


def pages_of(page: Page) -> list[str]:
    """The menu, and of each of its pages the first row of every kind and the first deeds."""
    answer = page.goto("/")
    if answer is None or answer.status != 200:
        page.goto("/deadlines/")
    found = links(page, "nav")
    kinds = {_kind(path) for path in found}
    for path in list(found):
        page.goto(path)
        for link in links(page, "main"):
            if _kind(link) not in kinds and "?" not in link:
                kinds.add(_kind(link))
                found.append(link)
    return found


def _kind(path: str) -> str:
    return re.sub(r"\d+", "0", urlsplit(path).path)


def file_name(path: str, locale: str, width: int) -> str:
    return f"{path.strip('/').replace('/', '_').replace('?', '_') or 'home'}-{locale[:2]}-{width}.png"


def photograph(page: Page, path: str, target: Path, width: int) -> str:
    """A picture of the whole page; says when it is wider than the screen."""
    page.set_viewport_size({"width": width, "height": 900 if width > 600 else 844})
    answer = page.goto(path)
    page.screenshot(path=target, full_page=True)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    status = answer.status if answer else 0
    return f"{path}: {'' if status == 200 else status} {f'{over} px too wide at {width}' if over > 0 else ''}".rstrip(
        ": "
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base")
    parser.add_argument("out", type=Path)
    parser.add_argument("--as", dest="people", default=",".join(ROLES))
    parser.add_argument("--widths", default="1440,390")
    parser.add_argument("--languages", default="zh-CN,en-GB")
    parser.add_argument("--paths", default="", help="these pages instead of everything the menu leads to")
    asked = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(playwright), args=[*FLAGS, "--no-sandbox"])
        for name in asked.people.split(","):
            _one_person(browser, asked, name)
        browser.close()


def _one_person(browser: Browser, asked: argparse.Namespace, name: str) -> None:
    folder = asked.out / name
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[str] = asked.paths.split(",") if asked.paths else []
    for locale in asked.languages.split(","):
        page = sign_in(browser, asked.base, name, locale)
        paths = paths or pages_of(page)
        for path in paths:
            for width in map(int, asked.widths.split(",")):
                print(photograph(page, path, folder / file_name(path, locale, width), width), flush=True)
        page.context.close()
    dark = sign_in(browser, asked.base, name, "zh-CN", "dark")
    photograph(dark, paths[0], folder / "dark.png", 1440)


if __name__ == "__main__":
    main()
