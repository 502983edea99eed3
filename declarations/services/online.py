"""Pay the premium of a policy at once. The channel is simulated: it books what a bank would report, and no money moves."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from declarations.models import NoticeState, PremiumNotice, PremiumPayment
from declarations.services.premium import book_payment
from sinosure.accounts.actor import SYSTEM, Actor
from sinosure.audit import services as audit
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed

CHANNEL = "SIMULATED"


def is_open() -> bool:
    """Whether premium can be paid here; a real portal takes bank transfers, which finance books."""
    return bool(settings.DEMO)


@transaction.atomic
def pay_online(*, actor: Actor, notice_id: int) -> PremiumPayment:
    """Pay what is open on a notice of the actor's own company. Raises `channel_closed`, `nothing_due`."""
    if not (actor.is_exporter and actor.can("policies.sign")):
        raise NotAllowed()
    if not is_open():
        message = _("Online payment is not available here. Transfer the premium; cover begins when it is booked.")
        raise DomainError("channel_closed", message, status=409)
    rows = PremiumNotice.objects.visible_to(actor).select_for_update(of=("self",))
    notice: PremiumNotice = rows.get(pk=notice_id)
    left = notice.payable - notice.paid
    if not left or notice.state == NoticeState.CANCELLED:
        raise DomainError("nothing_due", _("Nothing is open on this notice."), status=409)
    audit.record(actor, "premium.paid_online", notice, detail={"amount": left, "channel": CHANNEL})
    return book_payment(
        actor=SYSTEM,
        notice_id=notice.pk,
        amount=left,
        received_on=clock.today(),
        reference=f"{CHANNEL}-{notice.number}",
    )
