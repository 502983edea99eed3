"""The commands behind ./run."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence

from sinosure.local.doctor import doctor, find_chromium
from sinosure.local.paths import ROOT
from sinosure.local.serve import port_of, serve
from sinosure.local.setup import Services, only_one, prepare, say, stamped, start_services

LINT = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy", "."),
    ("import_linter",),
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
    return serve(asked.host, port_of(asked.port))


def _setup(rest: list[str]) -> int:
    with only_one("serve"):
        services = start_services("main")
        try:
            prepare(services)
        finally:
            services.stop()
    say("Ready: ./run")
    return 0


def _test(rest: list[str]) -> int:
    """The suite on a throwaway cluster of its own, beside a running site."""
    with only_one("test"):
        services = start_services("test", throwaway=True)
        try:
            stamped(
                "test-translations",
                ["**/locale/*/LC_MESSAGES/*.po"],
                lambda: services.manage("compile_translations", quiet=True),
            )
            env = {**services.env, "CHROMIUM": find_chromium()}
            workers = [] if any(part.startswith("-n") for part in rest) else ["-n", "2", "--dist", "loadfile"]
            return _run([sys.executable, "-m", "pytest", *workers, *rest], env)
        finally:
            services.stop()


def _lint(rest: list[str]) -> int:
    status = 0
    for name, *options in LINT:
        say(f"— {name}")
        command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()"] if name == "import_linter" else [
            sys.executable, "-m", name, *options,
        ]  # fmt: skip
        status |= _run(command, dict(os.environ))
    with only_one("test"):
        services = start_services("test", throwaway=True)
        try:
            status |= _manage_checks(services)
        finally:
            services.stop()
    return int(bool(status))


def _manage_checks(services: Services) -> int:
    status = 0
    for arguments in (["makemigrations", "--check", "--dry-run"], ["check_translations"], ["check"]):
        say(f"— manage.py {arguments[0]}")
        status |= services.manage(*arguments, check=False)
    return status


def _bench(rest: list[str]) -> int:
    with only_one("bench"):
        services = start_services("bench", throwaway=True, database="bench")
        try:
            services.manage("migrate", "--noinput", quiet=True)
            services.manage("load_reference", quiet=True)
            return _run([sys.executable, "-m", "benchmarks", *rest], services.env)
        finally:
            services.stop()


def _manage(rest: list[str]) -> int:
    services = start_services("main")
    try:
        return services.manage(*rest, check=False)
    finally:
        services.stop()


def _run(command: list[str], env: dict[str, str]) -> int:
    return subprocess.run(command, env=env, cwd=ROOT, check=False).returncode


COMMANDS = {
    "serve": _serve,
    "setup": _setup,
    "test": _test,
    "lint": _lint,
    "bench": _bench,
    "manage": _manage,
    "doctor": lambda rest: doctor(),
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
