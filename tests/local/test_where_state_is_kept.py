"""One folder per clone, sockets that every client can name."""

from __future__ import annotations

import os
from pathlib import Path

import dj_database_url
import pytest

from sinosure.local import paths

SHORT = Path("/tmp")


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch):
    def set_to(folder: str) -> None:
        monkeypatch.setenv("SINOSURE_STATE", folder)

    return set_to


def test_sockets_stay_in_the_state_folder_when_its_path_is_short(state) -> None:
    state("/srv/cover")
    assert paths.socket_dir("main") == Path("/srv/cover/run/main")


@pytest.mark.parametrize(
    "folder",
    [
        "/srv/" + "a" * 85,  # 5 + 85 + "/run/main" 9 = 99 > 90
        "/srv/" + "信" * 26,  # 31 characters, but 5 + 3 × 26 + 9 = 92 bytes
        "/srv/two words",
        "/srv/信保",
        "/srv/50%",
    ],
)
def test_a_long_or_unusual_path_moves_the_sockets_to_a_short_folder(state, folder: str) -> None:
    state(folder)
    found = paths.socket_dir("main")
    assert found.parent == SHORT
    assert len(os.fsencode(found / ".s.PGSQL.5432.lock")) <= 107
    assert found != paths.socket_dir("test")


def test_two_clones_never_share_sockets(state) -> None:
    state("/srv/" + "a" * 90)
    first = paths.socket_dir("main")
    state("/srv/" + "a" * 91)
    assert paths.socket_dir("main") != first


def test_a_path_of_exactly_ninety_bytes_is_still_used(state) -> None:
    state("/srv/" + "a" * 76)  # 5 + 76 + 9 = 90
    assert paths.socket_dir("main").parent != SHORT
    state("/srv/" + "a" * 77)
    assert paths.socket_dir("main").parent == SHORT


def test_the_address_names_the_socket_and_its_port_whatever_pgport_says(state) -> None:
    state("/srv/Cover")
    parsed = dj_database_url.parse(paths.database_url("sinosure"))
    assert (parsed["HOST"], parsed["PORT"], parsed["NAME"]) == ("/srv/Cover/run/main", 5432, "sinosure")
    assert paths.broker_url() == "unix:///srv/Cover/run/main-broker/v.sock?db=0"
