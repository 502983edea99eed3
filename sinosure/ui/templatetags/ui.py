"""Values and states: icons, chips, amounts, dates, percentages, bars, due dates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sinosure.core import clock
from sinosure.ui import chips, show

register = template.Library()
RED_WITHIN_DAYS, AMBER_WITHIN_DAYS = 3, 7
HOT_FROM, OVER_FROM = Decimal("0.75"), Decimal("0.90")


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """An icon of the sprite; the word beside it carries the meaning."""
    mark = '<svg class="icon" width="{0}" height="{0}" aria-hidden="true" focusable="false"><use href="{1}#{2}"></use></svg>'
    return format_html(mark, size, static("img/icons.svg"), name)


@register.simple_tag
def chip(tone: str, label: Any, icon_name: str = "") -> SafeString:
    mark = icon(icon_name or chips.ICON_OF_TONE.get(tone, "dot"), 13)
    return format_html('<span class="chip is-{}">{}{}</span>', tone, mark, label)


@register.simple_tag
def state_chip(row: Any, field: str = "state") -> SafeString | str:
    if row is None or getattr(row, field, None) in (None, ""):
        return show.NOTHING
    return chip(*chips.tone_and_label(row, field))


@register.simple_tag
def money(amount: Any, currency: str = "", sign: bool = False) -> SafeString | str:
    return show.amount(amount, currency, sign)


@register.simple_tag
def figure(amount: Any, currency: str) -> str:
    """The amount alone, where the head of the column names the currency."""
    return show.NOTHING if amount is None else show.plain_amount(amount, currency)


@register.simple_tag
def whole_money(amount: Any, currency: str) -> SafeString | str:
    """For key figures: cents are left out where there are none."""
    shown = show.amount(amount, currency)
    return SafeString(shown.replace(".00</span>", "</span>")) if isinstance(shown, SafeString) else shown


@register.simple_tag
def day(value: date | None, weekday: bool = False) -> SafeString | str:
    return show.day(value, weekday)


@register.simple_tag
def moment(value: datetime | None, seconds: bool = False) -> SafeString | str:
    return show.moment(value, seconds)


@register.simple_tag
def pct(ratio: Decimal | None, places: int | None = None) -> str:
    return show.ratio(ratio, places)


@register.filter
def pct_value(percentage: Decimal | None) -> str:
    return show.percentage(percentage)


@register.simple_tag
def value(thing: Any) -> Any:
    return show.value(thing)


@register.filter
def shown(thing: Any) -> Any:
    return show.value(thing)


@register.filter
def days_left(day: date | None) -> int | None:
    """Days from today to `day`; negative when it is past."""
    if isinstance(day, datetime):
        day = clock.business_date(day)
    return None if day is None else (day - clock.today()).days


def urgency(left: int | None) -> str:
    if left is None or left > AMBER_WITHIN_DAYS:
        return "grey"
    return "red" if left <= RED_WITHIN_DAYS else "amber"


def days_in_words(left: int) -> str:
    if left < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -left) % {"count": -left}
    if left == 0:
        return _("Today")
    return ngettext("%(count)d day", "%(count)d days", left) % {"count": left}


@register.simple_tag
def due_badge(day: date | None) -> SafeString:
    """Days left in large, the date with its weekday below."""
    if day is None:
        return format_html('<div class="due is-grey"><b>–</b><span>{}</span></div>', _("no date"))
    left = (day - clock.today()).days
    below = f"{day:%m-%d} {show.weekday(day)}" if day.year == clock.today().year else day.isoformat()
    badge = '<div class="due is-{}"><b>{}</b><time datetime="{}">{}</time></div>'
    return format_html(badge, urgency(left), days_in_words(left), day.isoformat(), below)


@register.simple_tag
def due_chip(day: date | None) -> SafeString | str:
    """Date and days left in one small chip."""
    if day is None:
        return show.NOTHING
    left = (day - clock.today()).days
    tone = urgency(left)
    label = format_html('<time datetime="{0}">{0}</time> · {1}', day.isoformat(), days_in_words(left))
    return chip(tone, label, "clock" if tone == "grey" else "")


@register.simple_tag
def bar(used: Decimal | None, total: Decimal | None, label: Any = "", tone: str = "") -> SafeString:
    """A bar of `used` in `total`: amber from 75 %, red from 90 %, or the tone given."""
    share = _share(used, total)
    heat = tone or ("over" if share >= OVER_FROM else "hot" if share >= HOT_FROM else "")
    width = min(share, Decimal(1)) * 100
    mark = (
        '<svg class="bar {}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{} {}">'
        '<rect width="{}" height="6"></rect></svg>'
    )
    return format_html(mark, heat, label or _("Used"), show.percentage(share * 100, 0), f"{width:.2f}")


@register.inclusion_tag("components/use_bar.html")
def use_bar(used: Decimal, total: Decimal, currency: str = "", label: Any = "") -> dict[str, Any]:
    """The figures above a bar: what is used, the percentage, and on a phone the total too."""
    return {
        "used": show.plain_amount(used, currency) if currency else used,
        "total": show.plain_amount(total, currency) if currency else total,
        "currency": currency,
        "share": show.percentage(_share(used, total) * 100, 0),
        "bar": bar(used, total, label),
    }


def _share(used: Decimal | None, total: Decimal | None) -> Decimal:
    return Decimal(used or 0) / Decimal(total) if total else Decimal(0)
