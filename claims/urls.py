"""Routes of claims; those of loss notices are in notice_urls."""

from __future__ import annotations

from typing import Any

from django.urls import path

from claims import notice_urls
from claims.api import ClaimViewSet, PaymentViewSet, RecoveryCaseViewSet, RecoveryReceiptViewSet
from claims.direct.api import DirectClaimViewSet
from claims.direct.views import direct_claim
from claims.production.api import ProductionNoticeViewSet
from claims.production.views import production_report
from claims.views import adjusting, cases, deciding, filing, handling, payments, recovering, returns

app_name = "claims"
CASES = [
    path("", cases.claim_list, name="claim-list"),
    path("start/notice/<int:notice_id>/", filing.claim_start, name="claim-start"),
    path("start/<int:policy_id>/<int:obligor_id>/", filing.claim_start_overdue, name="claim-start-overdue"),
    path("direct/", direct_claim, name="direct"),
    path("production/<int:pk>/report/", production_report, name="production-report"),
    path("<int:pk>/", cases.claim_detail, name="claim-detail"),
    path("<int:pk>/edit/", filing.claim_edit, name="claim-edit"),
    path("<int:pk>/file/", filing.claim_file, name="claim-file"),
    path("<int:pk>/filed/", filing.claim_filed, name="claim-filed"),
    path("<int:pk>/papers/<int:item_id>/", filing.paper_upload, name="paper-upload"),
    path("<int:pk>/papers/<int:item_id>/drop/", filing.paper_drop, name="paper-drop"),
    path("<int:pk>/papers/<int:item_id>/accept/", handling.paper_accept, name="paper-accept"),
    path("<int:pk>/papers/<int:item_id>/refuse/", handling.paper_refuse, name="paper-refuse"),
    path("<int:pk>/log/", handling.note_new, name="note-new"),
    path("<int:pk>/recovery-log/", handling.recovery_note, name="recovery-note"),
    path("<int:pk>/exclusions/", handling.exclusions, name="exclusions"),
]
MOVES = [
    path("<int:pk>/check/", handling.claim_check, name="claim-check"),
    path("<int:pk>/request-documents/", handling.claim_request, name="claim-request-documents"),
    path("<int:pk>/provide-documents/", handling.claim_provide, name="claim-provide-documents"),
    path("<int:pk>/accept/", handling.claim_accept, name="claim-accept"),
    path("<int:pk>/investigate/", handling.claim_investigate, name="claim-investigate"),
    path("<int:pk>/suspend/", handling.claim_suspend, name="claim-suspend"),
    path("<int:pk>/resume/", handling.claim_resume, name="claim-resume"),
    path("<int:pk>/waive-waiting/", handling.claim_waive, name="claim-waive-waiting"),
    path("<int:pk>/adjust/", handling.claim_adjust, name="claim-adjust"),
    path("<int:pk>/propose/", adjusting.claim_propose, name="claim-propose"),
    path("<int:pk>/return/", deciding.claim_return, name="claim-return"),
    path("<int:pk>/decide/", deciding.claim_decide, name="claim-decide"),
    path("<int:pk>/send-notice/", handling.claim_send_notice, name="claim-send-notice"),
    path("<int:pk>/reject/", handling.claim_reject, name="claim-reject"),
    path("<int:pk>/continue/", handling.claim_continue, name="claim-continue"),
    path("<int:pk>/recover/", handling.claim_recover, name="claim-recover"),
    path("<int:pk>/void/", handling.claim_void, name="claim-void"),
    path("<int:pk>/dispute/", handling.claim_dispute, name="claim-dispute"),
    path("<int:pk>/readjust/", handling.claim_readjust, name="claim-readjust"),
    path("<int:pk>/uphold/", handling.claim_uphold, name="claim-uphold"),
    path("<int:pk>/reopen/", handling.claim_reopen, name="claim-reopen"),
    path("<int:pk>/withdraw/", handling.claim_withdraw, name="claim-withdraw"),
]
ADJUSTMENT = [
    path("<int:pk>/worksheet/", adjusting.worksheet, name="worksheet"),
    path("<int:pk>/worksheet/figures/", adjusting.worksheet_figures, name="worksheet-figures"),
    path("<int:pk>/worksheet/<int:version>/", adjusting.worksheet_version, name="worksheet-version"),
    path("<int:pk>/decision/", deciding.decision_page, name="decision"),
]
RETURNS = [
    path("<int:pk>/returns/", returns.returns, name="returns"),
    path("<int:pk>/returns/identity/", returns.return_identity, name="return-identity"),
    path("<int:pk>/returns/<str:kind>/upload/", returns.return_upload, name="return-upload"),
    path("<int:pk>/returns/<str:kind>/sign/", returns.return_sign, name="return-sign"),
    path("<int:pk>/returns/<str:kind>/verify/", returns.return_verify, name="return-verify"),
    path("<int:pk>/returns/<str:kind>/refuse/", returns.return_refuse, name="return-refuse"),
]
PAYMENTS = [
    path("payments/", payments.payment_list, name="payment-list"),
    path("<int:pk>/payments/prepare/", payments.payment_prepare, name="payment-prepare"),
    path("payments/<int:pk>/", payments.payment_detail, name="payment-detail"),
    path("payments/<int:pk>/approve/", payments.payment_approve, name="payment-approve"),
    path("payments/<int:pk>/send/", payments.payment_send, name="payment-send"),
    path("payments/<int:pk>/confirm/", payments.payment_confirm, name="payment-confirm"),
    path("payments/<int:pk>/return/", payments.payment_return, name="payment-return"),
    path("payments/<int:pk>/cancel/", payments.payment_cancel, name="payment-cancel"),
]
RECOVERIES = [
    path("recoveries/", recovering.recovery_list, name="recovery-list"),
    path("recoveries/<int:pk>/", recovering.recovery_detail, name="recovery-detail"),
    path("recoveries/<int:pk>/assign-channel/", recovering.recovery_assign, name="recovery-assign-channel"),
    path("recoveries/<int:pk>/negotiate/", recovering.recovery_negotiate, name="recovery-negotiate"),
    path("recoveries/<int:pk>/plan-instalments/", recovering.recovery_plan, name="recovery-plan-instalments"),
    path("recoveries/<int:pk>/litigate/", recovering.recovery_litigate, name="recovery-litigate"),
    path("recoveries/<int:pk>/liquidate/", recovering.recovery_liquidate, name="recovery-liquidate"),
    path("recoveries/<int:pk>/record/", recovering.recovery_record, name="recovery-record"),
    path("recoveries/<int:pk>/write-off/", recovering.recovery_write_off, name="recovery-write-off"),
    path("recoveries/<int:pk>/close/", recovering.recovery_close, name="recovery-close"),
    path("receipts/<int:pk>/", recovering.receipt_page, name="recovery-receipt"),
    path("receipts/<int:pk>/split/", recovering.receipt_split, name="receipt-split"),
    path("receipts/<int:pk>/remit/", recovering.receipt_remit, name="receipt-remit"),
    path("instalments/<int:pk>/", recovering.instalment_page, name="instalment"),
]
urlpatterns = [*CASES, *MOVES, *ADJUSTMENT, *RETURNS, *PAYMENTS, *RECOVERIES, *notice_urls.urlpatterns]
API: list[tuple[str, Any]] = [
    ("claims", ClaimViewSet),
    ("direct-claims", DirectClaimViewSet),
    ("production-notices", ProductionNoticeViewSet),
    ("claim-payments", PaymentViewSet),
    ("recovery-cases", RecoveryCaseViewSet),
    ("recovery-receipts", RecoveryReceiptViewSet),
    *notice_urls.API,
]
