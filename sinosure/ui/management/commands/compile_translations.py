"""manage.py compile_translations: .mo files for every .po that changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from sinosure.ui import translations


class Command(BaseCommand):
    help = "Compile the Chinese lines of every app; what has not changed is skipped."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        written = translations.compile_all()
        self.stdout.write(f"{len(written)} catalogues written")
