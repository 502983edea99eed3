"""Where countries lie: twelve regions of the world, for overviews. What is left out has no trade of its own."""

from __future__ import annotations

from dataclasses import dataclass

from sinosure.reference.models import in_chinese

HOME = "CN"


@dataclass(frozen=True)
class Region:
    """A part of the world with the ISO codes of its countries and regions, those with much trade first."""

    key: str
    name_zh: str
    name_en: str
    codes: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.name_zh if in_chinese() else self.name_en

    def __str__(self) -> str:
        return self.name


def _region(key: str, name_zh: str, name_en: str, codes: str) -> Region:
    return Region(key, name_zh, name_en, tuple(codes.split()))


REGIONS = (
    _region("east-asia", "东亚", "East Asia", "JP KR HK TW MO MN KP"),
    _region("southeast-asia", "东南亚", "Southeast Asia", "VN MY TH ID SG PH KH MM LA BN TL"),
    _region("south-asia", "南亚", "South Asia", "IN PK BD LK NP MV BT AF"),
    _region("central-asia", "中亚与高加索", "Central Asia and the Caucasus", "KZ UZ KG TJ TM AZ GE AM"),
    _region("middle-east", "中东", "Middle East", "AE SA TR IL IQ IR KW QA OM BH JO LB PS SY YE"),
    _region(
        "western-europe", "西欧、北欧与南欧", "Western, northern and southern Europe",
        "DE NL GB FR IT ES BE CH SE DK AT IE PT NO FI GR LU IS CY MT LI MC AD SM VA FO GI IM JE GG AX SJ",
    ),
    _region(
        "eastern-europe", "中东欧", "Central and eastern Europe",
        "RU PL CZ HU RO UA SK SI BG LT LV EE HR RS BY BA MK AL MD ME XK",
    ),
    _region("north-africa", "北非", "North Africa", "EG MA DZ TN LY SD EH"),
    _region(
        "sub-saharan-africa", "撒哈拉以南非洲", "Sub-Saharan Africa",
        "ZA NG KE GH ET TZ CI AO SN CM ZM MZ UG CD CG GN BJ TG MG MU NA BW ZW GA LR SL GM ML BF NE TD MR GW GQ CF RW BI "
        "DJ ER SO SS MW LS SZ CV ST KM SC RE YT SH",
    ),
    _region("north-america", "北美", "North America", "US CA BM GL PM"),
    _region(
        "latin-america", "拉丁美洲与加勒比", "Latin America and the Caribbean",
        "BR MX CL PE CO AR PA EC UY PY BO VE GT CR HN SV NI DO CU HT JM TT BS BB GY SR BZ AG DM GD KN LC VC PR AW CW KY VG "
        "VI TC AI MS GP MQ GF BL MF SX BQ FK",
    ),
    _region(
        "oceania", "大洋洲", "Oceania",
        "AU NZ PG FJ SB VU NC PF WS TO KI TV NR FM MH PW GU MP AS CK NU TK WF NF CX CC PN",
    ),
)  # fmt: skip
BY_KEY = {region.key: region for region in REGIONS}
_OF = {code: region for region in REGIONS for code in region.codes}
# nobody lives there, or it is counted with another one
LEFT_OUT = frozenset(["AC", "AQ", "BV", "CP", "DG", "EA", "GS", "HM", "IC", "IO", "TA", "TF", "UM"])


def region_of(code: str) -> Region | None:
    """The region of a country; None for home and for what is left out."""
    return _OF.get(code)
