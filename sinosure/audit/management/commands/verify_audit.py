"""Recompute the audit chain; exit 1 and name the entries when anything was changed, removed or reordered."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sinosure.audit import services


class Command(BaseCommand):
    help = "Check the audit trail link by link."

    def handle(self, *args: Any, **options: Any) -> None:
        services.seal()
        result = services.verify()
        for fault in result.faults:
            self.stderr.write(fault)
        if result.faults:
            raise CommandError(f"{len(result.faults)} fault(s) in {result.sealed} sealed entries")
        self.stdout.write(f"{result.sealed} entries sealed and intact, {result.unsealed} waiting for their seal")
