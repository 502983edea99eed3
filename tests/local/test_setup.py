"""What is skipped when nothing changed, what is not, and what may not run twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sinosure.local import setup
from sinosure.local.files import Stamp, code, digest_of
from sinosure.local.paths import ROOT
from sinosure.local.serve import account_lines


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SINOSURE_STATE", str(tmp_path))
    return tmp_path


def test_a_stamp_holds_while_sources_and_product_are_the_same(state: Path) -> None:
    product = state / "product"
    stamp = Stamp("thing", "digest", [product])
    assert not stamp.is_current()
    product.touch()
    stamp.set()
    assert stamp.is_current()
    assert not Stamp("thing", "another digest", [product]).is_current()


def test_a_stamp_does_not_hold_when_the_product_was_removed(state: Path) -> None:
    product = state / "product"
    product.touch()
    stamp = Stamp("thing", "digest", [product])
    stamp.set()
    product.unlink()
    assert not stamp.is_current()


def test_a_migration_changes_what_the_database_was_prepared_with_a_test_or_a_template_does_not() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in code()}
    assert {"policies/migrations/0001_initial.py", "sinosure/portal/demo/seed.py", "requirements.lock"} <= found
    assert not any(path.startswith(("tests/", "templates/", ".venv/", "var/")) for path in found)


def test_the_digest_depends_on_names_and_contents_not_on_order() -> None:
    one, other = ROOT / "manage.py", ROOT / "pyproject.toml"
    assert digest_of([one, other]) == digest_of([other, one, one])
    assert digest_of([one]) != digest_of([other])


HOLDER = "import sys; from sinosure.local import setup; setup.make_state_dir = lambda: None\nwith setup.only_one('x'): print('held', flush=True); sys.stdin.read()"


def test_a_second_start_from_the_same_folder_is_refused_until_the_first_ends(state: Path, monkeypatch) -> None:
    monkeypatch.setattr(setup, "make_state_dir", lambda: None)  # whose folder it is, is not asked here
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    with setup.lock("x", patience=0) as is_ours:
        assert not is_ours
    with setup.lock("y", patience=0) as is_ours:
        assert is_ours
    holder.kill()
    with setup.lock("x", patience=10) as is_ours:
        assert is_ours
    holder.communicate()


def test_variables_of_other_servers_do_not_lead_libpq_astray(state: Path, monkeypatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGSERVICE", "elsewhere")
    assert not [key for key in setup.environment() if key.startswith("PG")]


def test_they_are_kept_for_a_database_of_ones_own(state: Path, monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://db/cover")
    monkeypatch.setenv("PGSSLROOTCERT", "/etc/ca.pem")
    assert setup.environment()["PGSSLROOTCERT"] == "/etc/ca.pem"


def test_the_greeting_names_one_account_of_each_role(tmp_path: Path) -> None:
    file = tmp_path / "accounts.json"
    account = {"username": "chen", "role_label": "Exporter clerk", "organisation": "甬", "password": "secret"}
    file.write_text(json.dumps({"EXPORTER_CLERK": [account, {**account, "username": "lin"}], "EMPTY": []}))
    lines = account_lines(file)
    assert lines[1].split() == ["chen", "Exporter", "clerk,", "甬"]
    assert lines[-1].strip() == "password: secret"
    assert len(lines) == 3


@pytest.mark.parametrize("text", [None, "", "{", "{}"])
def test_without_accounts_the_greeting_is_silent(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "accounts.json"
    if text is not None:
        file.write_text(text)
    assert account_lines(file) == []
