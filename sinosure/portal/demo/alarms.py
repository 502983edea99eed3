"""Forty invented alarms over the last months, who follows what, candidates on the underwriters' desk, a webhook that failed."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from credit_info.alarms import fan_out, following
from credit_info.alarms.publishing import DatedFact, NewEvent, publish
from credit_info.models import Obligor, RiskEvent
from limits.candidates import services as candidates
from sinosure.accounts.models import Organisation, User
from sinosure.core import clock
from sinosure.notifications.models import Message, Outbox, OutboxState, ReadMark
from sinosure.notifications.webhooks import signing
from sinosure.notifications.webhooks.models import WebhookEndpoint
from sinosure.portal.demo.timeline import Timeline

SOURCE = "演示内容，纯属虚构 / Demo content, invented"
C, N, F = "COUNTRY", "INDUSTRY", "COMPANY"
INFO, WARNING, SEVERE = "INFO", "WARNING", "SEVERE"
# days ago, dimension, key (of a company its name), severity, kind, titles, texts
ALARMS: tuple[tuple[int, str, str, str, str, str, str, str, str], ...] = (
    (171, C, "PE", INFO, "TRADE", "电子原产地证书试点启用", "Electronic certificates of origin on trial", "试点口岸为卡亚俄港，纸质证书过渡期内仍可使用。", "The trial is at the port of Callao; paper certificates stay valid meanwhile."),
    (166, F, "Great Lakes Fasteners Inc.", INFO, "BUSINESS", "新建第二座配送中心", "Second distribution centre opened", "投资由自有资金支付，公司称未新增借款。", "Paid from own funds; the company reports no new borrowing."),
    (160, N, "11", WARNING, "MARKET", "欧洲服装零售库存连续三季上升", "European clothing stocks up for a third quarter", "多家连锁店延长付款期，建议核对合同账期。", "Several chains ask for longer terms; check the terms in your contracts."),
    (154, C, "KE", WARNING, "TRANSFER", "美元供应紧张，购汇等候约三周", "Dollars are scarce, buyers wait about three weeks", "商业银行按先后次序售汇，进口商付款普遍推迟。", "Banks sell foreign currency in turn; importers pay later than agreed."),
    (149, F, "Savanna Hardware Ltd", WARNING, "PAYMENT", "推迟支付两家供应商货款", "Two suppliers paid late", "拖欠约四十天，公司解释为等候购汇。", "About forty days late; the company points to the wait for dollars."),
    (143, N, "20", INFO, "MARKET", "家居照明需求温和回升", "Demand for home lighting recovers a little", "北欧与德国订单回升，价格仍低于去年。", "Orders from Germany and the Nordics rise; prices stay below last year."),
    (138, F, "Banksia Garden Supply Pty Ltd", WARNING, "BUSINESS", "关闭四家门店", "Four shops closed", "公司称集中经营沿海地区，裁员约三十人。", "The company concentrates on the coast; about thirty jobs go."),
    (132, C, "VN", INFO, "TRADE", "调整部分钢制品进口检验", "Import inspection of some steel goods changed", "清关时间预计增加两天。", "Clearing may take two days longer."),
    (127, C, "UA", SEVERE, "POLITICAL", "黑海港口作业多次中断", "Work in Black Sea ports broken off repeatedly", "货物滞留中转港，陆路运力不足。", "Cargo waits in transit ports; overland capacity is short."),
    (121, F, "Pennine Auto Factors Ltd", INFO, "BUSINESS", "更换财务总监", "New finance director", "原财务总监退休，交接已完成。", "The former one retired; the handover is complete."),
    (116, N, "17", WARNING, "MARKET", "汽车配件经销商利润收窄", "Margins of car-parts dealers shrink", "运费与利率上升，账期由六十天延至九十天的要求增多。", "Freight and interest rise; more dealers ask for ninety days instead of sixty."),
    (110, C, "TR", WARNING, "TRANSFER", "本币快速贬值", "The currency falls fast", "一个月内贬值约百分之九，进口商成本上升。", "Down about nine per cent in a month; imports cost more."),
    (104, F, "Anadolu Ev Aletleri A.Ş.", WARNING, "PAYMENT", "请求将账期延长三十天", "Asks for thirty days more", "向多家供应商提出同样请求，银行额度已用满。", "The same request went to several suppliers; bank lines are fully drawn."),
    (99, N, "4", INFO, "TRADE", "多国更新食品标签要求", "Food labels: new rules in several countries", "过敏原须以当地语言标示，给予半年过渡期。", "Allergens must stand in the local language; half a year to adapt."),
    (94, F, "Cordillera Textil SpA", WARNING, "LEGAL", "因货款纠纷被起诉", "Sued over unpaid goods", "两家亚洲供应商起诉，金额约二十一万美元。", "Two Asian suppliers sue for about USD 210,000."),
    (88, C, "ZA", WARNING, "DISASTER", "德班港因洪水停工五天", "Port of Durban closed for five days by floods", "积压货物预计三周内清理完毕。", "The backlog should be cleared within three weeks."),
    (83, F, "Protea Outdoor (Pty) Ltd", SEVERE, "INSOLVENCY", "申请债务重组保护", "Asks for protection while debts are restructured", "法院已受理，重组期间暂停支付旧债。", "The court accepted; old debts are not paid meanwhile."),
    (78, N, "15", WARNING, "MARKET", "钢材价格两周下跌百分之八", "Steel prices fall eight per cent in two weeks", "高价库存的买方可能要求重新议价。", "Buyers with dear stock may want to renegotiate."),
    (73, F, "Harzer Leuchten GmbH", INFO, "BUSINESS", "获得公共照明订单", "Order for public lighting won", "订单金额约一百四十万欧元，分两年交付。", "About EUR 1.4 million, delivered over two years."),
    (69, C, "BR", INFO, "TRADE", "进口许可改为网上办理", "Import licences go online", "审批时间由十天缩短到四天左右。", "Approval takes about four days instead of ten."),
    (64, F, "Serra Verde Autopeças Ltda", WARNING, "PAYMENT", "票据被拒付后补付", "A bill was refused and paid later", "拒付五天后付清，银行称为系统差错。", "Paid five days later; the bank speaks of a system error."),
    (60, N, "7", INFO, "MARKET", "天然橡胶价格止跌", "Natural rubber stops falling", "产区减产，轮胎厂开始补库。", "Less is harvested; tyre makers restock."),
    (55, C, "ID", WARNING, "TRADE", "进口配额审批放慢", "Import quotas are granted more slowly", "家电与食品类等候时间约六周。", "Appliances and food wait about six weeks."),
    (51, F, "PT Samudra Pangan", WARNING, "BUSINESS", "主要冷库停电停产两天", "Main cold store without power for two days", "部分货物报损，公司称保险已受理。", "Some goods were lost; the insurer has accepted the case."),
    (47, F, "Hijaz Auto Parts Co.", SEVERE, "LEGAL", "账户被法院冻结", "Accounts frozen by a court", "原告为当地分销商，冻结金额约三十万美元。", "The plaintiff is a local dealer; about USD 300,000 is frozen."),
    (43, N, "16", WARNING, "TRADE", "机电产品能效标准收紧", "Efficiency rules for machinery tightened", "明年一月起未达标产品不得清关。", "From January goods below the standard are not cleared."),
    (39, C, "MX", INFO, "TRADE", "北部口岸延长作业时间", "Northern border posts open longer", "货车等候时间下降约三成。", "Lorries wait about a third less."),
    (36, F, "Maple Ridge Imports Inc.", WARNING, "PAYMENT", "付款平均延迟十二天", "Pays twelve days late on average", "同业付款记录显示近三个月变慢。", "Payment records of the trade show a slower quarter."),
    (32, F, "Tessitura Valdarno S.r.l.", INFO, "BUSINESS", "家族股东增资", "The family puts in new capital", "增资八十万欧元，用于偿还短期借款。", "EUR 800,000, used to repay short-term loans."),
    (29, N, "13", INFO, "MARKET", "瓷砖出口运费回落", "Freight for tiles comes down", "地中海航线运价较高点下降约四分之一。", "Rates to the Mediterranean are a quarter below their peak."),
    (26, C, "AE", INFO, "POLITICAL", "公司税申报期限延长", "Time to file company tax extended", "申报期限顺延两个月。", "Two months more to file."),
    (23, F, "Lima Textil Importadora S.A.C.", WARNING, "LEGAL", "被列入税务欠缴名单", "On the list of overdue taxpayers", "欠税金额不大，公司已申请分期。", "The sum is small; the company asked to pay in parts."),
    (20, F, "Wisła Narzędzia Sp. z o.o.", WARNING, "BUSINESS", "失去最大零售客户", "Loses its largest retail customer", "该客户约占销售额的三成。", "It stood for about a third of sales."),
    (17, C, "TR", SEVERE, "TRANSFER", "进口付款须经央行逐笔批准", "Each import payment needs the central bank's approval", "公告即日生效，五万美元以上的付款受影响，批准时间未定。", "In force at once for payments above USD 50,000; nobody knows how long approval takes."),
    (14, F, "Padma Commerce Bank Ltd", WARNING, "BUSINESS", "评级展望下调为负面", "Rating outlook cut to negative", "信用证付款目前正常，建议关注开证行更换。", "Letters of credit are paid so far; think about another issuing bank."),
    (11, F, "Pampa Agro Comercial Ltda", SEVERE, "INSOLVENCY", "向法院申请司法重整", "Files for judicial reorganisation", "法院尚未裁定。公司停止支付申请日以前的货款。", "The court has not decided. Invoices from before the filing are not paid."),
    (8, N, "20", WARNING, "TRADE", "LED 灯具抽检不合格率上升", "More LED lamps fail inspections", "两个市场加强口岸抽检，请备齐认证文件。", "Two markets inspect more at the border; have certificates ready."),
    (5, F, "Gulf Crest Appliances LLC", SEVERE, "LEGAL", "总经理因涉嫌票据诈骗被拘留", "Managing director held on suspicion of bill fraud", "警方已立案，公司仓库被查封。", "The police investigate; the warehouse is sealed."),
    (3, C, "KE", INFO, "TRANSFER", "美元供应改善", "More dollars on the market", "购汇等候时间缩短到一周以内。", "Buyers wait less than a week."),
    (1, F, "Kestrel Home Goods Ltd", WARNING, "PAYMENT", "上季有三笔货款逾期付清", "Three invoices paid late last quarter", "逾期九至二十一天，均已付清。", "Nine to twenty-one days late, all paid."),
)  # fmt: skip
FOLLOWED = {
    "chen": ((N, "20"), (C, "TR"), (F, "Padma Commerce Bank Ltd")), "zhao": ((N, "15"), (N, "20")),
    "fangzhi": ((N, "11"), (C, "ID")), "qiche": ((N, "17"),), "xiangjiao": ((N, "7"), (C, "MX")),
    "zhou": ((C, "TR"), (C, "BR"), (N, "16")), "cao": ((C, "UA"), (N, "20")),
}  # fmt: skip
READ_AFTER = timedelta(days=15)


@transaction.atomic
def seed_alarms() -> None:
    """Published on their days and told at once, so that nothing of it is waiting today. Once."""
    if RiskEvent.objects.filter(source=SOURCE).exists():
        return
    timeline = Timeline("alarms")
    _follow(timeline)
    _endpoints(timeline)
    for number, alarm in enumerate(ALARMS):
        with clock.frozen(datetime.combine(timeline.today - timedelta(days=alarm[0]), time(9, number), clock.SHANGHAI)):
            _publish(timeline, *alarm[1:])
            fan_out.fan_out()
    _settle_channels()
    _keep_one(timeline)


def _publish(
    timeline: Timeline, kind: str, key: str, severity: str, sort: str, zh: str, en: str, text_zh: str, text_en: str
) -> None:  # fmt: skip
    day = clock.today() - timedelta(days=1)
    facts = (DatedFact(day, "公告发布 / Notice published"),) if severity == SEVERE else ()
    event = NewEvent(severity, sort, zh, en, SOURCE, day, text_zh, text_en, facts)
    publish(actor=timeline.actor("cao"), subject=(kind, _key(kind, key)), event=event)


def _key(kind: str, key: str) -> str:
    return Obligor.objects.get(name=key).code if kind == F else key


def _follow(timeline: Timeline) -> None:
    with clock.frozen(timeline.today - timedelta(days=180)):
        for name, subjects in FOLLOWED.items():
            for kind, key in subjects:
                following.follow(actor=timeline.actor(name), kind=kind, key=_key(kind, key))


def _endpoints(timeline: Timeline) -> None:
    """Addresses that nobody can call: `.example` belongs to no one."""
    firm, zhao = Organisation.objects.get(code="haituo"), User.objects.get(username="zhao")
    for number, url in enumerate(("https://erp.haituo.example/hooks/alarms", "https://old.haituo.example/alarms")):
        WebhookEndpoint.objects.create(
            organisation=firm, url=url, secret=signing.sealed(signing.new_secret()), created_by=zhao,
            created_at=clock.start_of(timeline.today - timedelta(days=150 - 30 * number)),
        )  # fmt: skip


def _settle_channels() -> None:
    """E-mails and calls went out on their days, the last call to the old address did not; what is older was read."""
    old = Outbox.objects.filter(endpoint__url__startswith="https://old.", state=OutboxState.WAITING).order_by("-pk")
    failed = old.values_list("pk", flat=True)[:1]
    told = Outbox.objects.filter(kind__startswith="alarm.", state=OutboxState.WAITING)
    for row in told.exclude(pk__in=list(failed)).only("created_at"):
        row.state, row.sent_at, row.attempts = OutboxState.SENT, row.created_at + timedelta(seconds=20), 1
        row.save(update_fields=["state", "sent_at", "attempts"])
    error = "webhook_host_unknown: the name old.haituo.example leads nowhere"
    Outbox.objects.filter(pk__in=list(failed)).update(state=OutboxState.DEAD, attempts=29, last_error=error)
    before = clock.now() - READ_AFTER
    read = Message.objects.filter(kind__startswith="alarm.", user__isnull=False, sent_at__lt=before)
    ReadMark.objects.bulk_create(
        [ReadMark(message_id=pk, user_id=user_id, read_at=before) for pk, user_id in read.values_list("pk", "user_id")],
        ignore_conflicts=True,
    )


def _keep_one(timeline: Timeline) -> None:
    """The underwriter answered one of the questions; the others wait on the desk."""
    event = RiskEvent.objects.filter(subject__obligor__name="Hijaz Auto Parts Co.", source=SOURCE).first()
    asked = list(event.stop_candidates.values_list("pk", flat=True)) if event else []
    if event and asked:
        comment = "冻结金额小，买方已另行提供担保，维持限额。"
        with clock.frozen(event.published_at + timedelta(days=2)):
            candidates.keep(actor=timeline.actor("zhou"), event_id=event.pk, candidate_ids=asked, comment=comment)
