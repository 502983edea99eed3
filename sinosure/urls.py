"""Every route of the site. A view without a declared access answers 403."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import claims.urls
import credit_info.urls
import declarations.urls
import financing.urls
import limits.urls
import policies.urls
import sinosure.academy.urls
import sinosure.deadlines.urls
import sinosure.notifications.urls
from sinosure.accounts.access import PUBLIC, access
from sinosure.api.router import ApiRouter
from sinosure.api.tokens import TokenView
from sinosure.documents.api import VerificationView
from sinosure.portal.what_if import CalculatorView

router = ApiRouter()
APPS = [
    policies.urls,
    credit_info.urls,
    limits.urls,
    declarations.urls,
    financing.urls,
    claims.urls,
    sinosure.deadlines.urls,
    sinosure.academy.urls,
    sinosure.notifications.urls,
]
for module in APPS:
    for prefix, viewset in module.API:
        router.register(prefix, viewset)

api = [
    path("token/", TokenView.as_view(), name="token"),
    path("schema/", access(PUBLIC)(SpectacularAPIView.as_view()), name="schema"),
    path("docs/", access(PUBLIC)(SpectacularSwaggerSplitView.as_view(url_name="api:schema")), name="docs"),
    path("calculators/<str:kind>/", CalculatorView.as_view(), name="calculator"),
    path("documents/verify/<str:code>/", VerificationView.as_view(), name="verify-code"),
    *router.urls,
]

handler400 = "sinosure.ui.errors.bad_request"
handler403 = "sinosure.ui.errors.permission_denied"
handler404 = "sinosure.ui.errors.page_not_found"
handler500 = "sinosure.ui.errors.server_error"

urlpatterns = [
    path("", include("sinosure.portal.urls")),
    path("", include("sinosure.accounts.urls")),
    path("", include("sinosure.ui.urls")),
    path("documents/", include("sinosure.documents.urls")),
    path("messages/", include("sinosure.notifications.urls")),
    path("deadlines/", include("sinosure.deadlines.urls")),
    path("reference/", include("sinosure.reference.urls")),
    path("academy/", include("sinosure.academy.urls")),
    path("policies/", include("policies.urls")),
    path("buyers/", include("credit_info.urls")),
    path("limits/", include("limits.urls")),
    path("declarations/", include("declarations.urls")),
    path("financing/", include("financing.urls")),
    path("claims/", include("claims.urls")),
    path("api/v1/", include((api, "api"))),
]
