"""The single window over the API: seven steps, refused out of order, approved at the price of the tier."""

from __future__ import annotations

import pytest

from tests.factories.micro import USCC
from tests.journeys.people import Caller

pytestmark = [pytest.mark.django_db, pytest.mark.letters]
ORDER = {
    "tier": "T5", "uscc": USCC, "exports_last_year": "1000000", "contact_name": "Wu", "contact_phone": "0871",
    "is_truthful": True,
}  # fmt: skip
STEPS = (
    ("identity", {"method": "IC_CARD", "name": "吴敏", "number": "5301000012345678"}), ("entry", {"exports_last_year": "1000000"}),
    ("proposal", ORDER), ("seal", {}), ("agreement", {"has_read": True}), ("authorisation", {"is_ticked": True}),
)  # fmt: skip


def test_seven_steps_and_the_approval():
    """Tier T5 costs 1,200 for the year."""
    wu, zhou = Caller("wu"), Caller("zhou")
    begun = wu.post("single-window/")
    assert begun["next_step"] == "AUTH"
    for step, body in STEPS:
        now = wu.post(f"single-window/{begun['id']}/{step}/", body)
    assert (now["next_step"], len(now["steps"])) == (None, 7)
    zhou.post(f"policies/{now['policy']}/take/")
    assert zhou.post(f"policies/{now['policy']}/approve/")["state"] == "SIGNED"
    [notice] = wu.get("premium-notices/", limit=5)["results"]
    assert notice["payable"] == "1200.000"


def test_a_step_out_of_order_and_a_strangers_application_are_refused():
    wu, chen = Caller("wu"), Caller("zhao")
    begun = wu.post("single-window/")["id"]
    answer = wu.client.post(f"/api/v1/single-window/{begun}/seal/", headers=wu._keyed())
    assert (answer.status_code, answer.json()["code"]) == (409, "out_of_order")
    assert chen.client.get(f"/api/v1/single-window/{begun}/", headers=chen.headers).status_code == 404


def test_a_withdrawn_application_leaves_room_for_another():
    wu = Caller("wu")
    begun = wu.post("single-window/")["id"]
    assert wu.post(f"single-window/{begun}/withdraw/")["next_step"] is None
    assert wu.post("single-window/")["id"] != begun
