"""A few views that only the kit's tests use."""

from django.db import OperationalError
from django.http import HttpResponse, HttpResponseNotAllowed
from django.urls import path

from sinosure import urls as site
from sinosure.accounts.access import PUBLIC, SIGNED_IN, access
from sinosure.core.errors import DomainError, WrongState
from sinosure.ui.fields import AmountField, CurrencyField, DateField
from sinosure.ui.forms import Form
from sinosure.ui.middleware import also_from
from sinosure.ui.once import once
from sinosure.ui.pages import form_page

handler400 = "sinosure.ui.errors.bad_request"
handler403 = "sinosure.ui.errors.permission_denied"
handler404 = "sinosure.ui.errors.page_not_found"
handler500 = "sinosure.ui.errors.server_error"


class ShipmentForm(Form):
    currency = CurrencyField(choices=[("USD", "USD"), ("JPY", "JPY"), ("CNY", "CNY")])
    amount = AmountField(label="Amount", currency_field="currency")
    shipped_on = DateField(label="Shipped on")


deeds: list[dict] = []


def declare(data):
    if data["amount"] == 13:
        raise DomainError("limit_expired", "The limit expired on %(day)s.", field="shipped_on", day="2026-01-01")
    deeds.append(data)
    return data


@access(SIGNED_IN)
def shipment(request):
    form = ShipmentForm(request.POST or None)
    check = "check" in request.GET
    return form_page(
        request, "components/form_page.html", form, declare, "/done/", check=check, context={"title": "Shipment"}
    )


@access(SIGNED_IN)
def bare_deed(request):
    with once(request) as ticket:
        deeds.append({})
        ticket.location = "/done/"
    return HttpResponse("done")


@access(PUBLIC)
def wrong_state(request):
    raise WrongState("submit", "Submitted")


@access(PUBLIC)
def database_gone(request):
    raise OperationalError("no connection")


@access(PUBLIC)
def broken(request):
    raise ZeroDivisionError


@access(PUBLIC)
def only_post(request):
    return HttpResponseNotAllowed(["POST"])


@also_from(style_src="'unsafe-inline'", img_src="data:")
@access(PUBLIC)
def third_party(request):
    return HttpResponse("ok")


urlpatterns = [
    path("shipment/", shipment),
    path("bare/", bare_deed),
    path("wrong-state/", wrong_state),
    path("gone/", database_gone),
    path("broken/", broken),
    path("only-post/", only_post),
    path("third-party/", third_party),
    *site.urlpatterns,
]
