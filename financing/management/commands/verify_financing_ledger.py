"""Recompute the chain of every bank; exit 1 and name the entries when anything was changed, removed or reordered."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from financing import book


class Command(BaseCommand):
    help = "Check the book of financing link by link."

    def handle(self, *args: Any, **options: Any) -> None:
        book.seal()
        result = book.verify()
        for fault in result.faults:
            self.stderr.write(fault)
        if result.faults:
            raise CommandError(f"{len(result.faults)} fault(s) in {result.sealed} sealed entries")
        self.stdout.write(f"{result.sealed} entries sealed and intact, {result.unsealed} waiting for their seal")
