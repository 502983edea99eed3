"""查风险: the light of a company in one request, for guests too; facts recorded and ended by the analyst."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from redis.exceptions import RedisError

from credit_info import certificates, facts, selectors
from credit_info.forms import EndFactForm, FactForm, LookUpForm
from credit_info.models import Fact, Obligor
from credit_info.views.register import obligor_url
from sinosure.accounts.access import PUBLIC, access, request_actor
from sinosure.core import clock
from sinosure.core.errors import DomainError
from sinosure.ui.pages import act, form_page, page

GUEST_LOOK_UPS, GUEST_WINDOW = 10, 3600
FORM = "components/form_page.html"


@access(PUBLIC)
def look_up(request: HttpRequest) -> HttpResponse:
    """What is known of a name. A guest sees colour, kinds of reasons and day, ten times an hour; no name is ever green by default."""
    form = LookUpForm(request.GET if "q" in request.GET else None)
    found = None
    if form.is_bound and form.is_valid():
        try:
            _count_guest(request)
            found = selectors.looked_up(form.cleaned_data["q"], form.cleaned_data["country"] or "")
        except DomainError as error:
            form.add_domain_error(error)
    may_open = request_actor(request).can("buyers.view")
    return page(request, "credit_info/look_up.html", {"found": found, "may_open": may_open}, form)


def _count_guest(request: HttpRequest) -> None:
    """Raises `too_many` (429) after ten look-ups of a guest within an hour from one address."""
    if request_actor(request).is_signed_in:
        return
    key = f"look-up:{request.META.get('REMOTE_ADDR', '')}:{int(clock.now().timestamp()) // GUEST_WINDOW}"
    try:
        cache.add(key, 0, GUEST_WINDOW)
        count = cache.incr(key)
    except (RedisError, ValueError):
        return
    if count > GUEST_LOOK_UPS:
        message = _("Guests may look up ten companies an hour. Sign in to go on, or come back later.")
        raise DomainError("too_many", message, status=429)


@access("buyers.view")
@require_POST
def certificate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The look-up as a letter, for whoever must show that it was made."""
    get_object_or_404(Obligor.objects.visible_to(request_actor(request)), pk=pk)
    return act(
        request, None, lambda: certificates.certify(actor=request_actor(request), obligor_id=pk),
        lambda document: reverse("documents:download", args=[document.pk]),
    )  # fmt: skip


@access("buyers.light")
def fact_new(request: HttpRequest, pk: int) -> HttpResponseBase:
    obligor = get_object_or_404(Obligor.objects.visible_to(request_actor(request)), pk=pk)
    form = FactForm(request.POST or None, initial={"on": clock.today()})
    context = {
        "title": _("Record a fact"),
        "sub": obligor.name,
        "verb": _("Record"),
        "cancel_url": obligor_url(obligor),
    }
    return form_page(
        request, FORM, form, lambda data: facts.record(actor=request_actor(request), obligor_id=pk, **data),
        lambda row: obligor_url(obligor), message=_("The fact is recorded; the light follows it."), context=context,
    )  # fmt: skip


@access("buyers.light")
def fact_end(request: HttpRequest, pk: int) -> HttpResponseBase:
    fact = get_object_or_404(Fact.objects.visible_to(request_actor(request)).select_related("obligor"), pk=pk)
    form = EndFactForm(request.POST or None, initial={"on": clock.today()})
    context = {
        "title": _("This holds no longer"),
        "sub": fact.text,
        "verb": _("Save"),
        "cancel_url": obligor_url(fact.obligor),
    }
    return form_page(
        request, FORM, form, lambda data: facts.end(actor=request_actor(request), fact_id=pk, **data),
        lambda row: obligor_url(fact.obligor), message=_("The light follows."), context=context,
    )  # fmt: skip
