"""Serve everything from one terminal: web, worker with beat, and the servers under them."""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType

from sinosure.local.children import Child
from sinosure.local.paths import ROOT, log_dir, state_dir
from sinosure.local.ports import address_of, allowed_hosts, listening_socket
from sinosure.local.setup import Services, demo_is_complete, only_one, prepare, say, start_services

_NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_is_stopping = False


def serve(host: str, port: int | None) -> int:
    """Start everything, say where it is, wait for Ctrl-C or for a server that keeps failing, stop everything in order."""
    stop_on_signals()
    with only_one("serve"):
        services = start_services("main")
        try:
            return _serve(services, host, port)
        except KeyboardInterrupt:
            return 0
        finally:
            say("Stopping …")
            services.stop()
            say("Stopped.")


def stop_on_signals() -> None:
    """Ctrl-C, `kill` and a closed terminal all mean: stop well. What was told to ignore a hang-up (nohup) goes on doing so."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    global _is_stopping
    if not _is_stopping:
        _is_stopping = True
        raise KeyboardInterrupt


def _serve(services: Services, host: str, port: int | None) -> int:
    # our copy of the socket stays open: while a web server is started again, browsers wait instead of being refused
    with listening_socket(host, port) as listening:
        address = address_of(listening)
        services.env.setdefault("SINOSURE_HOSTS", allowed_hosts(listening))
        services.env.setdefault("SINOSURE_URL", address)
        has_more = prepare(services)
        _start_web_and_worker(services, listening, address)
        _welcome(address)
        demo = _rest_of_demo(services) if has_more else None
        return _watch(services, demo)


def _start_web_and_worker(services: Services, listening: socket.socket, address: str) -> None:
    """The worker after the page is up: on two cores they would slow each other down."""
    web, worker = _web(services, listening, address), _worker(services)
    services.children += [worker, web]  # stopped in reverse: web, worker, Valkey, PostgreSQL
    web.start_and_wait()
    worker.start()


def _web(services: Services, listening: socket.socket, address: str) -> Child:
    descriptor = listening.fileno()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "sinosure.wsgi",
        "--config",
        "python:sinosure.gunicorn",
        "--bind",
        f"fd://{descriptor}",
    ]
    return Child("web", command, services.env, log_dir() / "web.log", account=services.account,
                 ready=lambda: is_ready(address), pass_fds=(descriptor,))  # fmt: skip


def _worker(services: Services) -> Child:
    command = [
        sys.executable, "-m", "celery", "-A", "sinosure.celery", "worker", "--beat", "--schedule", state_dir() / "beat" / "schedule",
        "--concurrency", os.environ.get("WORKER_CONCURRENCY", "2"), "--queues", "sweep,notify,default,pdf,upload",
        "--without-gossip", "--without-mingle", "--loglevel", "INFO",
    ]  # fmt: skip
    return Child("worker", command, services.env, log_dir() / "worker.log", account=services.account)


def _rest_of_demo(services: Services) -> Child:
    command = [sys.executable, ROOT / "manage.py", "seed_demo", "--rest"]
    child = Child(
        "demo data", command, services.env, log_dir() / "seed.log", account=services.account, is_kept_alive=False
    )
    child.log.unlink(missing_ok=True)
    say("Writing the rest of the demo data in the background; the site can be used meanwhile.")
    child.start()
    services.children.append(child)
    return child


def is_ready(address: str) -> bool:
    """Whether the site answers; never through a proxy, which would not know this address."""
    try:
        with _NO_PROXY.open(f"{address}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _welcome(address: str) -> None:
    print(f"\nExport Cover is at {address}\n", flush=True)
    for line in account_lines(state_dir() / "demo" / "accounts.json"):
        print(line)
    print("\nCtrl-C stops everything. Logs:", log_dir(), flush=True)


def account_lines(file: Path) -> list[str]:
    """One account of each role, and where to find the others."""
    try:
        by_role = json.loads(file.read_text())
    except (OSError, ValueError):
        return []
    first = [accounts[0] for accounts in by_role.values() if accounts]
    if not first:
        return []
    lines = [f"  {a['username']:<12} {a['role_label']}, {a['organisation']}" for a in first]
    return ["Demo accounts (all of them: ./run manage demo_accounts):", *lines, f"  password: {first[0]['password']}"]


def _watch(services: Services, demo: Child | None) -> int:
    """Wait; start again what ended by itself, give up on what keeps ending. The demo seeding may end."""
    told = 0
    while True:
        time.sleep(0.3)
        told = _tell_progress(demo, told)
        for child in [c for c in services.children if c.has_ended]:
            if child is demo:
                services.children.remove(child)
                _tell_end_of_demo(services, child)
            elif not _start_again(child):
                return 1


def _start_again(child: Child) -> bool:
    say(f"{child.name} ended by itself with status {child.status}.")
    child.clear_session()
    if not child.may_start_again():
        say(f"It keeps ending, so everything stops. Its last words ({child.log}):\n{child.last_words()}")
        return False
    child.start_and_wait(again_for=10)
    say(f"{child.name} was started again.")
    return True


def _tell_progress(demo: Child | None, told: int) -> int:
    """Pass on complete new lines of the seeding's log, but no traceback; returns how many bytes were told."""
    if demo is None or not demo.log.exists():
        return told
    with demo.log.open("rb") as file:
        file.seek(told)
        fresh = file.read()
    complete = fresh[: fresh.rfind(b"\n") + 1]
    for line in complete.decode(errors="replace").partition("Traceback (")[0].splitlines():
        say(f"  demo data: {line}")
    return told + len(complete)


def _tell_end_of_demo(services: Services, child: Child) -> None:
    if child.status == 0:
        demo_is_complete(services)
        say("The demo data is complete.")
    else:
        say(f"The demo data could not be completed (status {child.status}, {child.log}); the next start tries again.")
