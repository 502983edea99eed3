"""The columns of a file of shipments: the same for the template, the upload and the export of the list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from declarations.models import Shipment
from sinosure.ui.export import Column

Source = str | Callable[[Shipment], Any]


@dataclass(frozen=True)
class FileColumn:
    """`name` of the field; `zh`, `en` its headings, `also` what people write instead; `source` reads it for the export."""

    name: str
    zh: str
    en: str
    label: Any
    also: tuple[str, ...] = ()
    is_required: bool = False
    kind: str = "text"
    source: Source = ""
    example: str = ""


def _buyer_code(row: Shipment) -> str:
    if row.obligor.kind == "BANK":
        return row.buyer.code if row.buyer else ""
    return row.obligor.code


def _yes(value: bool) -> str:
    return "Y" if value else ""


COLUMNS: tuple[FileColumn, ...] = (
    FileColumn(
        "invoice_no",
        "发票号",
        "Invoice number",
        _("Invoice number"),
        ("发票号码", "商业发票号", "invoice", "invoice no", "invoice no."),
        True,
        source="invoice_no",
        example="HT2026-0817",
    ),
    FileColumn(
        "buyer_code",
        "买方代码",
        "Buyer code",
        _("Buyer code"),
        ("债务人代码", "买方编号", "买家代码", "buyer", "buyer no", "buyer no."),
        source=_buyer_code,
        example="BDE-00001",
    ),
    FileColumn(
        "bank_bic",
        "开证行BIC",
        "Issuing bank BIC",
        _("Issuing bank BIC"),
        ("债务银行bic", "开证行代码", "开证行swift", "issuing bank", "bic", "swift"),
        source=lambda row: row.obligor.bic if row.obligor.kind == "BANK" else "",
    ),
    FileColumn(
        "term",
        "支付方式",
        "Payment term",
        _("Payment term"),
        ("付款方式", "结算方式", "term", "payment terms"),
        True,
        source="term",
        example="OA",
    ),
    FileColumn(
        "credit_days",
        "信用期限（天）",
        "Credit days",
        _("Credit days"),
        ("信用期限", "账期", "账期（天）", "credit period", "days", "tenor"),
        True,
        "number",
        "credit_days",
        "60",
    ),
    FileColumn(
        "shipped_on",
        "出运日期",
        "Shipment date",
        _("Shipment date"),
        ("出运日", "受让日", "买入日", "提单日期", "装船日期", "shipped on", "ship date", "b/l date"),
        True,
        "date",
        "shipped_on",
        "2026-11-02",
    ),
    FileColumn(
        "due_on",
        "应付款日",
        "Due date",
        _("Due date"),
        ("到期日", "应收汇日", "due on", "due"),
        False,
        "date",
        "due_on",
        "2027-01-01",
    ),
    FileColumn(
        "currency",
        "币种",
        "Currency",
        _("Currency"),
        ("币别", "货币", "ccy", "cur"),
        True,
        source="currency",
        example="USD",
    ),
    FileColumn(
        "amount",
        "发票金额",
        "Invoice amount",
        _("Invoice amount"),
        ("金额", "申报金额", "amount", "invoice value", "value"),
        True,
        "amount",
        "amount",
        "12345.60",
    ),
    FileColumn(
        "deposit",
        "预收款",
        "Deposit received",
        _("Deposit received"),
        ("预付款", "已收定金", "定金", "deposit", "advance payment"),
        False,
        "amount",
        "deposit",
    ),
    FileColumn(
        "destination",
        "目的国",
        "Destination",
        _("Destination"),
        ("目的国/地区", "运抵国", "目的地", "country", "destination country"),
        source="destination_id",
        example="DE",
    ),
    FileColumn(
        "kind",
        "货物/服务",
        "Goods or service",
        _("Goods or service"),
        ("类型", "kind", "type"),
        source="kind",
        example="GOODS",
    ),
    FileColumn(
        "contract_no",
        "合同号",
        "Contract number",
        _("Contract number"),
        ("合同编号", "订单号", "contract", "contract no", "contract no.", "po number"),
        source="contract_no",
    ),
    FileColumn(
        "transport_no",
        "提单号",
        "B/L number",
        _("B/L number"),
        ("运单号", "提单/运单号", "运输单据号", "b/l", "b/l no", "b/l no.", "awb", "transport document"),
        source="transport_no",
        example="COSU6123456789",
    ),
    FileColumn(
        "shares_transport",
        "一单多票",
        "Several invoices, one B/L",
        _("Several invoices, one B/L"),
        ("共用提单", "shared b/l"),
        source=lambda row: "",
        example="",
    ),
    FileColumn(
        "customs_no",
        "报关单号",
        "Customs declaration number",
        _("Customs declaration number"),
        ("报关单编号", "customs no", "customs no.", "customs declaration"),
        source="customs_no",
    ),
    FileColumn(
        "hs_code", "HS编码", "HS code", _("HS code"), ("商品编码", "税号", "hs"), source="hs_code", example="940542"
    ),
    FileColumn(
        "description",
        "货物描述",
        "Description",
        _("Description"),
        ("货物名称", "品名", "商品名称", "goods", "description of goods"),
        source="description",
        example="LED lamps",
    ),
    FileColumn(
        "lc_no",
        "信用证号",
        "L/C number",
        _("L/C number"),
        ("信用证编号", "l/c", "l/c no", "l/c no.", "lc no"),
        source="lc_no",
    ),
    FileColumn(
        "financing_bic",
        "融资银行BIC",
        "Financing bank BIC",
        _("Financing bank BIC"),
        ("融资银行", "financing bank"),
        source=lambda row: row.financing_bank.bic if row.financing_bank else "",
    ),
    FileColumn(
        "seller",
        "卖方（出口企业）",
        "Seller (exporter)",
        _("Seller (exporter)"),
        ("卖方（出口商）", "卖方", "出口商", "seller", "exporter"),
        source="seller",
    ),
    FileColumn(
        "aval_no",
        "承兑或保付编号",
        "Acceptance or aval reference",
        _("Reference of the acceptance or aval"),
        ("承兑编号", "保付编号", "reference of the acceptance or aval", "aval", "aval no", "acceptance"),
        source="aval_no",
    ),
    FileColumn(
        "acceptance_no",
        "服务验收凭证",
        "Acceptance of the service",
        _("Acceptance of the service"),
        ("服务验收凭证号", "验收单号", "验收凭证", "acceptance certificate"),
        source="acceptance_no",
    ),
    FileColumn(
        "affiliate",
        "共同被保险人代码",
        "Affiliate code",
        _("Affiliate code"),
        ("关联企业代码", "共保企业代码", "affiliate", "affiliate no"),
        source=lambda row: row.affiliate.code if row.affiliate else "",
    ),
)
BY_NAME = {column.name: column for column in COLUMNS}
# what the export shows beside the columns of the template; an upload passes over them
RESULTS: tuple[tuple[str, str, Any, str, Source], ...] = (
    ("申报单号", "Line number", _("Line number"), "text", "declaration_no"),
    ("买方", "Buyer", _("Buyer"), "text", "obligor.name"),
    ("状态", "State", _("State"), "text", "get_state_display"),
    ("承保金额", "Covered", _("Covered"), "covered", "covered"),
    ("未承保原因", "Why not covered", _("Why not covered"), "text", "get_cover_reason_display"),
    ("保险费", "Premium", _("Premium"), "covered", "premium"),
    ("未收金额", "Open amount", _("Open amount"), "amount", "open_amount"),
)
RESULT_HEADINGS = frozenset(title.casefold() for zh, en, *_rest in RESULTS for title in (zh, en))


def export_columns() -> list[Column]:
    """The list as a file: first the columns of the template, then the results."""
    plain = [
        Column(c.label, c.source, "amount" if c.kind == "amount" else c.kind, currency="currency") for c in COLUMNS
    ]
    more = [
        Column(
            label,
            source,
            "amount" if kind == "covered" else kind,
            currency="policy.currency" if kind == "covered" else "currency",
        )
        for _zh, _en, label, kind, source in RESULTS
    ]
    return plain + more
