"""Offices whose exporters use a local version of the single window [D: the handbook says that there are such, not where]."""

from __future__ import annotations

from policies.single_window.models import LocalWindow
from sinosure.reference.models import Office

# office, the local version as it calls itself
LOCAL_WINDOWS = (
    ("上海分公司", "中国（上海）国际贸易单一窗口", "Shanghai single window"),
    ("浙江分公司", "中国（浙江）国际贸易单一窗口", "Zhejiang single window"),
    ("宁波分公司", "中国（宁波）国际贸易单一窗口", "Ningbo single window"),
    ("山东分公司", "中国（山东）国际贸易单一窗口", "Shandong single window"),
    ("深圳分公司", "中国（深圳）国际贸易单一窗口", "Shenzhen single window"),
)


def load_local_windows() -> None:
    """Every office of the list that the reference data know. Loading again changes nothing."""
    offices = {
        row.name_zh: row for row in Office.objects.filter(name_zh__in=[name for name, _zh, _en in LOCAL_WINDOWS])
    }
    rows = [
        LocalWindow(office=offices[name], name_zh=zh, name_en=en) for name, zh, en in LOCAL_WINDOWS if name in offices
    ]
    LocalWindow.objects.bulk_create(rows, ignore_conflicts=True)
