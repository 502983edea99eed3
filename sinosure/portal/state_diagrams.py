"""Every table of moves in the code as one page of diagrams: what the guards read is what the docs show."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator

from django.apps import apps

from sinosure.core.lifecycle import Lifecycle, Move

HEAD = """# State diagrams

Written by `manage.py state_diagrams` from the tables of moves that buttons, API and services read; do not edit.
A move that leads to several states is drawn once for each; one that leaves the state to the service is listed below its diagram.
`[2]` needs a second person. `auto` happens by a clock or by another deed and has no button.
"""


def document() -> str:
    """The whole page, Markdown with one Mermaid diagram for each table, in the order of the apps."""
    return "\n".join([HEAD, *map(_section, lifecycles())])


def lifecycles() -> list[Lifecycle]:
    """Every Lifecycle that a `lifecycle` module of an installed app defines, by app and name."""
    found = {id(table): table for name in _module_names() for table in _tables(name)}
    return list(found.values())


def _module_names() -> Iterator[str]:
    """`app.lifecycle` and `app.package.lifecycle` of each installed app that is ours."""
    for config in apps.get_app_configs():
        package = importlib.import_module(config.name)
        if "site-packages" in str(package.__file__):
            continue
        for one in pkgutil.walk_packages(package.__path__, f"{config.name}."):
            if one.name.rpartition(".")[2] == "lifecycle":
                yield one.name


def _tables(module_name: str) -> Iterator[Lifecycle]:
    module = importlib.import_module(module_name)
    yield from (value for value in vars(module).values() if isinstance(value, Lifecycle))


def _section(table: Lifecycle) -> str:
    title = table.entity.replace("_", " ").capitalize()
    parts = [f"## {title}", "", "```mermaid", _diagram(table), "```", ""]
    return "\n".join([*parts, *_open_ended(table)])


def _diagram(table: Lifecycle) -> str:
    arrows = [
        f"    {source} --> {target}: {_label(move)}"
        for move in table.moves
        for target in move.targets()
        for source in move.sources
    ]
    return "\n".join(["stateDiagram-v2", *arrows])


def _open_ended(table: Lifecycle) -> list[str]:
    rows = [f"- `{_label(move)}` in {', '.join(move.sources)}" for move in table.moves if not move.targets()]
    return ["The state stays, or follows from the figures:", "", *rows, ""] if rows else []


def _label(move: Move) -> str:
    marks = (" [2]" if move.second_person else "") + (" auto" if move.automatic else "")
    return f"{move.action}{marks}"
