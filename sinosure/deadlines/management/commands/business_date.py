"""Print or move the demo's business date."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sinosure.accounts.actor import SYSTEM
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.core.parsing import parse_date
from sinosure.deadlines import business_date


class Command(BaseCommand):
    help = "business_date [DATE|+N|reset]: without an argument print it, else move the demo's business date forward."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("to", nargs="?", default="", help="a date, +N days, or reset")

    def handle(self, *args: Any, to: str, **options: Any) -> None:
        try:
            self.stdout.write(_moved(to).isoformat())
        except DomainError as error:
            raise CommandError(str(error)) from error


def _moved(to: str) -> date:
    if not to:
        return clock.today()
    if to == "reset":
        return business_date.reset(actor=SYSTEM)
    if to.startswith("+") and to[1:].isdigit():
        return business_date.move_to(actor=SYSTEM, day=clock.today() + timedelta(days=min(int(to[1:]), 40_000)))
    return business_date.move_to(actor=SYSTEM, day=parse_date(to).value)
