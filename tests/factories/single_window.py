"""Yunshan in the single window: Wu goes through the steps, as far as asked."""

from __future__ import annotations

from decimal import Decimal

from policies.single_window import services
from policies.single_window.models import WindowApplication
from policies.single_window.steps import Step
from tests.factories.micro import an_order
from tests.factories.people import actor

EXPORTS = Decimal(1_000_000)


def do(application: WindowApplication, step: str, who: str = "wu") -> WindowApplication:
    """One step as Wu would do it."""
    by = {"actor": actor(who), "application_id": application.pk}
    if step == Step.AUTH:
        return services.authenticate(**by, method="IC_CARD", name="吴敏", number="5301 0000 1234 5678")
    if step == Step.ENTRY:
        return services.enter(**by, exports_last_year=EXPORTS)
    if step == Step.CONFIRM:
        return services.confirm(**by, order=an_order())
    if step == Step.SEAL:
        return services.make_seal(**by)
    if step == Step.SERVICE_AGREEMENT:
        return services.sign_agreement(**by, has_read=True)
    return services.authorise(**by, is_ticked=True)


def an_application(*steps: str) -> WindowApplication:
    """Begun today, with these steps done."""
    application = services.start(actor=actor("wu"))
    for step in steps:
        do(application, step)
    application.refresh_from_db()
    return application


def a_submitted_application() -> WindowApplication:
    """All seven steps: tier T5, exports of 1 million."""
    return an_application(Step.AUTH, Step.ENTRY, Step.CONFIRM, Step.SEAL, Step.SERVICE_AGREEMENT, Step.DATA_AUTH)
