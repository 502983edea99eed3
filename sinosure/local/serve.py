"""Serve everything from one terminal: web, worker with beat, and the servers under them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from types import FrameType

from sinosure.local.children import Child, start, wait_until
from sinosure.local.paths import ROOT, state_dir
from sinosure.local.setup import Services, only_one, prepare, say, start_services

_stopping = False


def serve(host: str, port: int | None) -> int:
    """Start everything, say where it is, wait for Ctrl-C or for a server to fail, stop everything in order."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    with only_one("serve"):
        services = start_services("main")
        try:
            return _serve(services, host, port)
        finally:
            say("Stopping …")
            services.stop()


def _stop(number: int, frame: FrameType | None) -> None:
    global _stopping
    if _stopping:
        return
    _stopping = True
    raise KeyboardInterrupt


def _serve(services: Services, host: str, port: int | None) -> int:
    try:
        prepare(services)
        unfinished = _seed_quickly(services)
        address = f"http://{host}:{free_port(host, port)}"
        _start_web_and_worker(services, address)
        _welcome(services, address)
        if unfinished:
            services.children.append(_manage_in_background(services, "seed_demo", "--rest"))
        return _watch(services)
    except KeyboardInterrupt:
        return 0


def free_port(host: str, asked: int | None) -> int:
    """The asked port, or the first free one from 8000 on."""
    for port in [asked] if asked else range(8000, 8100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                say(f"Port {port} is taken{'.' if asked else ', trying the next one.'}")
                continue
            return port
    raise RuntimeError("no free port; name one with --port")


def _seed_quickly(services: Services) -> bool:
    """Demo data into an empty database: the quick part now. True when the rest is still to come."""
    if services.env.get("SINOSURE_DEMO", "true").lower() in {"0", "false", "no", "off"}:
        return False
    say("Looking at the demo data …")
    status = services.manage("seed_demo", "--quick", check=False)
    if status not in (0, 3):
        raise RuntimeError("the demo data could not be written")
    return status == 3


def _start_web_and_worker(services: Services, address: str) -> None:
    log = state_dir() / "log"
    bind = address.removeprefix("http://")
    web = start(
        "web",
        [sys.executable, "-m", "gunicorn", "sinosure.wsgi", "--bind", bind, "--workers", "2", "--threads", "4",
         "--worker-class", "gthread", "--access-logfile", "-", "--max-requests", "5000", "--graceful-timeout", "10",
         "--worker-tmp-dir", "/dev/shm"],  # noqa: S108  memory, so that a slow disk never kills a worker
        env=services.env, log=log / "web.log",
    )  # fmt: skip
    services.children.append(web)
    services.children.append(_worker(services))
    wait_until(lambda: _ready(address), child=web, what=f"The web server (see {log / 'web.log'})", seconds=60)


def _worker(services: Services) -> Child:
    schedule = state_dir() / "beat-schedule"
    return start(
        "worker",
        [sys.executable, "-m", "celery", "-A", "sinosure.celery", "worker", "--beat", "--schedule", schedule,
         "--concurrency", "2", "--queues", "default,sweep,notify,pdf,upload", "--loglevel", "INFO"],
        env=services.env, log=state_dir() / "log" / "worker.log",
    )  # fmt: skip


def _manage_in_background(services: Services, *arguments: str) -> Child:
    command = [sys.executable, ROOT / "manage.py", *arguments]
    return start("demo data", command, env=services.env, log=state_dir() / "log" / "seed.log")


def _ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:  # noqa: S310  our own http address
            return answer.status == 200
    except OSError:
        return False


def _welcome(services: Services, address: str) -> None:
    print(f"\nExport Cover is at {address}\n", flush=True)
    accounts = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "demo_accounts", "--json"], env=services.env, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    for line in _account_lines(accounts.stdout):
        print(line)
    print("\nCtrl-C stops everything. Logs:", state_dir() / "log", flush=True)


def _account_lines(text: str) -> list[str]:
    try:
        by_role = json.loads(text)
    except ValueError:
        return []
    first = [accounts[0] for accounts in by_role.values()]
    lines = [f"  {a['username']:<12} {a['role_label']}, {a['organisation']}" for a in first]
    return (
        ["Demo accounts (all of them: ./run manage demo_accounts):", *lines, f"  password: {first[0]['password']}"]
        if first
        else []
    )


def _watch(services: Services) -> int:
    """Wait; when a server ends by itself, say which and stop. The demo seeding may end."""
    while True:
        time.sleep(0.5)
        for child in [c for c in services.children if c.has_ended]:
            services.children.remove(child)
            if child.name == "demo data" and child.process.returncode == 0:
                say("The demo data is complete.")
                continue
            say(f"{child.name} ended with status {child.process.returncode}. See {state_dir() / 'log'}.")
            if child.name != "demo data":
                return 1


def port_of(text: str | None) -> int | None:
    return int(text) if text else int(os.environ["PORT"]) if os.environ.get("PORT") else None
