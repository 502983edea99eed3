"""A list of exporters: what is read, what is refused and why, and the way to its publication (PLT-1, PLT-4)."""

from __future__ import annotations

import io
from datetime import timedelta
from decimal import Decimal

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import override

from policies.models import PlatformMember
from policies.pooled import lists, platforms
from sinosure.core import clock
from sinosure.core.errors import DomainError, NotAllowed
from tests.factories.micro import a_micro_policy
from tests.factories.people import actor, organisation
from tests.factories.pooled import (
    HEADINGS,
    a_file,
    a_list,
    a_platform,
    a_published_list,
    a_region,
    an_offer,
    lines,
    uscc,
)

pytestmark = pytest.mark.django_db


def refused(deed, code: str, field: str | None = None) -> DomainError:
    with pytest.raises(DomainError) as error:
        deed()
    assert error.value.code == code
    assert field is None or error.value.field == field
    return error.value


def faults(found) -> dict[int, str]:
    return {row.row_no: row.code for row in found.rows.exclude(code="")}


def test_each_bad_row_says_what_is_wrong_in_both_languages():
    platform = a_platform()
    good = uscc(1)
    wrong_check = good[:-1] + ("A" if good[-1] != "A" else "B")
    found = a_list(
        platform,
        *lines(1),
        f"{wrong_check},甲,,临川市,1",
        f"{good},乙,,临川市,1",
        f"{uscc(4)},丙,,临川市,3000000.01",
        f"{uscc(5)},丁,,临川市,1e6",
        f"{uscc(6)},,,临川市,5",
        f"{uscc(7)},戊,,临川市,0",
        "合计,,,,3000000",
    )
    assert (found.rows_total, found.rows_good) == (7, 1)
    assert faults(found) == {
        3: "uscc_check", 4: "duplicate_in_file", 5: "above_threshold", 6: "bad_number", 7: "required", 8: "no_exports",
    }  # fmt: skip
    double = found.rows.get(row_no=4)
    with override("en"):
        assert double.reason == "This code stands in row 2 already. Delete one of the two rows."
    with override("zh-hans"):
        assert double.reason == "该代码已在第 2 行出现。请删除其中一行。"


def test_nothing_is_taken_over_before_bad_rows_are_left_out_by_name():
    found = a_list(a_platform(), *lines(2), "x,y,,z,1")
    shang = actor("shang")
    refused(lambda: lists.confirm(actor=shang, list_id=found.pk), "bad_rows", "leave_out_bad")
    assert not PlatformMember.objects.exists()
    lists.confirm(actor=shang, list_id=found.pk, leave_out_bad=True)
    member = PlatformMember.objects.order_by("id").first()
    # T3 costs 840; the government pays 60 % = 504
    assert (member.gross, member.subsidy, member.payable) == (840, 504, 336)
    assert (member.state, member.exports_last_year) == ("LISTED", Decimal(101_000))
    lists.publish(actor=shang, list_id=found.pk)
    assert set(PlatformMember.objects.values_list("state", flat=True)) == {"PUBLISHED"}


def test_an_enterprise_on_another_list_or_insured_on_its_own_is_named():
    a_published_list(a_platform(), 2)
    policy = a_micro_policy()
    other = platforms.create(actor=actor("zhou"), region=a_region(), offer=an_offer())
    platforms.open_for_lists(actor=actor("zhou"), platform_id=other.pk)
    found = a_list(other, *lines(3), f"{policy.policyholder.uscc},云山,,临川市,5", f"{_code_of_a_bank()},行,,临川市,5")
    assert faults(found) == {2: "listed_already", 3: "listed_already", 5: "insured_already", 6: "not_an_exporter"}
    assert policy.number in found.rows.get(row_no=5).reason


def _code_of_a_bank() -> str:
    bank = organisation("minhai")
    bank.uscc = uscc(99)
    bank.save()
    return bank.uscc


def test_two_lists_that_were_read_at_once_do_not_both_take_an_enterprise():
    platform = a_platform()
    first, second = a_list(platform, *lines(3)), a_list(platform, *lines(2), *lines(1, first=9))
    lists.confirm(actor=actor("shang"), list_id=first.pk)
    lists.confirm(actor=actor("shang"), list_id=second.pk, leave_out_bad=True)
    second.refresh_from_db()
    assert (second.rows_good, faults(second)) == (1, {2: "listed_already", 3: "listed_already"})
    assert PlatformMember.objects.count() == 4


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_letters_of_a_spreadsheet_are_understood(encoding):
    found = lists.receive(
        actor=actor("shang"), platform_id=a_platform().pk, upload=a_file(*lines(2), encoding=encoding)
    )
    assert found.rows_good == 2
    assert found.rows.first().name_zh == "云州企业1"
    assert found.encoding == ("gb18030" if encoding == "gb18030" else "")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (HEADINGS.encode("big5", "ignore") + b"\n\xa4\xff\xfe", "unknown_encoding"),
        (b"\x89PNG....", "file_type"),
        (b"a,b\n1,2\n", "columns_missing"),
        (HEADINGS.encode(), "no_rows"),
        (b"PK\x03\x04broken", "bad_workbook"),
    ],
)
def test_a_file_that_is_no_list_is_refused_whole(content, code):
    upload = SimpleUploadedFile("list.csv", content)
    refused(lambda: lists.receive(actor=actor("shang"), platform_id=a_platform().pk, upload=upload), code, "file")


def test_a_sheet_is_read_like_a_text_file():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEADINGS.split(","))
    sheet.write_row(1, 0, [uscc(1), "甲企业", "Firm A", "临川市"])
    sheet.write_number(1, 4, 812_345.67)
    book.close()
    upload = SimpleUploadedFile("list.xlsx", buffer.getvalue())
    found = lists.receive(actor=actor("shang"), platform_id=a_platform().pk, upload=upload)
    assert found.rows.get().exports_last_year == Decimal("812345.67")


def test_the_same_file_is_received_once_and_again_after_it_was_discarded():
    platform, shang = a_platform(), actor("shang")
    found = a_list(platform, *lines(1))
    refused(lambda: a_list(platform, *lines(1)), "already_received", "file")
    lists.discard(actor=shang, list_id=found.pk)
    assert a_list(platform, *lines(1)).rows_good == 1


def test_each_authority_does_its_own_part_and_nobody_else_does_it():
    platform = a_platform()
    upload = a_file(*lines(1))
    for name in ("cai", "zhou", "chen"):
        with pytest.raises((NotAllowed, type(platform).DoesNotExist)):
            lists.receive(actor=actor(name), platform_id=platform.pk, upload=upload)
    found = a_list(platform, *lines(1))
    lists.confirm(actor=actor("shang"), list_id=found.pk)
    lists.publish(actor=actor("shang"), list_id=found.pk)
    refused(lambda: lists.grant(actor=actor("shang"), list_id=found.pk), "other_part")
    lists.grant(actor=actor("cai"), list_id=found.pk)
    refused(lambda: lists.grant(actor=actor("cai"), list_id=found.pk), "confirmed_already")


def test_a_firm_that_is_taken_off_frees_its_place():
    platform = a_platform()
    found = a_published_list(platform, 2)
    member = found.members.first()
    lists.withdraw(actor=actor("shang"), member_id=member.pk)
    assert a_list(platform, *lines(1), *lines(1, first=8)).rows_good == 2


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"max_exports": Decimal(10_000_001)}, "above_threshold", "max_exports"),
        ({"subsidy_ratio": Decimal("1.2")}, "bad_subsidy", "subsidy_ratio"),
        ({"subsidy_ratio": Decimal(1)}, "bad_subsidy", "subsidy_ratio"),
        ({"tier": "T9"}, "unknown_tier", "tier"),
    ],
)
def test_a_plan_outside_the_rules_is_refused(changes, code, field):
    region = a_region()
    refused(lambda: platforms.create(actor=actor("zhou"), region=region, offer=an_offer(**changes)), code, field)


def test_a_plan_may_change_until_the_platform_opens():
    zhou = actor("zhou")
    platform = platforms.create(actor=zhou, region=a_region(), offer=an_offer())
    assert platforms.plan(actor=zhou, platform_id=platform.pk, offer=an_offer(tier="T1")).version == 2
    platforms.open_for_lists(actor=zhou, platform_id=platform.pk)
    refused(lambda: platforms.plan(actor=zhou, platform_id=platform.pk, offer=an_offer()), "wrong_state")
    assert platforms.current_plan(platform).tier.code == "T1"


def test_closing_takes_off_who_still_waits():
    platform = a_platform()
    a_published_list(platform, 2)
    platforms.close(actor=actor("zhou"), platform_id=platform.pk)
    assert set(platform.members.values_list("state", flat=True)) == {"WITHDRAWN"}
    refused(lambda: a_list(platform, *lines(1, first=7)), "wrong_state")


def test_a_late_list_has_the_days_that_are_left():
    start = clock.today()
    platform = a_platform()
    with clock.frozen(start + timedelta(days=100)):
        found = a_published_list(platform, 1)
    period = found.members.get().period
    assert (period.lower, period.upper) == (start + timedelta(days=100), platform.ends_on + timedelta(days=1))
