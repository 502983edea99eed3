"""The traps of a private PostgreSQL: Chinese in trigrams, a pid file that names a stranger."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from sinosure.local.postgres import check_chinese, forget_dead_postmaster, read_note, write_note


@pytest.fixture
def database(django_db_blocker) -> Iterator[str]:
    """The name for a database of our own in the cluster of the tests."""
    name = f"local_{os.getpid()}"
    with django_db_blocker.unblock():
        yield name
        _in_cluster(f'DROP DATABASE IF EXISTS "{name}"')


def _in_cluster(sql: str) -> None:
    with connection._nodb_cursor() as cursor:
        cursor.execute(sql)


def _url(name: str) -> str:
    at = connection.settings_dict
    address = f"{at['USER']}:{at['PASSWORD']}@{quote(at['HOST'], safe='')}"
    return f"postgres://{address}:{at['PORT'] or 5432}/{name}"


def test_trigram_search_understands_chinese_in_utf8(database: str) -> None:
    _in_cluster(
        f"CREATE DATABASE \"{database}\" TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'"
    )
    check_chinese(_url(database))


def test_a_database_of_locale_c_is_refused_because_it_would_not(database: str) -> None:
    libc = "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
    _in_cluster(f"CREATE DATABASE \"{database}\" TEMPLATE template0 ENCODING 'UTF8' {libc}")
    with pytest.raises(RuntimeError, match="ignores Chinese"):
        check_chinese(_url(database))


def test_the_note_on_a_database_goes_with_it(database: str) -> None:
    _in_cluster(f'CREATE DATABASE "{database}" TEMPLATE template0')
    assert read_note(_url(database)) == ""
    write_note(_url(database), "prepared abc complete")
    assert read_note(_url(database)) == "prepared abc complete"
    _in_cluster(f'DROP DATABASE "{database}"')
    _in_cluster(f'CREATE DATABASE "{database}" TEMPLATE template0')
    assert read_note(_url(database)) == ""


def test_a_pid_file_that_names_another_program_is_removed(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        (tmp_path / "postmaster.pid").write_text(f"{stranger.pid}\n/data\n")
        forget_dead_postmaster(tmp_path)
        assert not (tmp_path / "postmaster.pid").exists()
        stranger.kill()


def test_a_pid_file_of_a_zombie_is_removed(tmp_path: Path) -> None:
    zombie = os.posix_spawn("/bin/true", ["true"], {})
    os.waitid(os.P_PID, zombie, os.WEXITED | os.WNOWAIT)
    (tmp_path / "postmaster.pid").write_text(f"{zombie}\n/data\n")
    forget_dead_postmaster(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()
    os.waitpid(zombie, 0)


def test_the_pid_file_of_the_running_server_stays(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()", "-D", str(tmp_path)], stdin=subprocess.PIPE) as server:
        while not Path(f"/proc/{server.pid}/cmdline").read_bytes():
            pass  # empty for a moment after it was started
        (tmp_path / "postmaster.pid").write_text(f"{server.pid}\n{tmp_path}\n")
        forget_dead_postmaster(tmp_path)
        assert (tmp_path / "postmaster.pid").exists()
        server.kill()


@pytest.mark.parametrize("text", ["", "not a number", "999999999\n"])
def test_what_postgres_can_judge_by_itself_is_left_to_it(tmp_path: Path, text: str) -> None:
    (tmp_path / "postmaster.pid").write_text(text)
    forget_dead_postmaster(tmp_path)
    assert (tmp_path / "postmaster.pid").exists()
