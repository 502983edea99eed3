"""Load countries, currencies, rates, offices and the working calendar; does nothing where they are there already."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from sinosure.reference.seed.load import load_reference


class Command(BaseCommand):
    help = "Load the shipped reference data."

    def handle(self, *args: Any, **options: Any) -> None:
        load_reference()
