"""Every benchmark still runs: once, very small, in a process of its own as `./run bench` starts it. Speed is not judged here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from benchmarks import _report
from benchmarks._database import database_url

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in (ROOT / "benchmarks").glob("[!_]*.py"))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> dict:
    """What all of them print at a hundredth of their size."""
    env = {**os.environ, "DATABASE_URL": database_url(), "SINOSURE_STATE": str(tmp_path_factory.mktemp("bench"))}
    command = [sys.executable, "-m", "benchmarks", "--json", "--scale", "0.01"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=600)
    assert done.stdout, done.stderr[-3000:]
    found: dict = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_benchmark_runs_and_judges_every_goal(name, report):
    result = next(one for one in report["results"] if one["benchmark"] == name)
    assert "error" not in result
    assert set(result["goals"]) <= {*result["figures"], *result.get("ratios", {})}
    assert _report.as_text(result)


def test_what_must_never_happen_did_not_happen(report):
    by_name = {one["benchmark"]: {**one["figures"], **one.get("ratios", {})} for one in report["results"]}
    assert (by_name["deadline_sweep"]["lost"], by_name["deadline_sweep"]["doubled"]) == (0, 0)
    assert (by_name["alarm_fanout"]["lost"], by_name["alarm_fanout"]["doubled"]) == (0, 0)
    assert by_name["hot_limit"]["limits over-committed or off their book"] == 0


@pytest.mark.django_db
def test_nothing_is_left_behind(report):
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", ["bench\\_%\\_empty"])
        left = [name for (name,) in cursor.fetchall() if not _is_running(int(name.split("_")[1]))]
    assert left == []


def test_the_figures_replace_those_that_stood_in_the_document(tmp_path):
    document = tmp_path / "p.md"
    document.write_text(f"# Head\n{_report.BEGIN}\nold\n{_report.END}\ntail\n", encoding="utf-8")
    result = {"name": "x", "figures": {"a": 12_345, "b": 0.5}, "goals": {"b": (">=", 0.6)}}
    machine = {"date": "2026-11-23", "scale": 1.0, "cores": 2, "memory_gib": 24, "python": "3.11", "system": "Linux"}
    _report.write_into(document, _report.as_markdown({"machine": machine, "results": [result]}))
    text = document.read_text(encoding="utf-8")
    assert "old" not in text
    assert "| a | 12,345 |  |  |" in text
    assert "| b | 0.5 | >= 0.6 | MISSED |" in text
    assert text.endswith("tail\n")


def _is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
