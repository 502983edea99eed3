"""The language switch and, in demo mode, the page that shows the kit."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from sinosure.accounts.access import PUBLIC, access, request_actor
from sinosure.accounts.services import choose_language
from sinosure.ui.kit_demo import demo_context
from sinosure.ui.pages import page


@access(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Remember the language in a cookie, and for the e-mails of who is signed in; back to `next` (this site only)."""
    choose_language(request_actor(request), request.POST.get("language", ""))
    return set_language(request)


@access(PUBLIC)
def kit(request: HttpRequest) -> HttpResponseBase:
    """Every component on one page, for those who build pages. Not there outside the demo."""
    if not (settings.DEMO or settings.DEBUG):
        raise Http404
    context = demo_context(request)
    return page(request, "components/kit.html", context, form=context["form"])
