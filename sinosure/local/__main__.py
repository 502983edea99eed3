"""The commands behind ./run."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from sinosure.local import files
from sinosure.local.children import run
from sinosure.local.doctor import find_chromium
from sinosure.local.paths import state_dir
from sinosure.local.ports import asked_port
from sinosure.local.serve import serve, stop_on_signals
from sinosure.local.setup import (
    Services,
    environment,
    join_services,
    lock,
    only_one,
    prepare,
    say,
    start_services,
)  # fmt: skip

T = TypeVar("T")
LAYERS = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"
STYLE_AND_TYPES = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "."],
    "mypy": ["-m", "mypy", "."],
    "layers": ["-c", LAYERS],
}
MANAGE_CHECKS = (
    ["makemigrations", "--check", "--dry-run"],
    ["check_translations"],
    ["check"],
)


def main(arguments: Sequence[str]) -> int:
    command, rest = arguments[0], list(arguments[1:])
    try:
        return COMMANDS[command](rest)
    except RuntimeError as error:
        say(f"Error: {error}")
        return 1
    except KeyboardInterrupt:
        return 130


def _serve(rest: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port")
    asked = parser.parse_args(rest)
    return serve(asked.host, asked_port(asked.port))


def _setup(rest: list[str]) -> int:
    argparse.ArgumentParser(prog="./run setup").parse_args(rest)
    stop_on_signals()
    with only_one("serve"):
        _with(start_services("main"), prepare)
    say("Ready: ./run")
    return 0


def _manage(rest: list[str]) -> int:
    """With the servers of a running site, else with our own for as long as the command takes."""
    with lock("serve", patience=0) as is_ours:
        if not is_ours:
            services = join_services("main")
            return services.manage(*rest, check=False, account=services.account)
        stop_on_signals()
        return _with(start_services("main"), lambda services: _prepare_and_manage(services, rest))


def _prepare_and_manage(services: Services, rest: list[str]) -> int:
    prepare(services)
    return services.manage(*rest, check=False, account=services.account)


def _test(rest: list[str]) -> int:
    """The suite on a throwaway cluster and in a folder of its own, beside a running site."""
    stop_on_signals()
    with only_one("test"):
        return _with(start_services("test", throwaway=True), lambda services: _pytest(services, rest))


def _pytest(services: Services, rest: list[str]) -> int:
    files.translations(services.env)
    chromium = find_chromium()
    if not chromium:
        say("NO BROWSER: the page tests will be skipped. To run them: apt-get install -y chromium fonts-noto-cjk")
    state = state_dir() / "test"
    (state / "static").mkdir(parents=True, exist_ok=True)
    env = {**services.env, "CHROMIUM": chromium, "SINOSURE_STATE": str(state)}
    asked = any(part.startswith(("-n", "--numprocesses")) for part in rest)
    workers = [] if asked else ["-n", str(_workers()), "--dist", "loadfile", "--no-loadscope-reorder"]
    return run([sys.executable, "-m", "pytest", *workers, *rest], env=env)


def _workers() -> int:
    return max(2, min(os.cpu_count() or 2, 8))


def _lint(rest: list[str]) -> int:
    argparse.ArgumentParser(prog="./run lint").parse_args(rest)
    failed = [name for name, options in STYLE_AND_TYPES.items() if _step(name, [sys.executable, *options])]
    stop_on_signals()
    with only_one("test"):
        failed += _with(start_services("test", throwaway=True), _failed_manage_checks)
    say(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return int(bool(failed))


def _step(name: str, command: list[str]) -> int:
    say(f"— {name}")
    return run(command, env=environment())


def _failed_manage_checks(services: Services) -> list[str]:
    failed = []
    for arguments in MANAGE_CHECKS:
        say(f"— manage.py {arguments[0]}")
        failed += [arguments[0]] if services.manage(*arguments, check=False) else []
    return failed


def _bench(rest: list[str]) -> int:
    stop_on_signals()
    with only_one("bench"):
        return _with(
            start_services("bench", throwaway=True, database="bench"), lambda services: _measure(services, rest)
        )


def _measure(services: Services, rest: list[str]) -> int:
    files.translations(services.env)
    services.env["SINOSURE_STATE"] = str(state_dir() / "bench")
    return run([sys.executable, "-m", "benchmarks", *rest], env=services.env)


def _with(services: Services, deed: Callable[[Services], T]) -> T:
    """Do `deed` and stop the servers."""
    try:
        return deed(services)
    finally:
        services.stop()


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "serve": _serve,
    "setup": _setup,
    "test": _test,
    "lint": _lint,
    "bench": _bench,
    "manage": _manage,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
