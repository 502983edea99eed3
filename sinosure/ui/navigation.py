"""What the frame of every page offers: apps register their entries in AppConfig.ready(), the frame shows what the actor may use."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from sinosure.accounts.actor import Actor

Count = Callable[[Actor], int | None]


@dataclass(frozen=True)
class NavItem:
    """An entry of the main navigation. `kinds` restricts it to kinds of organisation; `capability` "" means any signed-in person.

    `shown`: a further question to the actor, asked only where the rest fits, such as whether one of their policies needs it.
    `group`: entries of one group stand behind one entry with its name, and in a row of their own on their pages.
    """

    key: str
    label: Any
    url_name: str
    capability: str = ""
    order: int = 50
    count: Count | None = None
    kinds: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    shown: Callable[[Actor], bool] | None = None
    group: Any = ""

    def is_for(self, actor: Actor) -> bool:
        right_kind = not self.kinds or actor.kind in self.kinds
        may_use = actor.is_signed_in and right_kind and (not self.capability or actor.can(self.capability))
        return may_use and (self.shown is None or self.shown(actor))


@dataclass(frozen=True)
class Entry:
    """A navigation item as shown to one actor on one page; `below` are the entries of its group, where they are several."""

    label: Any
    url: str
    here: bool
    count: int | None
    below: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Inbox:
    url: str
    unread: int


_items: dict[str, NavItem] = {}
_inbox: tuple[str, Count] | None = None
_search: str = ""


def register(item: NavItem) -> None:
    """Add or replace an entry."""
    _items[item.key] = item


def set_inbox(url_name: str, unread: Count) -> None:
    """Where the bell leads and how many messages wait."""
    global _inbox
    _inbox = (url_name, unread)


def set_search(url_name: str) -> None:
    """The view behind the search box; it gets `?q=`."""
    global _search
    _search = url_name


def entries(request: HttpRequest, actor: Actor) -> list[Entry]:
    """The entries for this actor in order, counted once a request; the longest prefix of the path is where the reader is."""
    holder: Any = request
    if not hasattr(holder, "navigation"):
        holder.navigation = _entries(request, actor)
    found: list[Entry] = holder.navigation
    return found


def _entries(request: HttpRequest, actor: Actor) -> list[Entry]:
    items = [item for item in registered() if item.is_for(actor) and _url(item)]
    here = _here(request.path, items)
    shown = [(i.group, Entry(i.label, _url(i), i.key == here, i.count(actor) if i.count else None)) for i in items]
    groups: dict[Any, list[Entry]] = defaultdict(list)
    for number, (group, entry) in enumerate(shown):
        groups[group or number].append(entry)
    return [_one(name, of_it) for name, of_it in groups.items()]


def _one(name: Any, of_it: list[Entry]) -> Entry:
    """The single entry itself, or the one that stands for its group and leads to the first of it."""
    if len(of_it) == 1:
        return of_it[0]
    counts = [entry.count for entry in of_it if entry.count]
    return Entry(name, of_it[0].url, any(entry.here for entry in of_it), sum(counts) or None, tuple(of_it))


def registered() -> list[NavItem]:
    """Every entry in order."""
    return sorted(_items.values(), key=lambda item: (item.order, item.key))


def _url(item: NavItem) -> str:
    """An empty string for a page that does not exist: one missing page must not take all others down. A test finds it."""
    try:
        return reverse(item.url_name)
    except NoReverseMatch:
        return ""


def _here(path: str, items: list[NavItem]) -> str:
    prefixes = [(prefix, item.key) for item in items for prefix in (_url(item), *item.also)]
    fitting = [
        (len(prefix), key) for prefix, key in prefixes if path == prefix or (prefix != "/" and path.startswith(prefix))
    ]
    return max(fitting)[1] if fitting else ""


def inbox(actor: Actor) -> Inbox | None:
    if _inbox is None or not actor.is_signed_in:
        return None
    url_name, unread = _inbox
    return Inbox(reverse(url_name), unread(actor) or 0)


def search_url(actor: Actor) -> str:
    return reverse(_search) if _search and actor.is_signed_in else ""
