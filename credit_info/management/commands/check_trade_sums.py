"""Count the sums of trade anew from the records and say how many cells differ; fails when any does."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from credit_info.navigator.upkeep import differences


class Command(BaseCommand):
    help = "Recount the trade sums against the records."

    def handle(self, *args: Any, **options: Any) -> None:
        found = differences()
        if any(found.values()):
            raise CommandError(", ".join(f"{table}: {count} cells differ" for table, count in found.items() if count))
        self.stdout.write("Every sum equals its records.")
