"""Invented company names, the same for the same number, and queries that people would type for them, with the answer.

Six in ten names are in Latin script, four in Chinese. Four queries in ten carry a typing error. The queries ask for
companies among the first FIRST, so that a set fits a register of any size; `python -m benchmarks._company_names` writes
the labelled set of the tests.
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass

FIRST = 50_000
STARTS = [
    "ba",
    "be",
    "bo",
    "bra",
    "bre",
    "ca",
    "co",
    "cor",
    "da",
    "del",
    "do",
    "el",
    "fa",
    "fen",
    "fi",
    "gal",
    "gar",
    "ha",
    "har",
    "hel",
    "in",
    "jo",
    "ka",
    "kel",
    "kor",
    "la",
    "len",
    "lu",
    "ma",
    "mar",
    "mel",
    "mo",
    "na",
    "nor",
    "or",
    "pa",
    "per",
    "pol",
    "ra",
    "ren",
    "ro",
    "sa",
    "sel",
    "sol",
    "ta",
    "tel",
    "tor",
    "va",
    "ver",
    "vi",
    "wal",
    "wes",
    "ya",
    "zen",
]
MIDDLES = [
    "ba",
    "bel",
    "ca",
    "da",
    "den",
    "di",
    "fa",
    "ga",
    "go",
    "ka",
    "la",
    "len",
    "li",
    "lo",
    "ma",
    "men",
    "mi",
    "na",
    "ni",
    "no",
    "pa",
    "ra",
    "ri",
    "ro",
    "sa",
    "si",
    "so",
    "ta",
    "te",
    "ti",
    "to",
    "va",
    "vi",
    "za",
]
ENDS = [
    "bach",
    "berg",
    "burg",
    "by",
    "dal",
    "den",
    "dor",
    "feld",
    "gen",
    "ham",
    "haus",
    "lan",
    "land",
    "lia",
    "lin",
    "mar",
    "met",
    "mor",
    "nia",
    "nor",
    "ra",
    "ria",
    "rim",
    "ro",
    "sen",
    "son",
    "ta",
    "ter",
    "ton",
    "tra",
    "vale",
    "via",
    "ville",
    "wen",
    "wick",
]
TRADES = [
    "Trading",
    "International",
    "Industries",
    "Lighting",
    "Textiles",
    "Foods",
    "Chemicals",
    "Electronics",
    "Machinery",
    "Furniture",
    "Steel",
    "Plastics",
    "Logistics",
    "Tools",
    "Motors",
    "Pharma",
    "Agro",
    "Solar",
    "Marine",
    "Packaging",
    "Glass",
    "Ceramics",
    "Paper",
    "Rubber",
    "Toys",
    "Optics",
    "Garments",
    "Footwear",
    "Hardware",
    "Appliances",
    "Medical",
    "Timber",
    "Metals",
    "Energy",
    "Systems",
    "Engineering",
    "Supplies",
    "Import",
    "Export",
    "Technologies",
]
FORMS = [
    "Ltd",
    "Limited",
    "GmbH",
    "S.A.",
    "Inc.",
    "LLC",
    "B.V.",
    "S.r.l.",
    "Ltda",
    "Pty Ltd",
    "Pvt. Ltd.",
    "AG",
    "Co., Ltd.",
    "S.A. de C.V.",
    "Sp. z o.o.",
    "AB",
]
COUNTRIES = ["DE", "US", "GB", "FR", "IT", "ES", "NL", "PL", "BR", "MX", "IN", "AU", "CA", "SE", "TR", "ZA"]
PLACES = [
    "香港",
    "澳门",
    "台北",
    "新加坡",
    "曼谷",
    "河内",
    "东京",
    "大阪",
    "首尔",
    "釜山",
    "吉隆坡",
    "雅加达",
    "马尼拉",
    "仰光",
    "金边",
    "万象",
    "胡志明",
    "槟城",
    "横滨",
    "仁川",
]
BRAND = "恒瑞泰丰盛达兴隆华美嘉信诚德昌源通宏伟鑫鹏程万里金玉满堂春和景明远航天宇星辰海纳百川凯旋荣耀智慧博雅康宁福禄寿喜安顺利民众合力同创新世纪东方红旗北斗南山西湖中兴大地".strip()
HAN_TRADES = [
    "贸易",
    "进出口",
    "照明",
    "纺织",
    "食品",
    "化工",
    "电子",
    "机械",
    "家具",
    "钢铁",
    "塑料",
    "物流",
    "五金",
    "汽配",
    "医药",
    "农业",
    "光伏",
    "船务",
    "包装",
    "玻璃",
    "陶瓷",
    "纸业",
    "橡胶",
    "玩具",
]
HAN_FORMS = ["有限公司", "股份有限公司", "集团有限公司", "株式会社"]
HAN_COUNTRIES = ["HK", "SG", "MY", "VN", "JP", "KR", "TH"]
SHORTER = {"International": "Intl", "Technologies": "Tech", "Engineering": "Engg", "Industries": "Ind.", "Trading": "Trdg", "Electronics": "Elec"}  # fmt: skip


@dataclass(frozen=True)
class Company:
    number: int
    name: str
    country: str
    identifier: str
    former: str


def company(number: int) -> Company:
    """The company of this number. Names repeat hardly ever: a stem of 57 × 33 × 36 and more, two trades, a form."""
    rng = random.Random(number * 2_654_435_761 % 2**32)
    if rng.random() < 0.4:
        name, country = _han(rng), rng.choice(HAN_COUNTRIES)
    else:
        name, country = _latin(rng), rng.choice(COUNTRIES)
    former = (_han(rng) if not name.isascii() else _latin(rng)) if number % 20 == 0 else ""
    return Company(number, name, country, f"{country}{number * 7_919 + 10_000_019}", former)


def _latin(rng: random.Random) -> str:
    words = [_stem(rng)] + ([_stem(rng)] if rng.random() < 0.55 else [])
    return " ".join([*words, *rng.sample(TRADES, rng.choice((1, 2))), rng.choice(FORMS)])


def _stem(rng: random.Random) -> str:
    middle = "".join(rng.choices(MIDDLES, k=rng.choice((0, 1, 1, 2))))
    return (rng.choice(STARTS) + middle + rng.choice(ENDS)).capitalize()


def _han(rng: random.Random) -> str:
    brand = "".join(rng.choices(BRAND, k=rng.choice((2, 3, 3, 4))))
    return rng.choice(PLACES) + brand + "".join(rng.sample(HAN_TRADES, rng.choice((1, 2)))) + rng.choice(HAN_FORMS)


@dataclass(frozen=True)
class Query:
    """What somebody types, the name of the company that is meant, and in which way it differs."""

    text: str
    country: str
    wanted: str
    number: int
    way: str


WAYS = ("typo",) * 8 + ("same", "form", "short", "part", "former", "case", "identifier", "country", "letters", "order", "short", "part")  # fmt: skip


def queries(count: int, seed: int = 20261123, first: int = FIRST) -> Iterator[Query]:
    """40 % with a typing error, the rest in the other ways."""
    rng = random.Random(seed)
    for n in range(count):
        way = WAYS[n % len(WAYS)]
        number = rng.randrange(first) // 20 * 20 if way == "former" else rng.randrange(first)
        meant = company(number)
        text = _typed(rng, meant, way)
        yield Query(text, meant.country if way == "country" else "", meant.name, number, way)


def _typed(rng: random.Random, meant: Company, way: str) -> str:
    words = meant.name.split()
    if way in ("typo", "country"):
        return _misspelt(rng, meant.name if rng.random() < 0.5 else _without_form(meant.name))
    if way == "form":
        return f"{_without_form(meant.name)} {rng.choice(FORMS)}" if meant.name.isascii() else _without_form(meant.name)
    if way == "short":
        return " ".join(SHORTER.get(word, word) for word in words)
    if way == "part":
        return (
            _without_form(meant.name)[: max(8, len(meant.name) // 2)]
            if meant.name.isascii()
            else _without_form(meant.name)
        )
    if way == "order":
        core = _without_form(meant.name).split()
        return " ".join([*core[1:], core[0]])
    known = {
        "former": meant.former,
        "case": meant.name.upper(),
        "identifier": meant.identifier,
        "letters": meant.name.replace(" ", "  "),
    }
    return known.get(way) or meant.name


def _without_form(name: str) -> str:
    for form in sorted([*FORMS, *HAN_FORMS], key=len, reverse=True):
        if name.endswith(form):
            return name.removesuffix(form).strip()
    return name


def _misspelt(rng: random.Random, name: str) -> str:
    """One letter missing, doubled, exchanged, or two neighbours turned."""
    at = rng.randrange(1, max(2, min(len(name) - 1, 14)))
    other = rng.choice(BRAND) if ord(name[at]) > 0x3000 else rng.choice("abcdefghijklmnopqrstuvwxyz")
    ways = (
        name[:at] + name[at + 1 :],
        name[:at] + name[at] + name[at:],
        name[:at] + other + name[at + 1 :],
        name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :],
    )
    return rng.choice(ways)


def main() -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["text", "country", "wanted", "number", "way"])
    for one in queries(int(sys.argv[1]) if len(sys.argv) > 1 else 1000):
        writer.writerow([one.text, one.country, one.wanted, one.number, one.way])


if __name__ == "__main__":
    main()
