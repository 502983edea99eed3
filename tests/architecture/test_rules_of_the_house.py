"""What the house style asks of every file, checked on the files themselves."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ["sinosure", "policies", "credit_info", "limits", "declarations", "financing", "claims"]


def sources() -> list[Path]:
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]
    assert len(found) > 100
    return found


def offenders(pattern: str, paths: list[Path], allowed: tuple[str, ...] = ()) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        if not str(path.relative_to(ROOT)).startswith(allowed)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if wanted.search(line.split("#")[0])
    ]


def test_only_the_clock_reads_the_time():
    clock = ("sinosure/core/clock.py", "sinosure/local/")
    assert offenders(r"date\.today\(|timezone\.now\(|datetime\.now\(|datetime\.utcnow\(", sources(), clock) == []


def test_no_business_clock_is_a_celery_timer():
    assert offenders(r"\beta\s*=|countdown\s*=", sources()) == []


def test_no_float_comes_near_money():
    rules = [path for path in sources() if path.parts[-2] != "local" and "ui" not in path.parts]
    assert offenders(r"(?<![\w.])float\(", rules, ("sinosure/reference/services.py",)) == []


def test_no_model_signals():
    assert offenders(r"\b(pre|post)_(save|delete)\b", sources()) == []


def test_views_and_api_read_only_what_the_actor_may_see():
    """`.objects` in a view or API file is followed by `.visible_to`, or `.held_by` which is narrower; a public page has its own reason."""
    views = [path for path in sources() if re.search(r"(views?|api)(\.py$|/)", str(path.relative_to(ROOT)))]
    assert len(views) > 10
    public = ("sinosure/documents/views.py", "sinosure/api/", "sinosure/notifications/views.py")
    assert offenders(r"\.objects(?!\.visible_to|\.held_by|\.none\(\))", views, public) == []


def test_positive_control_the_scope_check_sees_an_unscoped_read(tmp_path):
    bad = tmp_path / "views.py"
    bad.write_text("rows = Claim.objects.filter(pk=1)\n")
    assert [line for line in bad.read_text().splitlines() if re.search(r"\.objects(?!\.visible_to)", line)]


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef))


def test_modules_stay_under_four_hundred_lines():
    long = [f"{path.relative_to(ROOT)}" for path in sources() if len(path.read_text().splitlines()) > 400]
    assert long == []


def test_functions_stay_readable():
    """Nearly all functions have at most 40 lines."""
    sizes = [(node.end_lineno or 0) - node.lineno + 1 for path in sources() for node in functions(path)]
    assert sum(size > 40 for size in sizes) <= len(sizes) // 100


@pytest.mark.parametrize("folder", ["templates"])
def test_templates_have_no_inline_script_or_style(folder):
    pages = [path for path in (ROOT / folder).rglob("*.html") if "letters" not in path.parts]
    assert offenders(r"<script(?![^>]*\bsrc=)|\sstyle=|<style|\son(click|change|load|submit)=", pages) == []
