"""The asked port or a clear word why not; else the first free one."""

from __future__ import annotations

import socket

import pytest

from sinosure.local import ports


@pytest.fixture
def taken() -> int:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


def test_a_taken_port_that_was_asked_for_is_an_error_that_names_it(taken: int) -> None:
    with pytest.raises(RuntimeError, match=f"port {taken} .* --port"):
        ports.listening_socket("127.0.0.1", taken)


def test_without_a_wish_the_next_free_port_is_taken_and_told(taken: int, monkeypatch, capsys) -> None:
    monkeypatch.setattr(ports, "FIRST", taken)
    monkeypatch.setattr(ports, "LAST", taken + 50)
    with ports.listening_socket("127.0.0.1", None) as found:
        assert taken < found.getsockname()[1] <= taken + 50
    assert f"Port {taken} is taken" in capsys.readouterr().err


def test_two_starts_at_the_same_moment_get_two_ports(monkeypatch, taken: int) -> None:
    monkeypatch.setattr(ports, "FIRST", taken)
    monkeypatch.setattr(ports, "LAST", taken + 50)
    with ports.listening_socket("127.0.0.1", None) as one, ports.listening_socket("127.0.0.1", None) as other:
        assert one.getsockname() != other.getsockname()


def test_listening_everywhere_is_opened_by_the_loopback_and_allows_this_machines_names() -> None:
    with ports.listening_socket("0.0.0.0", 0) as found:
        assert ports.address_of(found) == f"http://127.0.0.1:{found.getsockname()[1]}"
        assert socket.gethostname() in ports.allowed_hosts(found).split(",")


def test_on_the_loopback_only_its_names_are_allowed() -> None:
    with ports.listening_socket("127.0.0.1", 0) as found:
        assert ports.allowed_hosts(found) == "localhost,127.0.0.1,[::1]"


@pytest.mark.parametrize("text", ["eighty", "-1", "65536", "80.5"])
def test_what_is_no_port_is_refused(text: str) -> None:
    with pytest.raises(RuntimeError, match="not a port"):
        ports.asked_port(text)


def test_the_port_comes_from_the_option_before_the_environment(monkeypatch) -> None:
    monkeypatch.setenv("PORT", "8123")
    assert ports.asked_port("8124") == 8124
    assert ports.asked_port(None) == 8123
