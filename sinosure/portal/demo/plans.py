"""Who trades with whom in the demo, and which losses happened. Days count back from today."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from claims.windows import loss_notice_default
from sinosure.portal.demo.cases import Case, Course
from sinosure.portal.demo.trade import Partner, Plan
from sinosure.reference.services import calendar_around

HAITUO = Plan(
    "haituo", "chen", "zhao", 8,
    (
        Partner("Al Noor Building Materials LLC", 900_000, "OA", 60, "story"),
        Partner("Baltika Tekstil UAB", 600_000, "OA", 90, "story"),
        Partner("Banco del Litoral", 500_000, "LC_USANCE", 60, "slow", lc_buyer="Andes Ferretería S.A.C."),
        Partner("Nordlicht Handels GmbH", 2_000_000, "OA", 90, "prompt"),
        Partner("Kestrel Home Goods Ltd", 1_200_000, "OA", 60, "prompt", currency="GBP"),
        Partner("Maple Ridge Imports Inc.", 800_000, "DP", 30, "slow"),
        Partner("Sakura Living K.K.", 750_000, "OA", 30, "prompt", currency="JPY"),
        Partner("Pampa Agro Comercial Ltda", 400_000, "DA", 90, "slow", asked=600_000),
        Partner("Savanna Hardware Ltd", 0, "OA", 60, "story", asked=120_000),
        Partner("Banksia Garden Supply Pty Ltd", 250_000, "OA", 60, waits="SUBMITTED"),
    ),
    "HT", "LED 灯具及五金制品", max_liability=2_500_000, per_month=1,
)  # fmt: skip
XIANGJIAO = Plan(
    "xiangjiao", "xiangjiao", "xiangjiao", 11,
    (
        Partner("Dnipro Rubber Trade LLC", 3_500_000, "OA", 90, "story"),
        Partner("Refacciones del Bajío S.A. de C.V.", 400_000, "OA", 60, "prompt"),
    ),
    "XJ", "橡胶制品", max_liability=10_000_000, deposit=20_000, per_month=1, hs_code="401110",
)  # fmt: skip
UKRAINE = Case(
    "Dnipro Rubber Trade LLC", Decimal(3_200_000), 170, "POL_WAR",
    reason="目的港封闭，货物滞留中转港，买方无法收货和付款。",
    entry={"resale_gross": Decimal(2_480_000), "disposal_charges": Decimal("113333.33")},
    # resold before the claim; eleven days from claim to payment, as in the handbook
    course=Course(notice=-60, accept_notice=-59, file=0, accept=1, investigate=2, adjust=4, worksheet=5, propose=6,
                  decide=7, send=8, papers=9, verify=10, prepare=10, pay=11, recover=20, recovered=60),
    waive="政治风险，转卖差额已经确定。",
)  # fmt: skip


def _plan(firm: str, months: int, prefix: str, goods: str, *partners: Partner, **more: object) -> Plan:
    return Plan(firm, firm, firm, months, partners, prefix, goods, **more)  # type: ignore[arg-type]


OTHERS: tuple[Plan, ...] = (
    _plan("yunhua", 14, "YH", "鲜切花", Partner("Hoshizora Flowers K.K.", 300_000, "OA", 30, currency="JPY"),
          Partner("Kenari Flora Sdn. Bhd.", 150_000, "OA", 30, "slow"), Partner("Tulpenveld Import B.V.", 400_000, "OA", 30, currency="EUR"),
          per_month=7, hs_code="060311"),
    _plan("yunhua", 1, "YF", "鲜切花", Partner("Hoshizora Flowers K.K.", 320_000, "OA", 30, currency="JPY"),
          Partner("Tulpenveld Import B.V.", 400_000, "OA", 30, currency="EUR"), per_month=6, hs_code="060311"),
    _plan("guangneng", 11, "QC", "光伏组件", Partner("Elbe Solartechnik GmbH", 4_800_000, "OA", 90, currency="EUR"), Partner("Banksia Garden Supply Pty Ltd", 700_000, "OA", 60, "story"), Partner("Mazury Dom Sp. z o.o.", 200_000, "OA", 60, waits="SUBMITTED"),
          Partner("Cascade Solar Depot LLC", 6_000_000, "OA", 120), Partner("Polder Zonnestroom B.V.", 3_000_000, "OA", 90, currency="EUR"),
          Partner("Tenaga Suria Sdn. Bhd.", 900_000, "OA", 60, "slow"),
          max_liability=15_000_000, deposit=60_000, per_month=5, hs_code="854143", services=True),
    _plan("jiadian", 10, "MJ", "家用电器", Partner("Gulf Crest Appliances LLC", 2_000_000, "OA", 90), Partner("Anadolu Ev Aletleri A.Ş.", 1_200_000, "OA", 90, "slow"),
          Partner("Mesa Kitchenware LLC", 2_500_000, "OA", 60), Partner("Maison Belleroche SAS", 6_500_000, "OA", 90, waits="PROPOSED"), Partner("PT Nusantara Elektrindo", 800_000, "DA", 60, "slow"),
          Partner("Malabar Home Stores Pvt Ltd", 300_000, "OA", 60, "story"), max_liability=9_000_000, deposit=40_000, per_month=6, hs_code="841810"),
    _plan("zhaoming", 12, "YM", "照明电器", Partner("Harzer Leuchten GmbH", 500_000, "OA", 60, currency="EUR"), Partner("Ponte Alto Illuminazione S.r.l.", 450_000, "OA", 90, currency="EUR"),
          Partner("Najd Modern Lighting Co.", 350_000, "DP", 30, "slow"), Partner("Ipê Iluminação Ltda", 300_000, "OA", 90, "story"), per_month=6),
    _plan("fangzhi", 11, "JL", "纺织品", Partner("Costa Verde Textil S.L.", 600_000, "OA", 60, currency="EUR"), Partner("Tessitura Valdarno S.r.l.", 500_000, "OA", 90, currency="EUR"), Partner("Les Ateliers du Rhône SAS", 600_000, "OA", 90, waits="IN_REVIEW"),
          Partner("Cordillera Textil SpA", 400_000, "OA", 90, "slow"), Partner("Lima Textil Importadora S.A.C.", 250_000, "OA", 60, "story"), per_month=6, hs_code="520942"),
    _plan("jixie", 9, "LF", "五金工具", Partner("Rheintal Werkzeuge GmbH", 700_000, "OA", 60, currency="EUR"), Partner("Great Lakes Fasteners Inc.", 900_000, "OA", 90), Partner("Mazury Dom Sp. z o.o.", 400_000, "OA", 60, waits="INFO_REQUIRED"),
          Partner("Wisła Narzędzia Sp. z o.o.", 450_000, "OA", 60, "slow", currency="EUR"), Partner("Prairie Tool & Hardware Ltd", 350_000, "OA", 60),
          Partner("Marmara Kauçuk A.Ş.", 300_000, "OA", 60, "story"), per_month=6, hs_code="820559"),
    _plan("taoci", 12, "GT", "陶瓷制品", Partner("Almendra Cerámicas S.L.", 400_000, "OA", 90, currency="EUR"), Partner("Cửu Long Ceramics JSC", 200_000, "OA", 60, "slow"),
          Partner("Southern Cross Homewares Pty Ltd", 350_000, "OA", 60), Partner("Protea Outdoor (Pty) Ltd", 200_000, "OA", 60, "story"), per_month=6, hs_code="691110"),
    _plan("qiche", 10, "YC", "汽车配件", Partner("Pennine Auto Factors Ltd", 600_000, "OA", 60, currency="GBP"), Partner("Marjan Trading FZE", 180_000, "OA", 60, "story"), Partner("Serra Verde Autopeças Ltda", 500_000, "OA", 120, "slow"),
          Partner("Hijaz Auto Parts Co.", 400_000, "OA", 90), Partner("Araucaria Hogar SpA", 800_000, "OA", 90, waits="PROPOSED"), Partner("Daram Parts Co., Ltd.", 450_000, "OA", 60), per_month=6, hs_code="870899"),
    _plan("shuichan", 11, "MX", "水产品", Partner("Kitakaze Shokuhin K.K.", 500_000, "OA", 30, currency="JPY"), Partner("Hanbit Interior Co., Ltd.", 250_000, "OA", 60),
          Partner("PT Samudra Pangan", 300_000, "OA", 60, "slow"), Partner("Đông Á Nông Sản Co., Ltd.", 150_000, "OA", 30, "story"), per_month=7, hs_code="030617"),
    _plan("dianzi", 9, "PX", "电子产品", Partner("Thames Vale Electronics Ltd", 800_000, "OA", 60, currency="GBP"), Partner("Hồng Hà Thực Phẩm Co., Ltd.", 90_000, "OA", 30, "story"), Partner("Deccan Power Components Pvt Ltd", 500_000, "OA", 90, "slow"),
          Partner("Blue Heron Furnishings Inc.", 600_000, "OA", 60), Partner("Savanna Hardware Ltd", 150_000, "OA", 60, "story"), Partner("Distribuidora Sierra Azul S.A. de C.V.", 400_000, "OA", 90, currency="CNY"), per_month=6, hs_code="853400"),
    _plan("zhaoming", 0, "YN", "照明电器", Partner("Harzer Leuchten GmbH", 500_000, "OA", 60, currency="EUR"), waits="QUOTED"),
    _plan("taoci", 0, "GN", "陶瓷制品", Partner("Almendra Cerámicas S.L.", 400_000, "OA", 90, currency="EUR"), waits="SUBMITTED"),
)  # fmt: skip
CASES: dict[str, tuple[Case, ...]] = {
    "jiadian": (Case("Malabar Home Stores Pvt Ltd", Decimal(180_000), 150),),
    "zhaoming": (Case("Ipê Iluminação Ltda", Decimal(120_000), 127, approver="tang"),),
    "fangzhi": (Case("Lima Textil Importadora S.A.C.", Decimal(96_000), 137),),
    "jixie": (
        Case(
            "Marmara Kauçuk A.Ş.", Decimal(150_000), 175, "BUYER_INSOLVENCY", waive="破产受理裁定已公告，损失已经确定。"
        ),
    ),
    "taoci": (Case("Protea Outdoor (Pty) Ltd", Decimal(88_000), 36, ends="docs"),),
    "shuichan": (Case("Đông Á Nông Sản Co., Ltd.", Decimal(60_000), 134, ends="nil", approver="liang"),),
    "qiche": (Case("Marjan Trading FZE", Decimal(72_000), 13),),  # the notice is on the desk
    "dianzi": (
        Case("Hồng Hà Thực Phẩm Co., Ltd.", Decimal(45_000), 20),  # accepted, with a task
        Case("Savanna Hardware Ltd", Decimal(64_000), 32),  # filed, not yet looked at
    ),
    "guangneng": (Case("Banksia Garden Supply Pty Ltd", Decimal(310_000), 140, approver="tang"),),  # paid
    "haituo": (Case("Baltika Tekstil UAB", Decimal(240_000), 76, course=Course(notice=36, accept_notice=37)),),
}


def due_for_notice_today(today: date) -> date:
    """The due date whose loss-notice window ends today; on a rest day the one that ends next."""
    for days in range(45, 25, -1):
        due_on = today - timedelta(days=days)
        if loss_notice_default(due_on, calendar_around(due_on)).legal_due >= today:
            return due_on
    return today - timedelta(days=30)
