"""manage.py check_translations [app …] [--write]: no sentence without its Chinese line."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sinosure.ui import translations


class Command(BaseCommand):
    help = "Fail on missing, empty, fuzzy, stale or contradicting Chinese lines; --write adds the missing msgids."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("apps", nargs="*", help="app labels; all when none is named")
        parser.add_argument(
            "--write", action="store_true", help="add missing msgids with an empty msgstr, drop stale ones"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["write"]:
            for label, used in translations.used_messages().items():
                if not options["apps"] or label in options["apps"]:
                    translations.write_missing(label, used)
        found = translations.problems(options["apps"])
        for line in found:
            self.stdout.write(line)
        if found:
            raise CommandError(f"{len(found)} Chinese lines to mend")
        self.stdout.write("every sentence has its Chinese line")
