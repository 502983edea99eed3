"""Routes of financing."""

from __future__ import annotations

from typing import Any

from django.urls import path

from financing.amendments import views as amendments
from financing.amendments.api import AmendmentViewSet
from financing.api import AgreementViewSet, LoanViewSet
from financing.authorisations import views as authorisations
from financing.authorisations.api import AuthorisationViewSet
from financing.cover_notices import views as notices
from financing.cover_notices.api import CoverNoticeViewSet
from financing.factoring import views as factoring
from financing.factoring.api import FactoringViewSet
from financing.microloan.api import CreditLineViewSet, CreditProductViewSet
from financing.microloan.urls import urlpatterns as credit_urls
from financing.reminders import views as reminders
from financing.reminders.api import ReminderViewSet
from financing.schemes.api import SchemeCaseViewSet, SchemeViewSet, TopUpViewSet
from financing.schemes.urls import urlpatterns as scheme_urls
from financing.views import agreements, book, loans

app_name = "financing"
urlpatterns: list[Any] = [
    path("", loans.home, name="list"),
    path("agreements/", agreements.agreement_list, name="agreement-list"),
    path("agreements/new/", agreements.agreement_new, name="agreement-new"),
    path("agreements/<int:pk>/", agreements.agreement_detail, name="agreement-detail"),
    path("agreements/<int:pk>/done/", agreements.agreement_done, name="agreement-done"),
    path("agreements/<int:pk>/edit/", agreements.agreement_edit, name="agreement-edit"),
    path("agreements/<int:pk>/sign-exporter/", agreements.agreement_sign_exporter, name="agreement-sign-exporter"),
    path("agreements/<int:pk>/sign-bank/", agreements.agreement_sign_bank, name="agreement-sign-bank"),
    path("agreements/<int:pk>/sign-insurer/", agreements.agreement_sign_insurer, name="agreement-sign-insurer"),
    path("agreements/<int:pk>/withdraw/", agreements.agreement_withdraw, name="agreement-withdraw"),
    path("agreements/<int:pk>/return-bank/", agreements.agreement_return_bank, name="agreement-return-bank"),
    path("agreements/<int:pk>/return-insurer/", agreements.agreement_return_insurer, name="agreement-return-insurer"),
    path("agreements/<int:pk>/contract/", agreements.agreement_contract, name="agreement-contract"),
    path("agreements/<int:pk>/move-branch/", agreements.agreement_move_branch, name="agreement-move-branch"),
    path("agreements/<int:pk>/release/", agreements.agreement_release, name="agreement-release"),
    path("agreements/<int:pk>/amend/", amendments.agreement_amend, name="agreement-amend"),
    path("amendments/<int:pk>/", amendments.amendment_detail, name="amendment-detail"),
    path("amendments/<int:pk>/sign-exporter/", amendments.amendment_sign_exporter, name="amendment-sign-exporter"),
    path("amendments/<int:pk>/sign-bank/", amendments.amendment_sign_bank, name="amendment-sign-bank"),
    path(
        "amendments/<int:pk>/confirm-account/", amendments.amendment_confirm_account, name="amendment-confirm-account"
    ),
    path("amendments/<int:pk>/sign-insurer/", amendments.amendment_sign_insurer, name="amendment-sign-insurer"),
    path("amendments/<int:pk>/return-insurer/", amendments.amendment_return_insurer, name="amendment-return-insurer"),
    path("amendments/<int:pk>/drop/", amendments.amendment_drop, name="amendment-drop"),
    path("loans/<int:pk>/remind/", reminders.loan_remind, name="loan-remind"),
    path("policies/<int:pk>/remind/", reminders.policy_remind, name="policy-remind"),
    path("bank-policies/<int:pk>/", factoring.bank_policy, name="bank-policy"),
    path("bank-policies/<int:pk>/factoring/", factoring.factoring_new, name="factoring-new"),
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/new/", notices.notice_new, name="notice-new"),
    path("notices/<int:pk>/", notices.notice_detail, name="notice-detail"),
    path("authorisations/", authorisations.authorisation_list, name="authorisation-list"),
    path("authorisations/new/", authorisations.authorisation_new, name="authorisation-new"),
    path("authorisations/<int:pk>/", authorisations.authorisation_detail, name="authorisation-detail"),
    path("authorisations/<int:pk>/revoke/", authorisations.authorisation_revoke, name="authorisation-revoke"),
    path("authorisations/<int:pk>/read/", authorisations.authorisation_read, name="authorisation-read"),
    *credit_urls,
    *scheme_urls,
    path("ledger/", book.book_list, name="book"),
    path("ledger/export/", book.book_export, name="book-export"),
    path("loans/", loans.loan_list, name="loan-list"),
    path("loans/new/", loans.loan_new, name="loan-new"),
    path("loans/new/<int:pk>/", loans.loan_lend, name="loan-lend"),
    path("loans/<int:pk>/", loans.loan_detail, name="loan-detail"),
    path("loans/<int:pk>/draw/", loans.loan_draw, name="loan-draw"),
    path("loans/<int:pk>/give-up/", loans.loan_give_up, name="loan-give-up"),
    path("loans/<int:pk>/repay/", loans.loan_repay, name="loan-repay"),
]
API: list[tuple[str, Any]] = [
    ("agreements", AgreementViewSet),
    ("agreement-versions", AmendmentViewSet),
    ("reminders", ReminderViewSet),
    ("factoring-contracts", FactoringViewSet),
    ("loans", LoanViewSet),
    ("cover-notices", CoverNoticeViewSet),
    ("authorisations", AuthorisationViewSet),
    ("credit-lines", CreditLineViewSet),
    ("credit-products", CreditProductViewSet),
    ("schemes", SchemeViewSet),
    ("scheme-top-ups", TopUpViewSet),
    ("scheme-cases", SchemeCaseViewSet),
]
