"""Load the official working days of a year from a text file (the notice, or rows like 2027-01-01,rest,元旦)."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sinosure.accounts.actor import SYSTEM
from sinosure.core.errors import DomainError
from sinosure.deadlines import calendar_services
from sinosure.reference.notice_text import parse_notice


class Command(BaseCommand):
    help = "Load a year's official notice of working days and recompute the open deadlines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("year", type=int)
        parser.add_argument("file", type=Path, help="UTF-8 text")
        parser.add_argument("--source", default="", help="title of the notice; the file name by default")
        parser.add_argument("--dry-run", action="store_true", help="only print what would move")

    def handle(self, *args: Any, year: int, file: Path, source: str, dry_run: bool, **options: Any) -> None:
        try:
            moved = self._load(year, file.read_text(encoding="utf-8-sig"), source or file.name, dry_run)
        except (OSError, UnicodeDecodeError, DomainError) as error:
            raise CommandError(str(error)) from error
        for move in moved:
            dates = f"{move.old.legal_due} -> {move.new.legal_due}"
            self.stdout.write(f"{move.count} x {move.kind} from {move.starts_on}: {dates}")
        verb = "would be" if dry_run else "were"
        self.stdout.write(f"{year}: {sum(move.count for move in moved)} open deadlines {verb} recomputed")

    def _load(self, year: int, text: str, source: str, dry_run: bool) -> list[Any]:
        if dry_run:
            return calendar_services.preview(year=year, text=text).moves
        rules = parse_notice(text, year)
        return calendar_services.load(actor=SYSTEM, year=year, rules=rules, source=source)
