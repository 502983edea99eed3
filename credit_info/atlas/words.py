"""What is said of the risk of each industry. The handbook promises it without giving it, so the texts are ours [D]."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sinosure.reference.models import in_chinese

SEED = Path(__file__).parent / "seed"


@dataclass(frozen=True)
class RiskText:
    zh: str
    en: str

    def __str__(self) -> str:
        return self.zh if in_chinese() else self.en


def _read() -> dict[int, RiskText]:
    lines = (SEED / "industries.tsv").read_text(encoding="utf-8").splitlines()
    return {int(section): RiskText(zh, en) for section, zh, en in (line.split("\t") for line in lines)}


TEXTS = _read()
