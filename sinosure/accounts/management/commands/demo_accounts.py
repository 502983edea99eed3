"""The demo's sign-ins by role, for people or (`--json`) for a machine."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from sinosure.accounts.selectors import DEMO_PASSWORD, DemoAccount, demo_accounts


class Command(BaseCommand):
    help = "List the demo accounts by role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        by_role: dict[str, list[DemoAccount]] = defaultdict(list)
        for account in demo_accounts():
            by_role[account.role].append(account)
        self.stdout.write(_as_json(by_role) if options["json"] else _as_table(by_role))


def _as_json(by_role: dict[str, list[DemoAccount]]) -> str:
    rows = {role: [{**asdict(a), "password": DEMO_PASSWORD} for a in accounts] for role, accounts in by_role.items()}
    return json.dumps(rows, ensure_ascii=False, indent=1)


def _as_table(by_role: dict[str, list[DemoAccount]]) -> str:
    lines = [f"  {a.role_label:<14} {a.username:<12} {a.organisation}" for rows in by_role.values() for a in rows]
    return "\n".join([*lines, f"  password for all: {DEMO_PASSWORD}"])
