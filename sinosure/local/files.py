"""What is made from files: compiled translations and collected static files, each only when its sources changed."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sinosure.local.accounts import Account
from sinosure.local.children import Child, run
from sinosure.local.paths import ROOT, log_dir, state_dir

CODE = (".py", ".json", ".csv", ".tsv", ".md", ".txt")
NOT_CODE = {"tests", "templates", "benchmarks", "docs", "static", "node_modules", "__pycache__", "var"}


@dataclass(frozen=True)
class Stamp:
    """The digest of the sources that something was last made from, and what must be there if it was."""

    name: str
    digest: str
    proof: list[Path]

    @property
    def file(self) -> Path:
        return state_dir() / f"{self.name}.stamp"

    def is_current(self) -> bool:
        is_known = self.file.exists() and self.file.read_text() == self.digest
        return is_known and all(path.exists() for path in self.proof)

    def set(self) -> None:
        self.file.write_text(self.digest)


def translations(env: dict[str, str]) -> None:
    """Compiled translations stand in the clone beside their sources and are its owner's."""
    sources = [path for path in _files(ROOT) if path.suffix == ".po"]
    stamp = Stamp("translations", digest_of(sources), [path.with_suffix(".mo") for path in sources])
    if stamp.is_current():
        return
    sys.stderr.write("Preparing translations …\n")
    if run([sys.executable, ROOT / "manage.py", "compile_translations"], env=env, quiet=True):
        raise RuntimeError("the translations could not be compiled")
    stamp.set()


def begin_static(env: dict[str, str], account: Account | None, children: list[Child]) -> Callable[[], None]:
    """Collect the static files beside other work; the function handed back waits for them. Eight seconds, so not at every start."""
    sources = [*_files(ROOT / "static"), *ROOT.glob("*/*/static/**/*"), ROOT / "requirements.lock"]
    proof = [state_dir() / "static" / "staticfiles.json"]
    stamp = Stamp("static", digest_of([path for path in sources if path.is_file()]), proof)
    if stamp.is_current():
        return lambda: None
    sys.stderr.write("Preparing static files …\n")
    command = [sys.executable, ROOT / "manage.py", "collectstatic", "--noinput", "--clear"]
    child = Child("collectstatic", command, env, log_dir() / "static.log", account=account, is_kept_alive=False)
    child.log.unlink(missing_ok=True)
    child.start()
    children.append(child)

    def finish() -> None:
        status = child.wait()
        children.remove(child)
        if status:
            raise RuntimeError(f"the static files could not be collected:\n{child.last_words()}")
        stamp.set()

    return finish


def code() -> list[Path]:
    """Everything that can change what the database should hold."""
    return [path for path in _files(ROOT) if path.suffix in CODE] + [ROOT / "requirements.lock"]


def digest_of(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:32]


def _files(top: Path) -> Iterator[Path]:
    for folder, names, found in os.walk(top):
        names[:] = [name for name in names if name not in NOT_CODE and not name.startswith(".")]
        yield from (Path(folder, name) for name in found)
