"""The story of the navigator: LED lamps (HS 9405). All names and figures are invented and marked as a synthetic sample.

The United States move from China to Viet Nam and Mexico, the Gulf doubles and buys from China, India shrinks; new buyers come
with lights of every colour. Other products stand beside it, so that a profile shows more than lamps.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction

from credit_info import facts
from credit_info.models import Obligor, TradeImport
from credit_info.navigator import contacts, importing
from credit_info.navigator.sample import PRODUCTS, SOURCE, past_months
from credit_info.services import add_buyer
from sinosure.accounts.actor import Actor
from sinosure.core import clock
from sinosure.portal.demo.obligors import TOLD

MONTHS, RECENT = 36, 8
LAMPS = ("940542", "940511", "853952")


@dataclass(frozen=True)
class Course:
    """How a country's buyers move: growth a year in per cent, China's part at the start and now, who else sells."""

    growth: int
    china_then: int
    china_now: int
    others: tuple[str, ...]


COURSES = {
    "US": Course(4, 82, 38, ("VN", "MX")), "DE": Course(12, 74, 70, ("PL", "TR")), "AE": Course(55, 78, 86, ("IN", "IT")),
    "SA": Course(60, 72, 84, ("TR", "IT")), "MX": Course(35, 60, 71, ("US", "VN")), "BR": Course(15, 85, 83, ("VN",)),
    "IN": Course(-28, 66, 31, ("VN",)), "VN": Course(25, 90, 92, ("KR",)), "PL": Course(18, 64, 69, ("DE",)),
    "GB": Course(3, 70, 61, ("PL", "TR")), "NL": Course(10, 68, 66, ("DE",)), "KE": Course(45, 92, 94, ("IN",)),
    "AU": Course(6, 80, 74, ("VN",)), "IT": Course(2, 48, 50, ("PL",)), "NG": Course(30, 95, 95, ("IN",)),
}  # fmt: skip
# who buys lamps: name, what is known of it ("" nothing), tonnes a month, whether it began only lately
BUYERS: dict[str, tuple[tuple[str, str, int, bool], ...]] = {
    "US": (("Brightwater Lighting Supply Inc.", "in_order", 120, False), ("Summit Ridge Electric LLC", "default_record", 64, False),
           ("Lakeshore Lamp Outlet Inc.", "bankrupt", 38, False), ("Juniper Home Centers Inc.", "in_order", 85, True),
           ("Redwood Facility Lighting LLC", "", 22, True)),
    "DE": (("Isarlicht Großhandel GmbH", "in_order", 58, False), ("Spreewald Leuchtenhaus GmbH", "in_order", 31, False),
           ("Ruhr Elektrogroßhandel GmbH", "operating_problem", 44, False)),
    "AE": (("Dune Light Trading LLC", "in_order", 26, False), ("Khor Electrical Supplies LLC", "in_order", 18, True),
           ("Oasis Facade Lighting FZE", "default_record", 14, True)),
    "SA": (("Hejaz Project Lighting Co.", "in_order", 30, False), ("Rimal Electrical Trading Est.", "", 17, True),
           ("Wadi Street Lighting Co.", "in_order", 24, True)),
    "MX": (("Luminarias del Norte S.A. de C.V.", "in_order", 29, False), ("Eléctrica Altiplano S.A. de C.V.", "disclosure_incomplete", 15, False),
           ("Iluminación Costa Maya S.A. de C.V.", "in_order", 19, True)),
    "BR": (("Luz do Planalto Comercial Ltda", "in_order", 20, False),),
    "IN": (("Kaveri Lighting Distributors Pvt Ltd", "operating_problem", 33, False), ("Vindhya Electricals Pvt Ltd", "serious_default_record", 21, False)),
    "VN": (("Ánh Sao Lighting JSC", "in_order", 12, False),),
    "PL": (("Bursztyn Oświetlenie Sp. z o.o.", "in_order", 16, False),),
    "GB": (("Lantern & Beam Ltd", "in_order", 27, False), ("Severn Electrical Wholesale Ltd", "fraud_suspected_major", 23, True)),
    "NL": (("Vuurtoren Verlichting B.V.", "in_order", 25, False),),
    "KE": (("Rift Valley Solar Lamps Ltd", "in_order", 9, False),),
    "AU": (("Jarrah Lighting Pty Ltd", "in_order", 14, False),),
    "NG": (("Zuma Solar & Lighting Ltd", "default_record", 8, True),),
}  # fmt: skip
# buyers of the demo's register that buy lamps too, and some that buy other things: name, products, tonnes a month
KNOWN: dict[str, tuple[tuple[str, ...], int]] = {
    "Harzer Leuchten GmbH": (LAMPS, 47), "Ponte Alto Illuminazione S.r.l.": (LAMPS, 28), "Najd Modern Lighting Co.": (LAMPS, 40),
    "Ipê Iluminação Ltda": (LAMPS, 23), "Blue Heron Furnishings Inc.": (("940360", "940161", "940521"), 210),
    "Mesa Kitchenware LLC": (("732393", "691110"), 60), "Elbe Solartechnik GmbH": (("854143", "850440"), 320),
    "Polder Zonnestroom B.V.": (("854143", "850440"), 540), "Cascade Solar Depot LLC": (("854143",), 280), "Tenaga Suria Sdn. Bhd.": (("854143",), 190),
    "Pennine Auto Factors Ltd": (("870830", "870870"), 75), "Serra Verde Autopeças Ltda": (("870830",), 66), "Hijaz Auto Parts Co.": (("870870", "401120"), 88),
    "Costa Verde Textil S.L.": (("630260", "610910"), 33), "Cordillera Textil SpA": (("610910",), 25), "Tessitura Valdarno S.r.l.": (("540752",), 41),
}  # fmt: skip


@transaction.atomic
def seed_markets(analyst: Actor) -> None:
    """New buyers into the register with one fact each, contacts for most, and three years of records through the importer."""
    if TradeImport.objects.exists():
        return
    dice = random.Random(9405)
    lines = io.StringIO()
    writer = csv.writer(lines)
    writer.writerow(["buyer", "country", "hs", "origin", "month", "weight_kg", "amount", "count"])
    for country, buyers in BUYERS.items():
        for number, (name, fact, tonnes, is_new) in enumerate(buyers):
            code = _new_buyer(analyst, country, name, fact, number)
            writer.writerows(_lines(dice, code, country, LAMPS, tonnes, RECENT + 2 * number if is_new else MONTHS))
    for row in Obligor.objects.filter(name__in=KNOWN).order_by("pk"):
        products, tonnes = KNOWN[row.name]
        writer.writerows(_lines(dice, row.code, row.country_id, products, tonnes, MONTHS))
    upload = io.BytesIO(lines.getvalue().encode())
    importing.take_in(actor=analyst, upload=upload, file_name="led-lamps-sample.csv", source=SOURCE, is_synthetic=True)


def _new_buyer(analyst: Actor, country: str, name: str, fact: str, number: int) -> str:
    row = add_buyer(
        actor=analyst, name=name, country=country, confirmed_new=True, address=f"{12 + 7 * number} Market Street", industry="Lighting"
    )  # fmt: skip
    if fact:
        text, source = TOLD[fact]
        day = clock.today() - timedelta(days=3 + 5 * number)
        facts.record(actor=analyst, obligor_id=row.pk, kind=fact, on=day, text=text, source=source)
    site = "".join(c for c in name.casefold() if c.isascii() and c.isalpha())[:12]
    contacts.add(
        actor=analyst, obligor_id=row.pk, source=SOURCE, email=f"info@{site}.example", website=f"www.{site}.example"
    )
    if number == 0:
        person = {
            "person": "Sam Sample",
            "duty": "Purchasing",
            "email": f"s.sample@{site}.example",
            "phone": "+00 555 0100",
        }
        contacts.add(actor=analyst, obligor_id=row.pk, source=SOURCE, **person)
    return row.code


def _lines(
    dice: random.Random, code: str, country: str, products: tuple[str, ...], tonnes: int, months: int
) -> Iterator[tuple[object, ...]]:
    """Month by month: the size grows along the country's course, and China's part goes from what it was to what it is."""
    course = COURSES.get(country, Course(5, 70, 70, ("VN",)))
    for n, month in enumerate(past_months(MONTHS)):
        if n < MONTHS - months:
            continue
        size = tonnes * 1000 * (1200 + course.growth * n) // 1200 * (85 + dice.randrange(30)) // 100
        china = course.china_then + (course.china_now - course.china_then) * n // (MONTHS - 1)
        first = (100 - china) * (100 if len(course.others) == 1 else 62) // 100
        parts = {"CN": china, **dict(zip(course.others, (first, 100 - china - first), strict=False))}
        for rank, product in enumerate(products):
            for origin, part in parts.items():
                weight = size * part // (100 * (rank + 1))
                amount = Decimal(weight * PRODUCTS[product][1]) * (94 + dice.randrange(12)) / 100
                if weight and origin != country:
                    yield code, country, product, origin, f"{month:%Y-%m}", weight, amount, 1 + weight // 18_000
