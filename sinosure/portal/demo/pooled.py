"""The pooled platform of an invented province: 300 members and some who joined late, rows that were refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from policies.models import PlatformSponsor, PooledPlatform
from policies.pooled import issue, lists, money, platforms
from policies.pooled.reading import HEADINGS
from policies.uscc import ALPHABET, check_character
from sinosure.accounts.models import Organisation
from sinosure.core import clock
from sinosure.portal.demo import pooled_claims
from sinosure.portal.demo.timeline import Timeline
from sinosure.reference.models import Office

MONTHS, MEMBERS, LATE = 9, 300, 12
COMMERCE, FINANCE = "swt", "czt"
CITIES = (("临川市", "Linchuan"), ("南屏市", "Nanping"), ("东浦市", "Dongpu"), ("古渡市", "Gudu"))
FIRST, SECOND = "云山清禾远泰嘉瑞和川", "锦丰达盛源通茂华宏业"
GOODS = (
    ("茶业", "Tea"),
    ("竹木制品", "Bamboo"),
    ("食品", "Foods"),
    ("五金", "Hardware"),
    ("服饰", "Garments"),
    ("花卉", "Flowers"),
)


def code_of(number: int) -> str:
    """A code that fits its check character, for the nth firm."""
    digits = ""
    for _place in range(6):
        number, rest = divmod(number, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    first = f"91530000MA9{digits}"
    return first + check_character(first)


def row_of(number: int) -> str:
    """The nth firm: most in the first cities, three in the last."""
    place = 3 if number in (40, 80, 120) else number % 3
    city, word = CITIES[place]
    goods, english = GOODS[number % len(GOODS)]
    name = f"{city[:2]}{FIRST[number // 10 % 10]}{SECOND[number % 10]}{goods}有限公司"
    exports = 80_000 + number * 7_919 % 2_400_000
    return f"{code_of(number)},{name},{word} {english} No. {number} Co. Ltd.,{city},{exports}"


def is_there() -> bool:
    """This platform: the regional scheme of the demo has one of its own."""
    return PlatformSponsor.objects.filter(organisation__code=COMMERCE).exists()


def seed_pooled() -> None:
    """From the set-up until today; a second run adds nothing."""
    if not is_there():
        timeline = Timeline("pooled platform")
        PooledStory(timeline).begin()
        timeline.play()


class PooledStory:
    """The platform's year. Shang lists, Cai confirms the subsidy, Zhou issues, Yuan books the money."""

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.starts_on = timeline.today - timedelta(days=30 * MONTHS)
        self.platform: PooledPlatform

    def begin(self) -> None:
        at, start, today = self.timeline.at, self.starts_on, self.timeline.today
        at(start - timedelta(days=20), self.set_up)
        at(start - timedelta(days=12), lambda: self.publish(self.first_rows(), "2026-first.csv"))
        at(start, self.issue)
        at(start, self.lose)
        at(start + timedelta(days=25), self.book)
        at(today - timedelta(days=35), lambda: self.publish(self.late_rows(), "2026-late.csv"))
        at(today - timedelta(days=30), self.issue)
        at(today, self.hand_in_another)

    def set_up(self) -> None:
        zhou = self.timeline.actor("zhou")
        by_code = {row.code: row for row in Organisation.objects.filter(code__in=[COMMERCE, FINANCE])}
        region = platforms.Region(
            name_zh="云州省小微企业统保平台（示例）", name_en="Yunzhou pooled platform (demo)", office=Office.objects.get(code="25"),
            commerce=by_code[COMMERCE], finance=by_code[FINANCE], starts_on=self.starts_on, eligible_firms=420,
        )  # fmt: skip
        offer = platforms.Offer(
            product="MICRO", max_exports=Decimal(3_000_000), subsidy_mode="GOVERNMENT_PAYS", tier="T3"
        )
        self.platform = platforms.create(actor=zhou, region=region, offer=offer)
        platforms.open_for_lists(actor=zhou, platform_id=self.platform.pk)

    @staticmethod
    def first_rows() -> list[str]:
        """One with an account on the site, 299 others, and six that are refused."""
        own = Organisation.objects.get(code="zhupin")
        bamboo = f"{own.uscc},{own.name_zh},{own.name_en.replace(',', '')},临川市,640000"
        wrong = code_of(901)[:-1] + ("A" if code_of(901)[-1] != "A" else "B")
        refused = [
            f"{wrong},临川校验有限公司,,临川市,300000", f"{code_of(7)},南屏重复有限公司,,南屏市,300000",
            f"{code_of(902)},东浦大宗贸易有限公司,,东浦市,8200000", f"{code_of(903)},古渡无出口有限公司,,古渡市,0",
            f"{code_of(904)},临川金额有限公司,,临川市,约50万", f"{code_of(905)},,,南屏市,300000",
        ]  # fmt: skip
        return [bamboo, *(row_of(number) for number in range(1, MEMBERS)), *refused]

    @staticmethod
    def late_rows() -> list[str]:
        return [row_of(number) for number in range(MEMBERS, MEMBERS + LATE)]

    def publish(self, rows: list[str], name: str) -> None:
        shang = self.timeline.actor("shang")
        found = self.hand_in(rows, name)
        lists.confirm(actor=shang, list_id=found, leave_out_bad=True)
        lists.publish(actor=shang, list_id=found)
        lists.grant(actor=self.timeline.actor("cai"), list_id=found)

    def hand_in(self, rows: list[str], name: str) -> int:
        upload = SimpleUploadedFile(name, "\n".join((",".join(HEADINGS), *rows)).encode("utf-8-sig"))
        shang = self.timeline.actor("shang")
        return int(lists.receive(actor=shang, platform_id=self.platform.pk, upload=upload).pk)

    def hand_in_another(self) -> None:
        """Waits to be confirmed: the sponsor's home asks for it."""
        first = MEMBERS + LATE
        rows = [row_of(number) for number in range(first, first + 8)]
        self.hand_in([*rows, row_of(1), f"{code_of(906)},古渡大宗有限公司,,古渡市,9000000"], "2026-third.csv")

    def issue(self) -> None:
        issue.work(issue.ask(actor=self.timeline.actor("zhou"), platform_id=self.platform.pk).pk)

    def lose(self) -> None:
        """The member with an account, four others of its city, and one of another city."""
        codes = [code_of(number) for number in (3, 6, 9, 12, 4)]
        rows = {row.uscc: row for row in Organisation.objects.filter(uscc__in=codes)}
        firms = [Organisation.objects.get(code="zhupin"), *(rows[code] for code in codes)]
        pooled_claims.begin(self.timeline, self.platform, firms)

    def book(self) -> None:
        due = money.amount_due(self.platform)
        money.book(
            actor=self.timeline.actor("yuan"), platform_id=self.platform.pk, amount=due.amount, received_on=clock.today(),
            reference="云财金拨 2026-17",
        )  # fmt: skip
