"""Sixty invented buyers in twenty-five countries and six invented issuing banks, with lights of every colour."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from credit_info import facts
from credit_info.indexing import index, keep_number
from credit_info.models import Obligor, ObligorKind
from sinosure.accounts.actor import Actor
from sinosure.core import clock

# country: names
BUYERS: dict[str, tuple[str, ...]] = {
    "AE": ("Al Noor Building Materials LLC", "Marjan Trading FZE", "Gulf Crest Appliances LLC"),
    "AU": ("Southern Cross Homewares Pty Ltd", "Banksia Garden Supply Pty Ltd"),
    "BR": ("Pampa Agro Comercial Ltda", "Ipê Iluminação Ltda", "Serra Verde Autopeças Ltda"),
    "CA": ("Maple Ridge Imports Inc.", "Prairie Tool & Hardware Ltd"),
    "CL": ("Cordillera Textil SpA", "Araucaria Hogar SpA"),
    "DE": ("Nordlicht Handels GmbH", "Rheintal Werkzeuge GmbH", "Elbe Solartechnik GmbH", "Harzer Leuchten GmbH"),
    "ES": ("Almendra Cerámicas S.L.", "Costa Verde Textil S.L."),
    "FR": ("Les Ateliers du Rhône SAS", "Maison Belleroche SAS"),
    "GB": ("Kestrel Home Goods Ltd", "Thames Vale Electronics Ltd", "Pennine Auto Factors Ltd"),
    "ID": ("PT Nusantara Elektrindo", "PT Samudra Pangan"),
    "IN": ("Deccan Power Components Pvt Ltd", "Malabar Home Stores Pvt Ltd"),
    "IT": ("Ponte Alto Illuminazione S.r.l.", "Tessitura Valdarno S.r.l."),
    "JP": ("Sakura Living K.K.", "Hoshizora Flowers K.K.", "Kitakaze Shokuhin K.K."),
    "KE": ("Savanna Hardware Ltd",),
    "KR": ("Hanbit Interior Co., Ltd.", "Daram Parts Co., Ltd."),
    "LT": ("Baltika Tekstil UAB",),
    "MX": ("Distribuidora Sierra Azul S.A. de C.V.", "Refacciones del Bajío S.A. de C.V."),
    "MY": ("Kenari Flora Sdn. Bhd.", "Tenaga Suria Sdn. Bhd."),
    "NL": ("Polder Zonnestroom B.V.", "Tulpenveld Import B.V."),
    "PE": ("Andes Ferretería S.A.C.", "Lima Textil Importadora S.A.C."),
    "PL": ("Wisła Narzędzia Sp. z o.o.", "Mazury Dom Sp. z o.o."),
    "SA": ("Najd Modern Lighting Co.", "Hijaz Auto Parts Co."),
    "TR": ("Anadolu Ev Aletleri A.Ş.", "Marmara Kauçuk A.Ş."),
    "UA": ("Dnipro Rubber Trade LLC", "Chornomorsk Industrial Supply LLC"),
    "US": (
        "Blue Heron Furnishings Inc.",
        "Cascade Solar Depot LLC",
        "Great Lakes Fasteners Inc.",
        "Mesa Kitchenware LLC",
    ),
    "VN": ("Hồng Hà Thực Phẩm Co., Ltd.", "Cửu Long Ceramics JSC", "Đông Á Nông Sản Co., Ltd."),
    "ZA": ("Protea Outdoor (Pty) Ltd",),
}
ISSUING_BANKS = (
    ("PE", "Banco del Litoral", "LITOPEPL"), ("BD", "Padma Commerce Bank Ltd", "PADMBDDH"), ("EG", "Nile Delta Bank S.A.E.", "NDBKEGCX"),
    ("TR", "Boğaz Ticaret Bankası", "BGZTTRIS"), ("KR", "Hangang Bank", "HGBKKRSE"), ("VN", "Ngân hàng Sông Hương", "SGHGVNVX"),
)  # fmt: skip
AGAINST = {  # all others are in order
    "Al Noor Building Materials LLC": "serious_default_record",
    "Đông Á Nông Sản Co., Ltd.": "fraud_suspected_major",
    "Marmara Kauçuk A.Ş.": "bankrupt",
    "Andes Ferretería S.A.C.": "default_record",
    "Pampa Agro Comercial Ltda": "operating_problem",
    "Savanna Hardware Ltd": "disclosure_incomplete",
    "Dnipro Rubber Trade LLC": "operating_problem",
    "Baltika Tekstil UAB": "default_record",
    "Protea Outdoor (Pty) Ltd": "operating_problem",
}
# fact: what is told of it, and by whom; all invented
TOLD = {
    "serious_default_record": ("三家供应商起诉追讨货款，法院均判买方败诉，至今未履行。", "当地法院公告"),
    "fraud_suspected_major": ("以伪造的提单副本向多家供应商提货，警方已立案。", "当地商会通报"),
    "bankrupt": ("法院裁定进入破产程序，债权申报期已开始。", "破产公告"),
    "default_record": ("去年有两笔货款逾期超过六十天后付清。", "同业付款记录"),
    "operating_problem": ("最近一个会计年度亏损，短期借款明显上升。", "公司年报"),
    "disclosure_incomplete": ("未公布财务报表，股东情况无法核实。", "注册机关查询"),
    "in_order": ("登记有效，未见诉讼、破产或拖欠记录。", "注册机关查询"),
}
NO_INFORMATION = ("Malabar Home Stores Pvt Ltd", "Mazury Dom Sp. z o.o.", "Lima Textil Importadora S.A.C.")
# what a buyer deals in, with its section of the HS
INDUSTRIES = (
    ("Building materials", 13), ("Household goods", 20), ("Lighting", 20), ("Textiles", 11), ("Auto parts", 17), ("Food", 4),
    ("Electronics", 16), ("Flowers", 2),
)  # fmt: skip


@transaction.atomic
def seed_obligors(analyst: Actor) -> None:
    """The register of the demo; the analyst records one fact of each company, and the light follows."""
    names = [(country, name) for country, names in BUYERS.items() for name in names]
    rows = [_buyer(number, country, name) for number, (country, name) in enumerate(names, 1)]
    rows += [_bank(number, *bank) for number, bank in enumerate(ISSUING_BANKS, 1)]
    Obligor.objects.bulk_create(rows)
    index(rows)
    for number, row in enumerate(rows, 1):
        keep_number(row)
        if row.name not in NO_INFORMATION:
            _record(analyst, row, clock.today() - timedelta(days=number % 40))


def _record(analyst: Actor, row: Obligor, on: date) -> None:
    kind = AGAINST.get(row.name, "in_order")
    text, source = TOLD[kind]
    facts.record(actor=analyst, obligor_id=row.pk, kind=kind, on=on, text=text, source=source)


def _buyer(number: int, country: str, name: str) -> Obligor:
    industry, section = INDUSTRIES[number % len(INDUSTRIES)]
    return Obligor(
        kind=ObligorKind.BUYER, code=f"{country}{10000 + number * 37}", name=name, country_id=country,
        registration_no=f"{country}-{100000 + number * 7919 % 900000}", industry=industry, section=section,
        address=f"{number} Harbour Road",
    )  # fmt: skip


def _bank(number: int, country: str, name: str, bic: str) -> Obligor:
    return Obligor(kind=ObligorKind.BANK, code=f"{country}B{1000 + number}", name=name, country_id=country, bic=bic)
