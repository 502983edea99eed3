"""Demo data into an empty database. `--quick` writes what a first visitor needs and exits with 3 when more is to come."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from limits.levels import load_levels
from policies.seed import load_wordings
from sinosure.core import standstill
from sinosure.portal.demo import seed

MORE_TO_COME = 3


class Command(BaseCommand):
    help = "Seed the demo."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--quick", action="store_true")
        parser.add_argument("--rest", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("demo data is only written in demo mode")
        load_wordings()
        load_levels()
        with standstill.held():
            self._seed(**options)

    def _seed(self, **options: Any) -> None:
        if not options["rest"] and seed.is_empty():
            with transaction.atomic():  # a start that is stopped here leaves nothing, and the next one begins anew
                seed.seed_quickly(self._tell)
        if options["quick"]:
            sys.exit(0 if seed.is_complete() else MORE_TO_COME)
        if not seed.is_complete():
            seed.seed_rest(self._tell)

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
