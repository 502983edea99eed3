"""An invented trade sample for the navigator, labelled as such: make_trade_sample [--rows 500000] [--seed 1]."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from credit_info.navigator.sample import make
from sinosure.core.errors import DomainError


class Command(BaseCommand):
    help = "Make synthetic companies and trade records, the same for the same seed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=500_000)
        parser.add_argument("--seed", type=int, default=1)

    def handle(self, *args: Any, **options: Any) -> None:
        if not 1 <= options["rows"] <= 10_000_000:
            raise CommandError("--rows lies between 1 and 10,000,000")
        try:
            batch = make(options["rows"], options["seed"])
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{batch.added} synthetic trade records added, {batch.refused} refused")
