"""Run the benchmarks: `./run bench [--json] [--scale 1.0] [name …]`. Ratios come from the same run as the figures."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import pkgutil
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django


def main() -> int:
    asked = _arguments()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sinosure.settings")
    django.setup()
    known = sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if not m.name.startswith("_"))
    names = asked.names or known
    unknown = set(names) - set(known)
    if unknown:
        sys.stderr.write(f"unknown benchmark: {', '.join(sorted(unknown))}; there are {', '.join(known)}\n")
        return 2
    report = {"machine": machine(), "results": []}
    for name in names:
        sys.stderr.write(f"— {name}\n")
        result = importlib.import_module(f"benchmarks.{name}").run(asked.scale)
        report["results"].append(result)
        if not asked.json:
            print(as_text(result))
    print(
        json.dumps(report, ensure_ascii=False, indent=1, default=str)
        if asked.json
        else _machine_line(report["machine"])
    )
    return int(any(not met for result in report["results"] for met in verdicts(result).values()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run bench")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--scale", type=float, default=1.0, help="1.0 is the full size")
    parser.add_argument("names", nargs="*")
    return parser.parse_args()


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def _machine_line(found: dict[str, Any]) -> str:
    return "Measured on " + ", ".join(f"{name} {value}" for name, value in found.items())


def verdicts(result: dict[str, Any]) -> dict[str, bool]:
    """Each goal with whether the figure or ratio of the same name meets it: ("<=", 5) or (">=", 0.6)."""
    values = {**result.get("figures", {}), **result.get("ratios", {})}
    met = {"<=": lambda value, goal: value <= goal, ">=": lambda value, goal: value >= goal}
    return {name: met[sign](values[name], goal) for name, (sign, goal) in result.get("goals", {}).items()}


def as_text(result: dict[str, Any]) -> str:
    met = verdicts(result)
    lines = [result["name"]]
    for name, value in {**result.get("figures", {}), **result.get("ratios", {})}.items():
        sign, goal = result.get("goals", {}).get(name, ("", ""))
        verdict = {True: "met", False: "MISSED", None: ""}[met.get(name)]
        shown = f"{value:,.3f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
        lines.append(f"  {name:<48} {shown:>16}   {f'goal {sign} {goal}' if sign else '':<16} {verdict}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
