"""The 21 industries: sections of the Harmonized System. The handbook counts 21 without naming them, so the list is ours."""

from __future__ import annotations

from dataclasses import dataclass

from sinosure.reference.models import in_chinese


@dataclass(frozen=True)
class Industry:
    """A section of the HS, 1 to 21, with the last of its chapters (two digits of a code)."""

    section: int
    last_chapter: int
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        return self.name_zh if in_chinese() else self.name_en

    def __str__(self) -> str:
        return self.name


INDUSTRIES = (
    Industry(1, 5, "活动物与动物产品", "Live animals and animal products"),
    Industry(2, 14, "植物产品", "Vegetable products"),
    Industry(3, 15, "动植物油脂", "Animal and vegetable fats and oils"),
    Industry(4, 24, "食品、饮料与烟草", "Food, beverages and tobacco"),
    Industry(5, 27, "矿产品", "Mineral products"),
    Industry(6, 38, "化学工业产品", "Chemical products"),
    Industry(7, 40, "塑料与橡胶", "Plastics and rubber"),
    Industry(8, 43, "皮革、毛皮与箱包", "Leather, furs and luggage"),
    Industry(9, 46, "木材与木制品", "Wood and articles of wood"),
    Industry(10, 49, "纸浆、纸张与印刷品", "Pulp, paper and printed matter"),
    Industry(11, 63, "纺织品与服装", "Textiles and clothing"),
    Industry(12, 67, "鞋帽与伞", "Footwear, headgear and umbrellas"),
    Industry(13, 70, "石材、陶瓷与玻璃", "Stone, ceramics and glass"),
    Industry(14, 71, "珠宝与贵金属", "Jewellery and precious metals"),
    Industry(15, 83, "贱金属及其制品", "Base metals and articles of them"),
    Industry(16, 85, "机械与电气设备", "Machinery and electrical equipment"),
    Industry(17, 89, "车辆、船舶与航空器", "Vehicles, ships and aircraft"),
    Industry(18, 92, "光学、医疗与精密仪器", "Optical, medical and precision instruments"),
    Industry(19, 93, "武器与弹药", "Arms and ammunition"),
    Industry(20, 96, "杂项制品（家具、灯具、玩具）", "Miscellaneous manufactures (furniture, lamps, toys)"),
    Industry(21, 97, "艺术品与古物", "Works of art and antiques"),
)
BY_SECTION = {industry.section: industry for industry in INDUSTRIES}


def industry_of(hs_code: str) -> Industry | None:
    """The industry of an HS code of two digits or more; None where no section holds its chapter."""
    is_chapter = len(hs_code) >= 2 and hs_code[:2].isascii() and hs_code[:2].isdigit()
    chapter = int(hs_code[:2]) if is_chapter else 0
    return next((one for one in INDUSTRIES if 0 < chapter <= one.last_chapter), None)
