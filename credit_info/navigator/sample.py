"""An invented trade sample of any size, the same for the same seed: companies into the register, records through the importer.

Everything bears the source SOURCE, so that each page can say that it is not real.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import cycle, islice
from itertools import product as pairs
from typing import Any

from django.db import connection, transaction

from credit_info import importing as register
from credit_info.models import RegisterImport, TradeImport
from credit_info.navigator import importing
from sinosure.accounts.actor import SYSTEM
from sinosure.core import clock

SOURCE = "Synthetic sample 合成示例"
MONTHS, ROWS_A_BUYER = 36, 50
# how often a country buys
COUNTRIES = {
    "US": 16, "DE": 9, "JP": 7, "GB": 6, "VN": 6, "KR": 5, "IN": 5, "NL": 5, "FR": 4, "MX": 4, "AE": 4, "SA": 4, "BR": 4, "AU": 4, "TH": 3,
    "MY": 3, "ID": 3, "PL": 3, "IT": 3, "ES": 3, "CA": 3, "TR": 2, "ZA": 2, "CL": 2, "PE": 2, "NG": 2, "KE": 1, "EG": 1, "PH": 2, "UA": 1,
}  # fmt: skip
# product: how often it is bought, USD a kilogram
PRODUCTS = {
    "940542": (14, 14), "940511": (7, 12), "940521": (4, 11), "940541": (4, 16), "853952": (5, 18), "853951": (3, 25), "940161": (6, 5),
    "940360": (6, 3), "940350": (3, 3), "610910": (6, 17), "620342": (4, 16), "630260": (3, 8), "640411": (4, 20), "420292": (3, 9),
    "841510": (4, 7), "841810": (3, 5), "845011": (2, 5), "850760": (5, 30), "854143": (6, 9), "850440": (4, 22), "851713": (4, 190),
    "852872": (3, 12), "870830": (4, 4), "870870": (3, 3), "871160": (3, 9), "401120": (3, 3), "731815": (4, 2), "848180": (4, 9),
    "820730": (2, 12), "842952": (2, 6), "846721": (2, 8), "950300": (5, 8), "950691": (3, 4), "691110": (2, 3), "690721": (3, 1),
    "701337": (2, 3), "392690": (4, 6), "732393": (3, 6), "390120": (2, 1), "481910": (2, 2), "060311": (2, 5), "070320": (2, 1),
    "200290": (2, 1), "160414": (2, 4), "300490": (2, 60), "330499": (2, 15), "380893": (2, 5), "520812": (2, 8), "540752": (3, 6),
}  # fmt: skip
ORIGINS = {"CN": 55, "VN": 12, "DE": 7, "TH": 5, "IN": 5, "TR": 4, "MX": 4, "IT": 3, "PL": 3, "KR": 2}
FIRST = (
    "Aurora", "Bellmont", "Corvus", "Dorado", "Everline", "Fjordhem", "Granvale", "Hollis", "Ibex", "Juniper", "Kestona", "Lumivale",
    "Marlow", "Northgate", "Orchid", "Pallas", "Quillon", "Ridgeway", "Solano", "Tamarind", "Umbra", "Valmora", "Wexford", "Yarrow",
)  # fmt: skip
LAST = (
    "Trading",
    "Imports",
    "Supply",
    "Home",
    "Lighting",
    "Industrial",
    "Wholesale",
    "Retail",
    "Distribution",
    "Components",
)


@dataclass(frozen=True)
class Buyer:
    number: str
    name: str
    country: str


@transaction.atomic
def make(rows: int, seed: int = 1) -> TradeImport:
    """Companies, lights of every colour, contacts, and about `rows` records of the last three years."""
    dice = random.Random(seed)
    buyers = list(_buyers(dice, max(20, rows // ROWS_A_BUYER), seed))
    known = _register(buyers)
    _dress(known)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["buyer", "country", "hs", "origin", "month", "weight_kg", "amount", "count"])
    writer.writerows(_records(dice, buyers, rows))
    name = f"synthetic-{rows}-{seed}.csv"
    return importing.take_in(
        actor=SYSTEM, upload=io.BytesIO(lines.getvalue().encode()), file_name=name, source=SOURCE, is_synthetic=True
    )


def _buyers(dice: random.Random, count: int, seed: int) -> Iterator[Buyer]:
    countries = dice.choices(list(COUNTRIES), weights=list(COUNTRIES.values()), k=count)
    for n, country in enumerate(countries):
        name = f"{dice.choice(FIRST)} {dice.choice(LAST)} {seed}-{n:06d} (sample)"
        yield Buyer(f"SAMPLE{seed}-{n:06d}", name, country)


def _register(buyers: list[Buyer]) -> RegisterImport:
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["name", "country", "registration_no", "address"])
    writer.writerows((one.name, one.country, one.number, "1 Sample Street") for one in buyers)
    upload = io.BytesIO(lines.getvalue().encode())
    return register.take_in(
        actor=SYSTEM, upload=upload, file_name="synthetic companies", source=SOURCE, known_on=clock.today()
    )


# of a hundred companies 55 are in order, 10 paid late, 3 are bankrupt; of the others nothing is known. The light follows CI-1.
_SHARES = """
    (VALUES (0, 55, 'in_order', 'GREEN', 'Sample: registered, nothing known against it'),
            (55, 65, 'default_record', 'YELLOW', 'Sample: invoices paid late last year'),
            (65, 68, 'bankrupt', 'RED', 'Sample: bankruptcy was opened')) AS share (low, high, kind, light, text)
    JOIN credit_info_obligor o ON o.source = %(source)s AND o.light = 'UNKNOWN' AND o.id %% 100 >= low AND o.id %% 100 < high
"""
_FACTS = f"""
    INSERT INTO credit_info_fact (obligor_id, kind, "on", text, source, is_internal, recorded_at)
    SELECT o.id, share.kind, %(day)s, share.text, %(source)s, false, %(now)s FROM {_SHARES}
"""  # noqa: S608  only constants of this module
_LIGHTS = f"""
    UPDATE credit_info_obligor t SET light = share.light, light_as_of = %(day)s, light_reasons = jsonb_build_array(jsonb_build_object(
        'light', share.light, 'on', %(day)s::text, 'text', share.text, 'by', 'system'))
    FROM {_SHARES} WHERE t.id = o.id
"""  # noqa: S608
_CONTACTS = """
    INSERT INTO credit_info_tradecontact (obligor_id, person, duty, email, phone, website, source, added_at)
    SELECT o.id, '', '', 'info@' || lower(replace(o.registration_no, 'SAMPLE', 's')) || '.example', '', '', %(source)s, %(now)s
    FROM credit_info_obligor o WHERE o.source = %(source)s AND o.id %% 5 < 3
    AND NOT EXISTS (SELECT 1 FROM credit_info_tradecontact c WHERE c.obligor_id = o.id)
"""


def _dress(taken: RegisterImport) -> None:
    """Lights and contacts of the companies, in statements over all of them."""
    values: dict[str, Any] = {"source": taken.source, "day": clock.today(), "now": clock.now()}
    with connection.cursor() as cursor:
        for sql in (_FACTS, _LIGHTS, _CONTACTS):
            cursor.execute(sql, values)


def _records(dice: random.Random, buyers: list[Buyer], rows: int) -> Iterator[tuple[object, ...]]:
    """Each buyer takes a few products, each from one or two origins, in most months."""
    months = [f"{day:%Y-%m}" for day in past_months(MONTHS)]
    taken: set[tuple[str, str]] = set()
    lines = (line for buyer in cycle(buyers) for line in _line(dice, buyer, months, taken))
    return islice(lines, rows)


def _line(
    dice: random.Random, buyer: Buyer, months: list[str], taken: set[tuple[str, str]]
) -> Iterator[tuple[object, ...]]:
    """What one buyer takes of one product that it does not take yet."""
    [product] = dice.choices(list(PRODUCTS), weights=[weight for weight, _price in PRODUCTS.values()])
    if (buyer.number, product) in taken:
        return
    taken.add((buyer.number, product))
    origins = dict.fromkeys(dice.choices(list(ORIGINS), weights=list(ORIGINS.values()), k=2))
    size = int(200 * 10 ** (2.2 * dice.random()))
    price = PRODUCTS[product][1]
    for month, origin in pairs(months, origins):
        if dice.random() < 0.6:
            weight = int(size * (0.6 + 0.8 * dice.random()))
            amount = f"{weight * price * (85 + dice.randrange(30)) // 100}.00"
            yield buyer.number, buyer.country, product, origin, month, weight, amount, 1 + weight // 5000


def past_months(count: int) -> list[date]:
    """The first days of the `count` last whole months, the oldest first."""
    this = clock.today().replace(day=1)
    ordinal = this.year * 12 + this.month - 1
    return [date((ordinal - n) // 12, (ordinal - n) % 12 + 1, 1) for n in range(count, 0, -1)]
