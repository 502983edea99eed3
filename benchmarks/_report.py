"""What was measured, as text for people, as Markdown for the documents, and against its goals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

BEGIN, END = "<!-- figures: written by ./run bench --write -->", "<!-- end of figures -->"
Result = dict[str, Any]


def verdicts(result: Result) -> dict[str, bool]:
    """Each goal with whether the figure or ratio of the same name meets it: ("<=", 5) or (">=", 0.6)."""
    values = _values(result)
    met = {"<=": lambda value, goal: value <= goal, ">=": lambda value, goal: value >= goal}
    return {name: met[sign](values[name], goal) for name, (sign, goal) in result.get("goals", {}).items()}


def as_text(result: Result) -> str:
    lines = [f"{result['name']}  ({result.get('took_s', 0)} s)"]
    for name, value, goal, verdict in _rows(result):
        lines.append(f"  {name:<48} {value:>16}   {f'goal {goal}' if goal else '':<16} {verdict}")
    return "\n".join([*lines, *([f"  BROKE: {result['error']}"] if "error" in result else [])])


def as_markdown(report: dict[str, Any]) -> str:
    """One table a benchmark, under one line about the machine."""
    parts = [machine_line(report["machine"])]
    for result in report["results"]:
        table = [f"| {name} | {value} | {goal} | {verdict} |" for name, value, goal, verdict in _rows(result)]
        broke = [f"This benchmark broke: {result['error']}"] if "error" in result else []
        head = ["| figure | measured | goal | |", "|---|---:|---|---|"] if table else []
        parts.append("\n".join([f"### {result['name']}", "", *head, *table, *broke]))
    return "\n\n".join(parts)


def machine_line(found: dict[str, Any]) -> str:
    return (
        f"Measured on {found['date']} at scale {found['scale']:g}: {found['cores']} cores, {found['memory_gib']} GiB, "
        f"Python {found['python']}, {found['system']}."
    )


def write_into(path: Path, text: str) -> None:
    """Replace what stands between the two marks. ValueError when the file has none."""
    old = path.read_text(encoding="utf-8")
    head, rest = old.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    path.write_text(f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}", encoding="utf-8")


def _values(result: Result) -> dict[str, Any]:
    return {**result.get("figures", {}), **result.get("ratios", {})}


def _rows(result: Result) -> list[tuple[str, str, str, str]]:
    """Name, value, goal and verdict of each figure, as text."""
    met, goals = verdicts(result), result.get("goals", {})
    words = {True: "met", False: "MISSED", None: ""}
    return [
        (name, _shown(value), " ".join(map(str, goals.get(name, ()))), words[met.get(name)])
        for name, value in _values(result).items()
    ]


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}" if abs(value) < 1 else f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
