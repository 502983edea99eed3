"""Write docs/state-diagrams.md from the tables of moves: `manage.py state_diagrams [--check]`."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sinosure.portal.state_diagrams import document

FILE = settings.BASE_DIR / "docs" / "state-diagrams.md"


class Command(BaseCommand):
    help = "Write the state diagrams of the docs from the code; with --check, say whether they are up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        text = document()
        if not options["check"]:
            FILE.write_text(text, encoding="utf-8")
        elif not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
            raise CommandError("docs/state-diagrams.md is out of date: run manage.py state_diagrams")
