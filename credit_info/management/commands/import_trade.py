"""Take in a file of trade records that a browser would not carry: import_trade FILE --source NAME [--synthetic] [--replace]."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from credit_info.navigator.importing import take_in
from sinosure.accounts.actor import SYSTEM
from sinosure.core.errors import DomainError


class Command(BaseCommand):
    help = "Import trade records from a CSV or Excel file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", required=True)
        parser.add_argument("--synthetic", action="store_true", help="the figures are invented; every page says so")
        parser.add_argument("--replace", action="store_true", help="records that are known already are replaced")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            with path.open("rb") as upload:
                batch = take_in(
                    actor=SYSTEM, upload=upload, file_name=path.name, source=options["source"], is_synthetic=options["synthetic"],
                    replace=options["replace"],
                )  # fmt: skip
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        told = f"{batch.rows} rows: {batch.added} added, {batch.replaced} replaced, {batch.known} known"
        self.stdout.write(f"{told}, {batch.refused} refused")
