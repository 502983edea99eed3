"""The way to the money as a reader sees it (Rulebook §8.3): the rail of an agreement or of a bank policy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, override

from tests.browser.clicking import Clicker, Room

WAY = "The way to the money"


@dataclass(frozen=True)
class Turn:
    """How many steps are done, which one comes now and who has it; blank when nobody has to act."""

    done: int
    now: str
    who: str


class Checklist:
    """Of the page at `path`, read in the language of the room."""

    def __init__(self, room: Room, path: str) -> None:
        self.room, self.path = room, path

    def say(self, words: str) -> str:
        with override(self.room.language):
            return gettext(words)

    def steps(self, reader: Clicker) -> Any:
        reader.open(self.path)
        title = reader.page.get_by_role("heading", name=self.say(WAY), exact=True)
        return reader.page.locator("section.card").filter(has=title).locator("ol.rail > li")

    def turn(self, reader: Clicker) -> tuple[int, str]:
        """Steps done, and the words of the one that comes now."""
        found = self.steps(reader)
        now = [one.inner_text() for one in found.and_(reader.page.locator("[aria-current=step]")).all()]
        return found.and_(reader.page.locator(".done")).count(), "".join(now)

    def last(self, reader: Clicker) -> str:
        """What is said of the loss."""
        return str(self.steps(reader).last.inner_text())

    def shows(self, wanted: Turn, *names: str) -> None:
        """Each of these people sees the same turn."""
        for name in names:
            done, words = self.turn(self.room.seat(name))
            assert done == wanted.done, (name, done, words)
            if not wanted.now:
                assert not words, (name, words)
            assert self.say(wanted.now) in words if wanted.now else True, (name, words)
            assert self.say(wanted.who) in words if wanted.who else True, (name, words)
