"""How far the demo data are: told by the seeding, shown on the homes. Without a broker nobody knows, and nothing breaks."""

from __future__ import annotations

from django.core.cache import cache
from redis.exceptions import RedisError

_KEY, _SECONDS = "demo-progress", 600


def tell(percent: str) -> None:
    """In per cent; "" when the data are complete."""
    try:
        cache.set(_KEY, percent, _SECONDS)
    except RedisError:
        return


def told() -> str:
    """The last that was told; "" when they are complete or nobody knows."""
    try:
        return str(cache.get(_KEY) or "")
    except RedisError:
        return ""
