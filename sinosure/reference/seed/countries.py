"""Risk class A–E and cover status of countries: illustrative, for the demo (Rulebook §4.4: “demo data”)."""

from __future__ import annotations

RISK_CLASSES: dict[str, str] = {
    "A": "AT AU BE CA CH DE DK FI FR GB IE JP KR LU NL NO NZ SE SG US HK MO TW IS LI",
    "B": "AE CL CZ EE ES HU IL IT LT LV MY PL PT SA SI SK TH QA KW UY AD AX BH BM BN BW CY FO GG GI GL GU IM JE KY MC MP MT "
    "NC PF PR SM VA VI",
    "C": "BG BR CO CR DO GR HR ID IN KZ MA MX OM PA PE PH RO RS VN ZA JO MU AL AM AW AZ BA BB BS CW FJ ME MK MN NA SC TT",
    "D": "BD DZ EG GE GT HN KE KH LK NG PK PY SN TN TR TZ UA UG UZ AR BO CI CM EC GH AG AO BJ BT BZ CV DJ DM FM GA GD GQ GY "
    "JM KG KI KM KN LC LS MD MG MH MR MV NP NR PG PW RW SB SL SR ST SV SZ TG TJ TL TM TO TV VC VU WS XK",
    "E": "AF BY CU ET HT IQ IR KP LA LB LY MM MZ NI SD SO SS SY VE YE ZM ZW RU BF BI CD CF CG EH ER GM GN GW LR ML MW NE PS TD",
}
RESTRICTED = ["AR", "EG", "ET", "GH", "LB", "LK", "NG", "PK", "RU", "UA", "VE", "ZM"]
SUSPENDED = ["AF", "CU", "KP", "SD", "SS", "SY", "YE"]
SANCTIONED = ["KP", "SY"]
# the names that PRC documents use
NAMES: dict[str, tuple[str, str]] = {
    "TW": ("中国台湾", "Taiwan, China"),
    "HK": ("中国香港", "Hong Kong, China"),
    "MO": ("中国澳门", "Macao, China"),
    "PS": ("巴勒斯坦", "Palestine"),
    "FK": ("马尔维纳斯群岛（福克兰群岛）", "Falkland Islands (Malvinas)"),
    "MM": ("缅甸", "Myanmar"),
}

# Units for one USD on the last working day of some months: illustrative.
RATES: dict[str, list[tuple[str, str]]] = {
    "CNY": [("2021-01-04", "6.4600"), ("2022-01-04", "6.3800"), ("2023-01-03", "6.9500"), ("2024-01-02", "7.1000"),
            ("2025-01-02", "7.3000"), ("2025-07-01", "7.1600"), ("2026-01-05", "7.0200"), ("2026-07-01", "7.0000"),
            ("2026-11-20", "6.9800")],
    "EUR": [("2021-01-04", "0.8150"), ("2022-01-04", "0.8850"), ("2024-01-02", "0.9100"), ("2025-01-02", "0.9700"),
            ("2025-07-01", "0.8500"), ("2026-01-05", "0.8550"), ("2026-07-01", "0.8600"), ("2026-11-20", "0.8650")],
    "GBP": [("2021-01-04", "0.7350"), ("2022-01-04", "0.7400"), ("2024-01-02", "0.7900"), ("2025-01-02", "0.8000"),
            ("2025-07-01", "0.7300"), ("2026-01-05", "0.7450"), ("2026-07-01", "0.7500"), ("2026-11-20", "0.7600")],
    "JPY": [("2021-01-04", "103.20"), ("2022-01-04", "115.80"), ("2024-01-02", "142.00"), ("2025-01-02", "157.00"),
            ("2025-07-01", "144.00"), ("2026-01-05", "156.00"), ("2026-07-01", "152.00"), ("2026-11-20", "154.00")],
    "HKD": [("2021-01-04", "7.7530"), ("2026-01-05", "7.7900")],
    "AUD": [("2021-01-04", "1.3000"), ("2026-01-05", "1.5000")],
    "CAD": [("2021-01-04", "1.2700"), ("2026-01-05", "1.3700")],
    "CHF": [("2021-01-04", "0.8800"), ("2026-01-05", "0.7900")],
    "SGD": [("2021-01-04", "1.3200"), ("2026-01-05", "1.2900")],
    "KWD": [("2021-01-04", "0.3040"), ("2026-01-05", "0.3070")],
    "AED": [("2021-01-04", "3.6725")],
    "KRW": [("2021-01-04", "1082.0"), ("2026-01-05", "1440.0")],
}  # fmt: skip
