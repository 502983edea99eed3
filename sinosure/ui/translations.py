"""Chinese lines: which msgids the code and the templates use, which are missing, and the compiled catalogues.

Babel reads the Python files and the templates that Django's `templatize` has turned into Python; GNU gettext is not needed.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from django.apps import apps
from django.conf import settings
from django.utils.translation.template import templatize

LOCALE = "zh_Hans"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
OWNER_OF_TEMPLATES = {"letters": "documents", "components": "ui", "errors": "ui", "registration": "ui", "": "ui"}
SKIPPED = {"migrations", "locale", "__pycache__"}
Key = tuple[str, str]


@dataclass
class Findings:
    """What is wrong with the Chinese of one app."""

    label: str
    missing: list[Key] = field(default_factory=list)
    empty: list[Key] = field(default_factory=list)
    fuzzy: list[Key] = field(default_factory=list)
    stale: list[Key] = field(default_factory=list)
    placeholders: list[Key] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        for kind in ("missing", "empty", "fuzzy", "stale", "placeholders"):
            for _context, text in getattr(self, kind):
                yield f"{self.label}: {kind}: {text!r}"


def own_apps() -> dict[str, Path]:
    """Label → folder of the apps that live in this repository."""
    base = Path(settings.BASE_DIR)
    folders = {config.label: Path(config.path) for config in apps.get_app_configs()}
    return {
        label: folder for label, folder in folders.items() if base in folder.parents and ".venv" not in folder.parts
    }


def po_path(label: str) -> Path:
    return own_apps()[label] / "locale" / LOCALE / "LC_MESSAGES" / "django.po"


def used_messages() -> dict[str, dict[Key, Message]]:
    """Every msgid by the app that owns the file it stands in."""
    folders = own_apps()
    used: dict[str, dict[Key, Message]] = {label: {} for label in folders}
    for label, folder in folders.items():
        nested = [other for other in folders.values() if other != folder and folder in other.parents]
        for path in _files(folder, ".py", nested):
            _collect(used[label], path.read_bytes())
        for path in _files(folder / "templates", ".html", []):
            _collect(used[label], _as_python(path))
    for path in _files(Path(settings.BASE_DIR) / "templates", "", []):
        _collect(used[_owner(path, folders)], _as_python(path))
    _collect(used["core"], (Path(settings.BASE_DIR) / "sinosure" / "settings.py").read_bytes())
    return used


def _files(folder: Path, suffix: str, nested: list[Path]) -> Iterator[Path]:
    for root, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if name not in SKIPPED and Path(root, name) not in nested)
        yield from (Path(root, name) for name in sorted(files) if name.endswith(suffix or (".html", ".txt")))


def _owner(path: Path, folders: dict[str, Path]) -> str:
    first, *rest = path.relative_to(Path(settings.BASE_DIR) / "templates").parts
    folder = first if rest else ""
    return OWNER_OF_TEMPLATES.get(folder) or (folder if folder in folders else "ui")


def _as_python(path: Path) -> bytes:
    """Without the template's indentation, which Python's tokenizer would judge as code."""
    lines = templatize(path.read_text(), origin=str(path)).splitlines()
    return "\n".join(line.lstrip() for line in lines).encode()


def _collect(into: dict[Key, Message], source: bytes) -> None:
    for _line, found, _comments, context in extract("python", io.BytesIO(source), KEYWORDS):
        message = Message(found, context=context)
        is_plural = isinstance(message.id, list | tuple)
        if _texts(message)[0] and (is_plural or _key(message) not in into):
            into[_key(message)] = message


def _key(message: Message) -> Key:
    return (message.context or "", _texts(message)[0])


def _texts(message: Message) -> list[str]:
    """The msgid and, where there is one, its plural."""
    return [str(text) for text in message.id] if isinstance(message.id, list | tuple) else [str(message.id)]


def read_po(path: Path) -> Catalog:
    if not path.exists():
        return Catalog(locale=LOCALE, charset="utf-8")
    with path.open("rb") as file:
        return pofile.read_po(file, locale=LOCALE)


def check(label: str, used: dict[Key, Message]) -> Findings:
    """Compare the msgids in use with the app's Chinese lines."""
    there = {_key(message): message for message in read_po(po_path(label)) if message.id}
    findings = Findings(label)
    findings.missing = [key for key in used if key not in there]
    findings.stale = [key for key in there if key not in used]
    shared = [(key, there[key]) for key in used if key in there]
    findings.empty = [key for key, message in shared if not all(_strings(message))]
    findings.fuzzy = [key for key, message in shared if message.fuzzy]
    findings.placeholders = [key for key, message in shared if all(_strings(message)) and list(message.check())]
    findings.placeholders += [key for key, message in shared if all(_strings(message)) and _names_differ(message)]
    return findings


def _strings(message: Message) -> tuple[str, ...]:
    found = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return tuple(text or "" for text in found)


def _names_differ(message: Message) -> bool:
    """A Chinese line may leave out a placeholder that its English has in the singular only, but may not invent one."""
    known = {name for text in _texts(message) for name in _names(text)}
    return any(not set(_names(text)) <= known for text in _strings(message))


def _names(text: str) -> list[str]:
    return [part.partition(")")[0] for part in text.split("%(")[1:]]


def contradictions() -> list[str]:
    """The same msgid with different Chinese in two apps: Django merges all catalogues, so one of them would never be seen."""
    seen: dict[Key, tuple[str, tuple[str, ...]]] = {}
    found = []
    for label in own_apps():
        for message in read_po(po_path(label)):
            if not message.id or not all(_strings(message)):
                continue
            first = seen.setdefault(_key(message), (label, _strings(message)))
            if first[1] != _strings(message):
                found.append(f"{label} and {first[0]} translate {_key(message)[1]!r} differently")
    return found


def write_missing(label: str, used: dict[Key, Message]) -> None:
    """Add missing msgids with an empty line and drop stale ones; a Chinese line that another app already has is copied."""
    path = po_path(label)
    there = {_key(message): message for message in read_po(path) if message.id}
    if not used:
        return
    known = {_key(m): m for other in own_apps() for m in read_po(po_path(other)) if m.id and all(_strings(m))}
    catalog = Catalog(locale=LOCALE, project="export-cover", charset="utf-8", fuzzy=False)
    for key, message in sorted(used.items()):
        old = there.get(key) or known.get(key)
        catalog.add(message.id, string=_fitting(message, old), context=message.context)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_as_po(catalog))


def _fitting(message: Message, old: Message | None) -> str | tuple[str, ...] | None:
    if old is None:
        return None
    strings = _strings(old)
    return (strings[0],) if isinstance(message.id, tuple) else strings[0]


def _as_po(catalog: Catalog) -> bytes:
    """PO text without dates or file positions, so that a diff shows words only."""
    file = io.BytesIO()
    pofile.write_po(file, catalog, width=0, sort_output=True, omit_header=True, no_location=True)
    header = 'msgid ""\nmsgstr ""\n"Language: zh_Hans\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
    return (header + '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n' + file.getvalue().decode().strip() + "\n").encode()


def compile_all() -> list[Path]:
    """Write the .mo beside every .po that changed since; returns those written."""
    return [mo for label in own_apps() if (mo := _compile(po_path(label))) is not None]


def _compile(po: Path) -> Path | None:
    mo = po.with_suffix(".mo")
    if not po.exists():
        return None
    file = io.BytesIO()
    mofile.write_mo(file, read_po(po))
    if mo.exists() and mo.read_bytes() == file.getvalue():
        return None
    spare = mo.with_suffix(f".{os.getpid()}")
    spare.write_bytes(file.getvalue())
    spare.replace(mo)
    return mo


def problems(labels: Iterable[str] = ()) -> list[str]:
    """Every line that is missing, empty, fuzzy, stale, with other placeholders, or contradicted."""
    used, wanted = used_messages(), set(labels)
    chosen = [label for label in used if not wanted or label in wanted]
    lines = [line for label in chosen for line in check(label, used[label]).lines()]
    return lines + ([] if wanted else contradictions())
