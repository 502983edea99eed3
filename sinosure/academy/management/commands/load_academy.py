"""Load the shipped courses, cases, terms and sites; does nothing where they are there already."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from sinosure.academy.loading import load_academy


class Command(BaseCommand):
    help = "Load the shipped texts of the academy."

    def handle(self, *args: Any, **options: Any) -> None:
        load_academy()
