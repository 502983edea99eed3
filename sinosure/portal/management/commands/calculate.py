"""Work out a list of JSON cases without a database: `manage.py calculate {indemnity,recovery,premium,deadline} [FILE|-]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from sinosure.portal.calculators import answer, calculators, read_cases
from sinosure.reference.seed.calendar import shipped_calendar


class Command(BaseCommand):
    help = "Apply the rules to JSON cases and print the results with their working."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=["indemnity", "recovery", "premium", "deadline"])
        parser.add_argument("file", nargs="?", default="-")
        parser.add_argument("--language", default="en", choices=["en", "zh-hans"])

    def handle(self, *args: Any, **options: Any) -> None:
        calculator = calculators(shipped_calendar())[options["kind"]]
        with translation.override(options["language"]):
            results = [answer(calculator, case) for case in _cases(options["file"])]
        self.stdout.write(json.dumps(results, ensure_ascii=False, indent=1))
        if any("error" in result for result in results):
            sys.exit(1)


def _cases(file: str) -> list[Any]:
    try:
        text = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return read_cases(text.decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise CommandError(f"cannot read the cases: {error}") from error
