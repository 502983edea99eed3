"""Routes of declarations."""

from __future__ import annotations

from typing import Any

from django.urls import path

from declarations import api
from declarations.production import urls as production_urls
from declarations.production.api import ProductionViewSet
from declarations.views import declaring, premium, receipts, shipments, turnover, uploads

app_name = "declarations"
LINES = [
    path("", shipments.shipment_list, name="list"),
    path("new/", declaring.shipment_new, name="new"),
    path("headroom/", declaring.headroom, name="headroom"),
    path("<int:pk>/", shipments.shipment_detail, name="detail"),
    path("<int:pk>/done/", shipments.shipment_done, name="done"),
    path("<int:pk>/correct/", shipments.shipment_correct, name="correct"),
    path("<int:pk>/correct-for-insured/", shipments.shipment_correct, name="correct-for-insured"),
    path("<int:pk>/extend/", shipments.shipment_extend, name="extend"),
    path("<int:pk>/withdraw/", shipments.shipment_withdraw, name="withdraw"),
    path("<int:pk>/accept/", shipments.shipment_accept, name="accept"),
    path("<int:pk>/refuse/", shipments.shipment_refuse, name="refuse"),
    path("review/", shipments.review_list, name="review"),
    path("months/", shipments.period_list, name="periods"),
    path("months/<int:pk>/", shipments.period_detail, name="period"),
    path("months/<int:pk>/close/", declaring.period_close, name="period-close"),
]
MONEY = [
    path("receipts/", receipts.receipt_list, name="receipts"),
    path("receipts/new/", receipts.receipt_new, name="receipt-new"),
    path("receipts/<int:pk>/", receipts.receipt_detail, name="receipt"),
    path("receipts/<int:pk>/done/", receipts.receipt_done, name="receipt-done"),
    path("receipts/<int:pk>/reverse/", receipts.receipt_reverse, name="receipt-reverse"),
    path("overdue/", receipts.overdue_list, name="overdue"),
    path("statistics/", receipts.statistics, name="statistics"),
    path("premium/", premium.notice_list, name="notices"),
    path("premium/<int:pk>/", premium.notice_detail, name="notice"),
    path("premium/policies/<int:policy_id>/pay/", premium.policy_pay, name="policy-pay"),
    path("premium/<int:pk>/book/", premium.notice_book, name="notice-book"),
    path("premium/turnover/", turnover.turnover_list, name="turnovers"),
    path("premium/turnover/<int:pk>/", turnover.turnover_detail, name="turnover"),
    path("premium/turnover/<int:pk>/state/", turnover.turnover_state, name="turnover-state"),
    path(
        "premium/turnover/<int:pk>/state-for-insured/",
        turnover.turnover_state_for_insured,
        name="turnover-state-for-insured",
    ),
    path("premium/turnover/<int:pk>/settle/", turnover.turnover_settle, name="turnover-settle"),
    path("premium/turnover/<int:pk>/pay-back/", turnover.turnover_pay_back, name="turnover-pay-back"),
    path("premium/<int:pk>/cancel/", premium.notice_cancel, name="notice-cancel"),
]
UPLOADS = [
    path("uploads/", uploads.upload_list, name="upload-list"),
    path("uploads/template.xlsx", uploads.upload_template, name="upload-template"),
    path("uploads/<int:pk>/", uploads.upload_detail, name="upload"),
    path("uploads/<int:pk>/columns/", uploads.upload_mapping, name="upload-mapping"),
    path("uploads/<int:pk>/confirm/", uploads.upload_confirm, name="upload-confirm"),
    path("uploads/<int:pk>/discard/", uploads.upload_discard, name="upload-discard"),
    path("uploads/<int:pk>/rows/<int:row_no>/", uploads.upload_row, name="upload-row"),
    path("uploads/<int:pk>/bad-rows.xlsx", uploads.upload_bad_rows, name="upload-bad-rows"),
]
urlpatterns = [*LINES, *MONEY, *UPLOADS, *production_urls.urlpatterns]
API: list[tuple[str, Any]] = [
    ("shipments", api.ShipmentViewSet),
    ("production-contracts", ProductionViewSet),
    ("receipts", api.ReceiptViewSet),
    ("premium-notices", api.PremiumNoticeViewSet),
    ("turnover-statements", api.TurnoverViewSet),
    ("declaration-months", api.PeriodViewSet),
    ("imports", api.ImportViewSet),
]
