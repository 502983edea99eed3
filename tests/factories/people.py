"""The people every test shares. Each organisation and person is made on first use, with one duty each.

Exporter: Chen (clerk), Lin (reviewer), Zhao (signer). Second exporter: Wu (signer). Insurer: Zhou and Sun (underwriters,
level 1), Qian and Hu (level 2), Feng (level 3), Gu and Ma (committee), He and Luo (claims officers), Tang and Xie (claims
approvers, levels 2 and 4), Peng (recovery), Yuan and Deng (finance), Cao (credit analyst), Wei and Jin (system
administrators), Shen (security), Yan (auditor). Bank: Li (officer), Wang (approver), Zheng (viewer). Second bank: Kong.
Minhai's branches: Fang (officer) and Shi (approver) in Ningbo, Yu (officer) in Hangzhou. Sponsors of a
pooled platform: Shang (commerce), Cai and Kuai (finance).
"""

from __future__ import annotations

from sinosure.accounts.actor import Actor, actor_of
from sinosure.accounts.models import Branch, Organisation, RoleGrant, User
from sinosure.accounts.roles import Kind, Role
from sinosure.core import clock
from sinosure.reference.models import Office

ORGANISATIONS: dict[str, dict[str, str]] = {
    "haituo": {"kind": Kind.EXPORTER, "name_zh": "宁波海拓进出口有限公司", "name_en": "Ningbo Haituo Import & Export Co., Ltd.", "uscc": "91330200MA2AGXT410"},
    "yunshan": {"kind": Kind.EXPORTER, "name_zh": "云山农产品有限公司", "name_en": "Yunshan Farm Produce Co., Ltd.", "uscc": "91530100MA6K3TF72M"},
    "insurer": {"kind": Kind.INSURER, "name_zh": "短期出口信用保险示例机构", "name_en": "Sample Export Credit Insurer"},
    "minhai": {"kind": Kind.BANK, "name_zh": "闽海银行", "name_en": "Minhai Bank", "bic": "MHBKCNBF"},
    "swj": {"kind": Kind.SPONSOR, "name_zh": "云州省商务厅", "name_en": "Yunzhou Department of Commerce"},
    "czj": {"kind": Kind.SPONSOR, "name_zh": "云州省财政厅", "name_en": "Yunzhou Department of Finance"},
    "jiangwan": {"kind": Kind.BANK, "name_zh": "江湾银行", "name_en": "Jiangwan Bank", "bic": "JWBKCNBS"},
}  # fmt: skip

PEOPLE: dict[str, tuple[str, Role, int]] = {
    "chen": ("haituo", Role.EXPORTER_CLERK, 1),
    "lin": ("haituo", Role.EXPORTER_REVIEWER, 1),
    "zhao": ("haituo", Role.EXPORTER_SIGNER, 1),
    "wu": ("yunshan", Role.EXPORTER_SIGNER, 1),
    "zhou": ("insurer", Role.UNDERWRITER, 1),
    "sun": ("insurer", Role.UNDERWRITER, 1),
    "qian": ("insurer", Role.UNDERWRITER, 2),
    "hu": ("insurer", Role.UNDERWRITER, 2),
    "feng": ("insurer", Role.UNDERWRITER, 3),
    "gu": ("insurer", Role.COMMITTEE, 1),
    "ma": ("insurer", Role.COMMITTEE, 1),
    "he": ("insurer", Role.CLAIMS_OFFICER, 1),
    "luo": ("insurer", Role.CLAIMS_OFFICER, 1),
    "tang": ("insurer", Role.CLAIMS_APPROVER, 2),
    "xie": ("insurer", Role.CLAIMS_APPROVER, 4),
    "peng": ("insurer", Role.RECOVERY_OFFICER, 1),
    "yuan": ("insurer", Role.FINANCE_OFFICER, 1),
    "deng": ("insurer", Role.FINANCE_OFFICER, 1),
    "cao": ("insurer", Role.CREDIT_ANALYST, 1),
    "wei": ("insurer", Role.SYSTEM_ADMIN, 1),
    "jin": ("insurer", Role.SYSTEM_ADMIN, 1),
    "shen": ("insurer", Role.SECURITY_ADMIN, 1),
    "yan": ("insurer", Role.AUDITOR, 1),
    "li": ("minhai", Role.BANK_OFFICER, 1),
    "wang": ("minhai", Role.BANK_APPROVER, 1),
    "zheng": ("minhai", Role.BANK_VIEWER, 1),
    "kong": ("jiangwan", Role.BANK_APPROVER, 1),
    "fang": ("minhai", Role.BANK_OFFICER, 1),
    "shi": ("minhai", Role.BANK_APPROVER, 1),
    "yu": ("minhai", Role.BANK_OFFICER, 1),
    "shang": ("swj", Role.SPONSOR, 1),
    "cai": ("czj", Role.SPONSOR, 1),
    "kuai": ("czj", Role.SPONSOR, 1),
}


BRANCHES = {"ningbo": ("minhai", "宁波分行", "Ningbo Branch"), "hangzhou": ("minhai", "杭州分行", "Hangzhou Branch")}
WORKPLACES = {"fang": "ningbo", "shi": "ningbo", "yu": "hangzhou"}


def organisation(code: str) -> Organisation:
    """One of the shared organisations."""
    defaults = {
        **ORGANISATIONS[code],
        "office": Office.objects.get(code="12"),
        "account_bank": "闽海银行宁波分行",
        "account_no": "6222000012345678",
    }
    return Organisation.objects.get_or_create(code=code, defaults=defaults)[0]


def branch(code: str) -> Branch:
    """One of the shared branches."""
    bank, name_zh, name_en = BRANCHES[code]
    named = {"name_zh": name_zh, "name_en": name_en}
    return Branch.objects.get_or_create(bank=organisation(bank), code=code, defaults=named)[0]


def user(name: str) -> User:
    """One of the shared people, with the duty that PEOPLE names."""
    code, role, tier = PEOPLE[name]
    person, is_new = User.objects.get_or_create(
        username=name, defaults={"name_zh": name.title(), "name_en": name.title(), "organisation": organisation(code),
                                  "branch": branch(WORKPLACES[name]) if name in WORKPLACES else None}
    )  # fmt: skip
    if is_new:
        RoleGrant.objects.create(user=person, role=role, tier=tier, granted_at=clock.now())
    return person


def actor(name: str) -> Actor:
    """The actor of a shared person."""
    return actor_of(user(name))
