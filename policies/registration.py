"""What this app registers at start-up: clocks with their effects, messages, letters, its place in the navigation."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from policies import clocks, letters, messages, services, wording
from policies.bank.questions import OF_PRODUCT
from policies.endorsements import registration as endorsements
from policies.micro.buying import free_the_rest
from policies.pooled import registration as pooled
from policies.proposal import ask_in_words_of
from policies.seed import PRODUCTS, column_of
from policies.selectors import waiting_for
from policies.signals import policy_ended
from policies.single_window import papers as window_papers
from sinosure.documents import kinds as letter_kinds
from sinosure.ui.navigation import NavItem
from sinosure.ui.navigation import register as register_nav


def register() -> None:
    clocks.register_all(
        {
            clocks.QUOTE_VALIDITY: services.lapse_quotes,
            clocks.POLICY_START: services.begin_policies,
            clocks.POLICY_EXPIRY: services.expire_policies,
            clocks.TERMINATION: services.terminate_policies,
        }
    )
    messages.register_all()
    endorsements.register()
    pooled.register()
    for product, sections in OF_PRODUCT.items():
        ask_in_words_of(product, sections)
    policy_ended.connect(free_the_rest, dispatch_uid="policies.micro.free_the_rest")
    for product in PRODUCTS:
        wording.ship(product, column_of(product))
    for kind, (chinese, english, template) in (*letters.KINDS.items(), *window_papers.KINDS.items()):
        letter_kinds.register(kind, chinese, english, template)
    register_nav(
        NavItem(
            key="policies", label=_("Policies"), url_name="policies:policy-list", capability="policies.view", order=10,
            count=waiting_for, group=_("Policies"),
        )
    )  # fmt: skip
