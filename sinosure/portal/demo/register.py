"""What lies on the desk of credit information: reports ordered and delivered, favourites, other names, a file with doubles."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from django.db import transaction

from credit_info import importing, linking
from credit_info.customers import services as customers
from credit_info.models import AliasKind, Obligor
from credit_info.reports import services as reports
from credit_info.reports.models import ReportOrder, Service
from sinosure.core import clock
from sinosure.portal.demo.timeline import Timeline

FINDINGS = {
    "summary": "注册存续，家居用品批发，员工约六十人，自有仓库一处。",
    "payment": "同业反映平均付款五十二天，近两年无诉讼；上季有三笔逾期九至二十一天后付清。",
    "finance": "上年度营业额约一千二百万英镑，净利率百分之三，流动比率 1.3。",
    "advice": "可在六十天账期内正常交易，旺季前分批出运。",
}
FAVOURITES = ("Harzer Leuchten GmbH", "Great Lakes Fasteners Inc.", "Polder Zonnestroom B.V.")
# one known by its number, two new, one of them under a name that is known already, one row that cannot be read
FILE = """名称,国别,注册号,曾用名,城市
Nordlicht Handels GmbH & Co. KG,DE,DE-990001,,Hamburg
Lüneburger Lichthaus GmbH,DE,DE-990002,Lüneburger Lampen OHG,Lüneburg
Weserwerk Eisenwaren GmbH,DE,DE-990003,,Bremen
Ohne Land GmbH,ZZ,DE-990004,,Kassel
"""


@transaction.atomic
def seed_register() -> None:
    """Once."""
    if ReportOrder.objects.exists():
        return
    timeline = Timeline("register")
    today = timeline.today
    with clock.frozen(today - timedelta(days=90)):
        _import(timeline)
        _names(timeline)
    with clock.frozen(today - timedelta(days=60)):
        _order(timeline, "Kestrel Home Goods Ltd", steps=2)
    with clock.frozen(today - timedelta(days=3)):
        _order(timeline, "Al Noor Building Materials LLC", steps=1)
    reports.order(actor=timeline.actor("zhao"), service=Service.SECTOR, question="德国灯具零售商的付款习惯与库存情况。")
    for name in FAVOURITES:
        customers.mark(actor=timeline.actor("zhao"), obligor_id=Obligor.objects.get(name=name).pk)


def _order(timeline: Timeline, name: str, steps: int) -> None:
    """Ordered, then taken, then delivered: as many of the two as `steps` says."""
    row = reports.order(actor=timeline.actor("zhao"), service=Service.COMPANY, obligor=Obligor.objects.get(name=name))
    analyst = timeline.actor("cao")
    reports.take(actor=analyst, order_id=row.pk)
    if steps > 1:
        reports.deliver(actor=analyst, order_id=row.pk, **FINDINGS)


def _import(timeline: Timeline) -> None:
    importing.take_in(
        actor=timeline.actor("cao"), upload=BytesIO(FILE.encode()), file_name="handelsregister.csv",
        source="示例登记机关 / sample register", known_on=clock.today(),
    )  # fmt: skip


def _names(timeline: Timeline) -> None:
    analyst = timeline.actor("cao")
    rhine = Obligor.objects.get(name="Rheintal Werkzeuge GmbH")
    linking.add_alias(
        actor=analyst, obligor_id=rhine.pk, kind=AliasKind.FORMER, name="Rheintal Werkzeugbau AG",
        source="示例登记机关", until=clock.today() - timedelta(days=400),
    )  # fmt: skip
    child = Obligor.objects.get(name="Weserwerk Eisenwaren GmbH")
    linking.set_parent(actor=analyst, obligor_id=child.pk, parent=rhine)
