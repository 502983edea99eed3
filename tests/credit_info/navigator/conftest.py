"""The day of the tests, and markets for lamps."""

from __future__ import annotations

import pytest

from credit_info.navigator import contacts
from sinosure.core import clock
from tests.credit_info.navigator.trading import TODAY, take_in
from tests.factories.obligors import a_buyer
from tests.factories.people import actor


@pytest.fixture(autouse=True)
def today():
    with clock.frozen(TODAY):
        yield


@pytest.fixture
def markets(db):
    """Lamps: three buyers in the Emirates, one in Germany."""
    dune, khor, oasis = (a_buyer(name, country="AE", light=light) for name, light in (
        ("Dune Light LLC", "GREEN"), ("Khor Electrical LLC", "YELLOW"), ("Oasis Facade FZE", "")))  # fmt: skip
    isar = a_buyer("Isarlicht GmbH", country="DE", light="RED")
    take_in(
        f"{dune.code},AE,940542,CN,2026-10,4000,60000,5", f"{dune.code},AE,853952,CN,2026-10,10,500,1",
        f"{khor.code},AE,940542,IN,2026-10,5000,40000,2", f"{oasis.code},AE,940511,CN,2026-08,100,2000,1",
        f"{isar.code},DE,940542,CN,2026-09,2000,30000,9", f"{isar.code},DE,940542,PL,2025-09,2000,10000,9", is_synthetic=True,
    )  # fmt: skip
    contacts.add(
        actor=actor("cao"),
        obligor_id=khor.pk,
        source="Fair",
        person="Sam Sample",
        duty="Purchasing",
        email="sam@khor.example",
    )
    return {"dune": dune, "khor": khor, "oasis": oasis, "isar": isar}
