"""Trade records of a small market: LED lamps in the Emirates and in Germany (October 2026, with a year earlier)."""

from __future__ import annotations

import io

from credit_info.models import Obligor
from credit_info.navigator import contacts, importing
from tests.factories.obligors import a_buyer
from tests.factories.people import actor


def a_lamp_market() -> Obligor:
    """Dune, green. Khor buys more but its light is yellow; Isar buys in Germany."""
    dune, khor = a_buyer("Dune Light LLC", "AE", "GREEN"), a_buyer("Khor Electrical LLC", "AE", "YELLOW")
    isar = a_buyer("Isarlicht GmbH", "DE", "GREEN")
    rows = (
        f"{dune.code},AE,940542,CN,2026-10,4000,60000,5", f"{dune.code},AE,940542,IN,2026-09,1000,12000,1",
        f"{dune.code},AE,850440,CN,2026-10,100,8000,1", f"{khor.code},AE,940542,CN,2026-10,9000,99000,7",
        f"{isar.code},DE,940542,PL,2026-10,700,9000,2", f"{dune.code},AE,940542,CN,2025-10,1000,18000,1",
    )  # fmt: skip
    text = "\n".join(["buyer,country,hs,origin,month,weight_kg,amount,count", *rows])
    importing.take_in(actor=actor("cao"), upload=io.BytesIO(text.encode()), file_name="l.csv", source="Customs")
    contacts.add(actor=actor("cao"), obligor_id=dune.pk, source="Fair", person="Sam Sample", email="sam@dune.example")
    return dune
