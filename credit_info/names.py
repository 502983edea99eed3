"""Names of companies made comparable: without case, accents, punctuation and legal form; abbreviations written one way.

Pure. `bare_name` is the key that is compared and indexed, `tokens` are the words by which it is found.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

LEGAL_FORMS = frozenset([
    "co", "company", "ltd", "limited", "inc", "incorporated", "corp", "corporation", "llc", "llp", "lp", "gmbh", "ag",
    "kg", "kgaa", "ohg", "ug", "sa", "sas", "sarl", "srl", "spa", "sl", "sab", "cv", "bv", "nv", "oy", "oyj", "ab", "as",
    "asa", "aps", "plc", "pty", "pte", "sdn", "bhd", "ltda", "eirl", "uab", "ooo", "oao", "zao", "pao", "jsc", "pjsc",
    "kk", "pt", "tbk", "pvt", "private", "public", "fze", "fzco", "fzc", "wll", "saoc", "sae", "doo", "dd", "kft", "zrt",
    "sro", "sti", "sac", "sadecv", "spzoo", "coltd",
])  # fmt: skip
# joined before the words are split: "S.A. de C.V.", "Sp. z o.o.", "W.L.L."
_JOINED = re.compile(
    r"\bs\.?\s?a\.?\s?de\s?c\.?\s?v\b\.?|\bsp\.?\s?z\s?o\.?\s?o\b\.?|\bl\.?\s?l\.?\s?c\b\.?|(?:\b\w\.\s?){2,}(?:\w\b(?!\w))?"
)
SHORT = {
    "international": "intl", "internacional": "intl", "manufacturing": "mfg", "manufacturers": "mfg", "manufacturer": "mfg",
    "technology": "tech", "technologies": "tech", "industries": "ind", "industry": "ind", "industrial": "ind", "brothers": "bros",
    "trading": "trd", "trade": "trd", "trdg": "trd", "engineering": "eng", "engg": "eng", "electronics": "elec",
    "electronic": "elec", "electric": "elec", "electrical": "elec", "development": "dev", "group": "grp", "holdings": "hldg",
    "holding": "hldg", "enterprises": "ent", "enterprise": "ent", "services": "svc", "service": "svc", "import": "imp",
    "imports": "imp", "importers": "imp", "export": "exp", "exports": "exp", "and": "", "et": "", "und": "", "the": "",
    "association": "assn", "general": "gen", "national": "natl", "department": "dept", "center": "ctr", "centre": "ctr",
    "products": "prod", "product": "prod", "materials": "matl", "material": "matl", "supplies": "sup", "supply": "sup",
    "distribution": "dist", "distributors": "dist", "distributor": "dist", "lighting": "ltg", "lights": "ltg",
    "equipment": "equip", "systems": "sys", "system": "sys", "solutions": "soln", "global": "glbl", "worldwide": "ww",
}  # fmt: skip
_HAN_FORMS = re.compile(
    "有限责任公司|股份有限公司|集团有限公司|有限公司|集团公司|总公司|分公司|公司|株式会社|股份|有限会社|주식회사|유한회사|（[^）]*）|\\([^)]*\\)"
)
_HAN = "\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7af"
_PIECES = re.compile(f"[{_HAN}]+|[^\\W_{_HAN}]+")
_LONE_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d"})
_LOOK_ALIKES = str.maketrans("авекмнорстухіјѕ" + "αβεικνορτυχ", "abekmhopctyxijs" + "abeikvoptux")
_TRADITIONAL = str.maketrans(
    "貿國際電業東華興實廠機豐亞聯萬發達資訊製車運輸環農產買賣鋼鐵銀龍雲門開關風飛馬灣廣島盧億寶貝陽陰藝術設計務責任團總順慶寧漢衛視銷購進紡織織網絡維綠線紅約級紙細經",
    "贸国际电业东华兴实厂机丰亚联万发达资讯制车运输环农产买卖钢铁银龙云门开关风飞马湾广岛卢亿宝贝阳阴艺术设计务责任团总顺庆宁汉卫视销购进纺织织网络维绿线红约级纸细经",
)
LONGEST = 200


@lru_cache(maxsize=4096)
def bare_name(name: str) -> str:
    """The key of a name: "Casa Verde Importações, Ltda." and "CASA VERDE IMPORTACOES LTDA" are one."""
    text = _folded(name[:LONGEST])
    words = [_plain(word) for word in _PIECES.findall(_JOINED.sub(_join, without_han_forms(text)).replace("'", ""))]
    return " ".join(kept_words(words)) or " ".join(_plain(word) for word in _PIECES.findall(text))


def without_han_forms(text: str) -> str:
    return _HAN_FORMS.sub(" ", text)


def kept_words(words: Iterable[str]) -> list[str]:
    """Without legal forms and small words, abbreviated where there is an abbreviation."""
    kept = [SHORT.get(word, word) for word in words if word not in LEGAL_FORMS]
    return [word for word in kept if word]


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c) or c in "\u3099\u309a")
    return unicodedata.normalize("NFC", bare).translate(_LONE_LETTERS).translate(_TRADITIONAL).replace("&", " and ")


def _join(found: re.Match[str]) -> str:
    return re.sub(r"\W", "", found.group()) + " "


def _plain(word: str) -> str:
    """Cyrillic and Greek letters among Latin ones are read as the Latin ones they look like."""
    if word.isascii() or not any("a" <= c <= "z" for c in word):
        return word
    return word.translate(_LOOK_ALIKES)


def is_han(word: str) -> bool:
    return re.match(f"[{_HAN}]", word) is not None


def tokens(key: str) -> list[str]:
    """Words of a bare name, pairs of characters where words are not set apart, and `@` + initials from three words on."""
    words = key.split()
    found = [piece for word in words for piece in (_pairs(word) if is_han(word) else [word])]
    latin = [word for word in words if not is_han(word)]
    if len(latin) >= 3:
        found.append("@" + "".join(word[0] for word in latin))
    return list(dict.fromkeys(found))


def _pairs(run: str) -> list[str]:
    return [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]


def number_key(number: str) -> str:
    """A registration number without blanks and punctuation, in capitals: HRB 12.04 is HRB1204."""
    return "".join(c for c in unicodedata.normalize("NFKC", number).upper() if c.isalnum())[:40]
