"""The demo's organisations and people. Names are invented, beside the handbook's own letters (X公司)."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.db import transaction

from sinosure.accounts.models import Organisation, RoleGrant, User
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
    Firm("haituo", Kind.EXPORTER, "宁波海拓进出口有限公司", "Ningbo Haituo Import & Export Co., Ltd.", "12", uscc="91330200MA2D0HT1XQ"),
    Firm("xiangjiao", Kind.EXPORTER, "X公司（橡胶制品）", "Company X (rubber products)", "11", uscc="91330100MA2D0XX1XB"),
    Firm("yunhua", Kind.EXPORTER, "云岭鲜花有限公司", "Yunling Fresh Flowers Co., Ltd.", "25", uscc="91530100MA6D0YH1XL"),
    Firm("guangneng", Kind.EXPORTER, "晴川新能源有限公司", "Qingchuan New Energy Co., Ltd.", "10", uscc="91320100MA1D0GN1XB"),
    Firm("jiadian", Kind.EXPORTER, "美岭家电股份有限公司", "Meiling Appliances Co., Ltd.", "21", uscc="91440100MA5D0JD1XE"),
