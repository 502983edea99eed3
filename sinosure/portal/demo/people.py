"""The demo's organisations and people. Names are invented, beside the handbook's own letters (X公司)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from sinosure.accounts.models import Branch, Organisation, RoleGrant, User
from sinosure.accounts.roles import Kind, Role
from sinosure.accounts.selectors import DEMO_PASSWORD
from sinosure.core import clock
from sinosure.reference.models import Office

INSURER = "insurer"


@dataclass(frozen=True)
class Firm:
    """An organisation of the demo; `office` is the code of the service office."""

    code: str
    kind: Kind
    name_zh: str
    name_en: str
    office: str
    uscc: str = ""
    bic: str = ""


EXPORTERS = (
    Firm(
        "haituo",
        Kind.EXPORTER,
        "宁波海拓进出口有限公司",
        "Ningbo Haituo Import & Export Co., Ltd.",
        "12",
        uscc="91330200MA2D0HT1XQ",
    ),
    Firm(
        "xiangjiao", Kind.EXPORTER, "X公司（橡胶制品）", "Company X (rubber products)", "11", uscc="91330100MA2D0XX1XB"
    ),
    Firm(
        "yunhua", Kind.EXPORTER, "云岭鲜花有限公司", "Yunling Fresh Flowers Co., Ltd.", "25", uscc="91530100MA6D0YH1XL"
    ),
    Firm(
        "guangneng",
        Kind.EXPORTER,
        "晴川新能源有限公司",
        "Qingchuan New Energy Co., Ltd.",
        "10",
        uscc="91320100MA1D0GN1XB",
    ),
    Firm(
        "jiadian",
        Kind.EXPORTER,
        "美岭家电股份有限公司",
        "Meiling Appliances Co., Ltd.",
        "21",
        uscc="91440100MA5D0JD1XE",
    ),
    Firm(
        "zhaoming",
        Kind.EXPORTER,
        "甬明照明电器有限公司",
        "Yongming Lighting Co., Ltd.",
        "12",
        uscc="91330226MA2D0YM1X0",
    ),
    Firm("fangzhi", Kind.EXPORTER, "锦澜纺织有限公司", "Jinlan Textiles Co., Ltd.", "11", uscc="91330600MA2D0FY1XM"),
    Firm("jixie", Kind.EXPORTER, "鲁峰机械有限公司", "Lufeng Machinery Co., Ltd.", "17", uscc="91370200MA3D0JX1XP"),
    Firm("taoci", Kind.EXPORTER, "赣陶瓷业有限公司", "Gantao Ceramics Co., Ltd.", "16", uscc="91360200MA3D0TC1XW"),
    Firm("qiche", Kind.EXPORTER, "渝驰汽车配件有限公司", "Yuchi Auto Parts Co., Ltd.", "27", uscc="91500000MA5D0QC1X5"),
    Firm("shuichan", Kind.EXPORTER, "闽鲜水产有限公司", "Minxian Seafood Co., Ltd.", "14", uscc="91350100MA3D0RC1XC"),
    Firm(
        "dianzi",
        Kind.EXPORTER,
        "鹏芯电子科技有限公司",
        "Pengxin Electronics Co., Ltd.",
        "22",
        uscc="91440300MA5D0DY1X5",
    ),
    Firm("yanjing", Kind.EXPORTER, "瓯明眼镜有限公司", "Ouming Eyewear Co., Ltd.", "11", uscc="91330300MA2D0YJ1XE"),
    Firm("shancha", Kind.EXPORTER, "云山茶业有限公司", "Yunshan Tea Co., Ltd.", "25", uscc="91530100MA6D0RC2X5"),
    Firm(
        "xiaoman", Kind.EXPORTER, "小满日用品有限公司", "Xiaoman Daily Goods Co., Ltd.", "11", uscc="91330700MA2D0XM1XW"
    ),
    Firm(
        "zhupin", Kind.EXPORTER, "临川竹品有限公司", "Linchuan Bamboo Goods Co., Ltd.", "25", uscc="91530900MA6D0RP1XU"
    ),
)
BANKS = (
    Firm("minhai", Kind.BANK, "闽海银行", "Minhai Bank", "14", uscc="91350100MA2D0MHB19", bic="MHBKCNBF"),
    Firm("jiangwan", Kind.BANK, "江湾银行", "Jiangwan Bank", "09", bic="JWBKCNBS"),
    Firm("yuelin", Kind.BANK, "粤林银行", "Yuelin Bank", "21", uscc="91440100MA2D0YLB1X", bic="YLBKCNBG"),
)
SPONSORS = (
    Firm("swt", Kind.SPONSOR, "云州省商务厅", "Yunzhou Department of Commerce", "25"),
    Firm("czt", Kind.SPONSOR, "云州省财政厅", "Yunzhou Department of Finance", "25"),
)
INSURERS = (Firm(INSURER, Kind.INSURER, "短期出口信用保险示例机构", "Sample Export Credit Insurer", "12"),)


@dataclass(frozen=True)
class Person:
    """A demo account: one duty each; in firms where one person does everything they hold all three."""

    username: str
    name_zh: str
    name_en: str
    firm: str
    roles: tuple[tuple[Role, int], ...]


# username, Chinese and English name, role, tier
_STAFF = (
    ("zhou", "周敏", "Zhou Min", Role.UNDERWRITER, 1), ("sun", "孙岚", "Sun Lan", Role.UNDERWRITER, 1),
    ("qian", "钱益", "Qian Yi", Role.UNDERWRITER, 2), ("hu", "胡一川", "Hu Yichuan", Role.UNDERWRITER, 2),
    ("feng", "冯仲文", "Feng Zhongwen", Role.UNDERWRITER, 3), ("shi", "石磊", "Shi Lei", Role.UNDERWRITER, 3),
    ("gu", "顾清", "Gu Qing", Role.COMMITTEE, 1), ("ma", "马远", "Ma Yuan", Role.COMMITTEE, 1),
    ("lu", "陆衡", "Lu Heng", Role.COMMITTEE, 1),
    ("he", "何静", "He Jing", Role.CLAIMS_OFFICER, 1), ("luo", "罗成", "Luo Cheng", Role.CLAIMS_OFFICER, 1),
    ("liang", "梁月", "Liang Yue", Role.CLAIMS_APPROVER, 1), ("tang", "唐棣", "Tang Di", Role.CLAIMS_APPROVER, 2),
    ("song", "宋词", "Song Ci", Role.CLAIMS_APPROVER, 3), ("xie", "谢维", "Xie Wei", Role.CLAIMS_APPROVER, 4),
    ("peng", "彭越", "Peng Yue", Role.RECOVERY_OFFICER, 1), ("dong", "董航", "Dong Hang", Role.RECOVERY_OFFICER, 1),
    ("yuan", "袁媛", "Yuan Yuan", Role.FINANCE_OFFICER, 1), ("deng", "邓可", "Deng Ke", Role.FINANCE_OFFICER, 1),
    ("cao", "曹颖", "Cao Ying", Role.CREDIT_ANALYST, 1), ("xu", "许诺", "Xu Nuo", Role.CREDIT_ANALYST, 1),
    ("wei", "魏然", "Wei Ran", Role.SYSTEM_ADMIN, 1), ("jin", "金石", "Jin Shi", Role.SYSTEM_ADMIN, 1),
    ("shen", "沈默", "Shen Mo", Role.SECURITY_ADMIN, 1), ("ren", "任重", "Ren Zhong", Role.SECURITY_ADMIN, 1),
    ("yan", "严正", "Yan Zheng", Role.AUDITOR, 1), ("fan", "范明", "Fan Ming", Role.AUDITOR, 1),
)  # fmt: skip
_BANK_ROLES = (
    Role.BANK_OFFICER,
    Role.BANK_OFFICER,
    Role.BANK_APPROVER,
    Role.BANK_APPROVER,
    Role.BANK_VIEWER,
    Role.BANK_VIEWER,
)
_BANKERS = {
    "minhai": (("li", "李想", "Li Xiang"), ("lisi", "李思", "Li Si"), ("wang", "王越", "Wang Yue"),
               ("wanglin", "王琳", "Wang Lin"), ("zheng", "郑和平", "Zheng Heping"), ("zhengyi", "郑宜", "Zheng Yi")),
    "jiangwan": (("jiang", "江帆", "Jiang Fan"), ("jiangyu", "江雨", "Jiang Yu"), ("kong", "孔朗", "Kong Lang"),
                 ("kongxin", "孔欣", "Kong Xin"), ("meng", "孟舟", "Meng Zhou"), ("mengjia", "孟佳", "Meng Jia")),
    "yuelin": (("lai", "赖宁", "Lai Ning"), ("laiwen", "赖雯", "Lai Wen"), ("mo", "莫帆", "Mo Fan"),
               ("moli", "莫莉", "Mo Li"), ("ou", "欧洋", "Ou Yang"), ("oulin", "欧琳", "Ou Lin")),
}  # fmt: skip
# branches of Minhai Bank; whoever is not named works at head office
BRANCHES = (("minhai", "ningbo", "宁波分行", "Ningbo Branch"), ("minhai", "fuzhou", "福州分行", "Fuzhou Branch"))
_WORKPLACES = {"lisi": "ningbo", "wanglin": "ningbo", "fuming": "fuzhou", "linrong": "fuzhou"}
_CLERKS = (
    ("chen", "陈悦", "Chen Yue", Role.EXPORTER_CLERK),
    ("lin", "林珊", "Lin Shan", Role.EXPORTER_REVIEWER),
    ("zhao", "赵启明", "Zhao Qiming", Role.EXPORTER_SIGNER),
)
_OWNERS = (
    ("徐翔", "Xu Xiang"), ("花映", "Hua Ying"), ("关宁", "Guan Ning"), ("贾典", "Jia Dian"), ("庄鸣", "Zhuang Ming"),
    ("方芷", "Fang Zhi"), ("季协", "Ji Xie"), ("陶慈", "Tao Ci"), ("秦彻", "Qin Che"), ("水清", "Shui Qing"), ("丁紫", "Ding Zi"),
    ("严静", "Yan Jing"), ("查山", "Zha Shan"), ("满晓", "Man Xiao"), ("祝品", "Zhu Pin"),
)  # fmt: skip
_ALL_EXPORTER_ROLES = ((Role.EXPORTER_CLERK, 1), (Role.EXPORTER_REVIEWER, 1), (Role.EXPORTER_SIGNER, 1))
PEOPLE = (
    *(Person(name, zh, en, "haituo", ((role, 1),)) for name, zh, en, role in _CLERKS),
    *(
        Person(firm.code, zh, en, firm.code, _ALL_EXPORTER_ROLES)
        for firm, (zh, en) in zip(EXPORTERS[1:], _OWNERS, strict=True)
    ),
    Person("shang", "商禾", "Shang He", "swt", ((Role.SPONSOR, 1),)),
    Person("cai", "蔡正", "Cai Zheng", "czt", ((Role.SPONSOR, 1),)),
    *(Person(name, zh, en, INSURER, ((role, tier),)) for name, zh, en, role, tier in _STAFF),
    *(
        Person(name, zh, en, bank, ((role, 1),))
        for bank, people in _BANKERS.items()
        for (name, zh, en), role in zip(people, _BANK_ROLES, strict=True)
    ),
    Person("fuming", "傅明", "Fu Ming", "minhai", ((Role.BANK_OFFICER, 1),)),
    Person("linrong", "林榕", "Lin Rong", "minhai", ((Role.BANK_APPROVER, 1),)),
)


@transaction.atomic
def seed_people() -> None:
    """Organisations, accounts and duties. One slow hash serves all demo accounts: they share a published password."""
    offices = {office.code: office for office in Office.objects.all()}
    firms = {firm.code: _organisation(firm, offices) for firm in (*INSURERS, *BANKS, *SPONSORS, *EXPORTERS)}
    password = make_password(DEMO_PASSWORD)
    for person in PEOPLE:
        _account(person, firms[person.firm], password)
    for bank, code, name_zh, name_en in BRANCHES:
        named = {"name_zh": name_zh, "name_en": name_en}
        branch, _is_new = Branch.objects.get_or_create(bank=firms[bank], code=code, defaults=named)
        User.objects.filter(username__in=[name for name, at in _WORKPLACES.items() if at == code]).update(branch=branch)


@transaction.atomic
def add_firm(firm: Firm, *people: Person) -> Organisation:
    """One more organisation with its people."""
    row = _organisation(firm, {office.code: office for office in Office.objects.filter(code=firm.office)})
    password = make_password(DEMO_PASSWORD)
    for person in people:
        _account(person, row, password)
    return row


def owner_of(firm: Firm, name_zh: str, name_en: str) -> Person:
    """Of a small exporter: one person with every duty, under the firm's short name."""
    return Person(firm.code, name_zh, name_en, firm.code, _ALL_EXPORTER_ROLES)


def _organisation(firm: Firm, offices: dict[str, Office]) -> Organisation:
    number = sum(map(ord, firm.code)) * 7919 % 10**8
    defaults = {
        "kind": firm.kind, "name_zh": firm.name_zh, "name_en": firm.name_en, "uscc": firm.uscc, "bic": firm.bic,
        "office": offices[firm.office], "address": offices[firm.office].address, "is_demo": True,
        "account_bank": "闽海银行营业部", "account_no": f"62220000{number:08d}",
    }  # fmt: skip
    return Organisation.objects.get_or_create(code=firm.code, defaults=defaults)[0]


def _account(person: Person, firm: Organisation, password: str) -> None:
    user, is_new = User.objects.get_or_create(
        username=person.username,
        defaults={
            "name_zh": person.name_zh, "name_en": person.name_en, "organisation": firm, "is_demo": True,
            "email": f"{person.username}@{firm.code}.example", "password": password,
        },
    )  # fmt: skip
    if is_new:
        RoleGrant.objects.bulk_create(
            RoleGrant(user=user, role=role, tier=tier, granted_at=clock.now()) for role, tier in person.roles
        )
