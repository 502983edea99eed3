"""Routes of policies."""

from __future__ import annotations

from typing import Any

from django.urls import path

from policies.api import PolicyViewSet
from policies.bank.urls import urlpatterns as bank_urls
from policies.comparison.views import compare
from policies.ending.api import ConsentViewSet
from policies.ending.urls import urlpatterns as ending_routes
from policies.endorsements.api import EndorsementViewSet
from policies.endorsements.urls import urlpatterns as endorsement_routes
from policies.micro import urls as micro_urls
from policies.micro.api import MicroPolicyViewSet
from policies.pooled import urls as pooled_urls
from policies.pooled.api import (
    MemberListViewSet,
    PlatformMemberViewSet,
    PooledPlatformViewSet,
    PooledRunViewSet,
)
from policies.single_window import urls as window_urls
from policies.single_window.api import WindowViewSet
from policies.views import exporter, shared, staff

app_name = "policies"
urlpatterns: list[Any] = [
    *micro_urls.urlpatterns,
    *window_urls.urlpatterns,
    *pooled_urls.urlpatterns,
    path("", shared.policy_list, name="policy-list"),
    path("compare/", compare, name="compare"),
    path("desk/", staff.policy_desk, name="policy-desk"),
    *bank_urls,
    path("new/", exporter.policy_new, name="policy-new"),
    *endorsement_routes,
    *ending_routes,
    path("<int:pk>/", shared.policy_detail, name="policy-detail"),
    path("<int:pk>/done/", shared.policy_done, name="policy-done"),
    path("<int:pk>/submit/", exporter.policy_submit, name="policy-submit"),
    path("<int:pk>/answer/", exporter.policy_answer, name="policy-answer"),
    path("<int:pk>/accept/", exporter.policy_accept, name="policy-accept"),
    path("<int:pk>/refuse/", exporter.policy_refuse, name="policy-refuse"),
    path("<int:pk>/sign/", exporter.policy_sign, name="policy-sign"),
    path("<int:pk>/renew/", exporter.policy_renew, name="policy-renew"),
    path("<int:pk>/take/", staff.policy_take, name="policy-take"),
    path("<int:pk>/ask/", staff.policy_ask, name="policy-ask"),
    path("<int:pk>/decline/", staff.policy_decline, name="policy-decline"),
    path("<int:pk>/approve/", staff.policy_approve, name="policy-approve"),
    path("<int:pk>/quote/", staff.policy_quote, name="policy-quote"),
    path("<int:pk>/quote/examples/", staff.policy_quote_examples, name="policy-quote-examples"),
    path("<int:pk>/key-account/", staff.policy_key_account, name="policy-key-account"),
    path("<int:pk>/countersign/", staff.policy_countersign, name="policy-countersign"),
]
API: list[tuple[str, Any]] = [
    ("policies", PolicyViewSet),
    ("endorsements", EndorsementViewSet),
    ("policy-consents", ConsentViewSet),
    ("micro-policies", MicroPolicyViewSet),
    ("single-window", WindowViewSet),
    ("pooled-platforms", PooledPlatformViewSet),
    ("pooled-lists", MemberListViewSet),
    ("pooled-members", PlatformMemberViewSet),
    ("pooled-runs", PooledRunViewSet),
]
