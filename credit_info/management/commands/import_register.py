"""Take a file of companies into the register: for files of millions that a browser would not carry."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from credit_info.importing import take_in
from sinosure.accounts.actor import SYSTEM
from sinosure.core.errors import DomainError


class Command(BaseCommand):
    help = "Import companies from a CSV or Excel file: import_register FILE --source NAME --as-of DATE"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True)
        parser.add_argument("--as-of", required=True, type=date.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as upload:
                batch = take_in(
                    actor=SYSTEM, upload=upload, file_name=path.name, source=options["source"], known_on=options["as_of"]
                )  # fmt: skip
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        told = f"{batch.rows} rows: {batch.added} added, {batch.known} known, {batch.refused} refused"
        self.stdout.write(f"{told}, {batch.doubles} possible doubles")
