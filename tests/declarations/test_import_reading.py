"""What a file may be and what its cells mean (Quality §2, rows 4–6, 16–22, 32–40): refused with the named code, never guessed."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
import xlsxwriter
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from declarations.importer import mapping
from declarations.importer.columns import COLUMNS, export_columns
from declarations.importer.rows import RowReader
from declarations.importer.services import _harmless
from declarations.models import FileKind
from sinosure.core.errors import DomainError
from sinosure.core.tables import sniffing, text, workbook
from sinosure.core.tables.limits import MOST_BLANK_ROWS
from tests.factories.files import as_csv, as_xlsx

TODAY = date(2026, 11, 23)
GOOD = {
    "发票号": "INV-1", "买方代码": "BDE-00001", "支付方式": "OA", "信用期限（天）": "60", "出运日期": "2026-11-02", "币种": "USD", "发票金额": "1,234.50",
}  # fmt: skip


def kind(content: bytes) -> FileKind:
    return sniffing.sniff(io.BytesIO(content), len(content))


def code_of(deed, *args) -> tuple[str, int]:
    with pytest.raises(DomainError) as refused:
        deed(*args)
    return refused.value.code, refused.value.status


def read(**changes):
    """One row with some cells changed, by heading."""
    row = {**GOOD, **changes}
    heading = mapping.read_heading(1, list(row))
    return RowReader(heading.mapping, TODAY).read(list(row.values()))


def faults(**changes) -> list[tuple[str, str]]:
    return [(one.column, one.code) for one in read(**changes)[1]]


def test_a_good_row_is_read_with_its_due_date_worked_out():
    found, wrong = read()
    assert wrong == []
    assert (found["amount"], found["due_on"], found["invoice_key"]) == (Decimal("1234.50"), date(2027, 1, 1), "INV1")


@pytest.mark.parametrize(
    ("heading", "cell", "column", "code"),
    [
        ("出运日期", "2026-02-29", "shipped_on", "bad_date"), ("出运日期", "2026-13-01", "shipped_on", "bad_date"),
        ("出运日期", "0001-01-01", "shipped_on", "bad_date"), ("出运日期", "9999-12-31", "shipped_on", "bad_date"),
        ("出运日期", "03/04/2026", "shipped_on", "ambiguous_date"), ("出运日期", "4.3.26", "shipped_on", "ambiguous_date"),
        ("出运日期", "45000", "shipped_on", "bad_date"), ("出运日期", 45000.0, "shipped_on", "bad_date"),
        ("出运日期", date(1900, 2, 28), "shipped_on", "bad_date"), ("出运日期", "2026-11-24", "shipped_on", "future_shipment"),
        ("发票金额", "1.000,00", "amount", "bad_number"), ("发票金额", "1 000", "amount", "bad_number"),
        ("发票金额", "1_000", "amount", "bad_number"), ("发票金额", "1e3", "amount", "bad_number"), ("发票金额", "٣٤", "amount", "bad_number"),
        ("发票金额", "十万", "amount", "bad_number"), ("发票金额", "USD１００", "amount", "bad_number"), ("发票金额", "NaN", "amount", "bad_number"),
        ("发票金额", "-1", "amount", "must_be_positive"), ("发票金额", "0", "amount", "must_be_positive"),
        ("发票金额", "-0.00", "amount", "must_be_positive"), ("发票金额", "1.234", "amount", "too_many_decimals"),
        ("发票金额", 1.2345, "amount", "too_many_decimals"), ("发票金额", "9" * 40, "amount", "out_of_range"),
        ("币种", "CNH", "currency", "bad_currency"), ("币种", "XXX", "currency", "bad_currency"),
        ("发票号", "INV-А1", "invoice_no", "confusable"), ("发票号", "1.23E+17", "invoice_no", "scientific"),
        ("发票号", 1.23e17, "invoice_no", "scientific"), ("发票号", "", "invoice_no", "required"),
        ("发票号", "A\u202eB", "invoice_no", "control_characters"),
        ("支付方式", "CASH", "term", "bad_term"), ("信用期限（天）", "-5", "credit_days", "bad_number"),
        ("信用期限（天）", "731", "due_on", "tenor_exceeds_2y"), ("信用期限（天）", "sixty", "credit_days", "bad_number"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named_with_its_column_and_code(heading, cell, column, code):
    assert faults(**{heading: cell}) == [(column, code)]


@pytest.mark.parametrize(
    ("heading", "cell", "name", "value"),
    [
        ("发票金额", "１，０００", "amount", Decimal(1000)), ("发票金额", "１００．５０", "amount", Decimal("100.50")),
        ("发票金额", 100.5, "amount", Decimal("100.5")), ("发票金额", 250.0, "amount", Decimal(250)), ("币种", "RMB", "currency", "CNY"),
        ("币种", "ｕｓｄ", "currency", "USD"), ("出运日期", "2026年11月2日", "shipped_on", date(2026, 11, 2)),
        ("出运日期", "20261102", "shipped_on", date(2026, 11, 2)), ("出运日期", datetime(2026, 11, 2, 23, 59, 59), "shipped_on", date(2026, 11, 2)),  # noqa: DTZ001
        ("支付方式", "赊销", "term", "OA"), ("支付方式", "o/a", "term", "OA"), ("信用期限（天）", 60.0, "credit_days", 60),
        ("发票号", " ＩＮＶ－１ ", "invoice_key", "INV1"), ("发票号", "INV\u200b-1", "invoice_key", "INV1"),
        ("发票号", '=HYPERLINK("http://x","y")', "invoice_no", '=HYPERLINK("http://x","y")'),
    ],
)  # fmt: skip
def test_what_people_write_is_understood(heading, cell, name, value):
    found, wrong = read(**{heading: cell})
    assert wrong == []
    assert found[name] == value


def test_yen_have_no_decimals_and_dinars_have_three():
    assert faults(币种="JPY", 发票金额="100.5") == [("amount", "too_many_decimals")]
    assert read(币种="JPY", 发票金额="100.00")[0]["amount"] == Decimal(100)
    assert read(币种="KWD", 发票金额="1.234")[0]["amount"] == Decimal("1.234")


def test_two_years_from_29_february_end_on_the_28th():
    """2024-02-29 + 2 years: 2026-02-28 is the last due date."""
    good = {"出运日期": "2024-02-29", "应付款日": "2026-02-28"}
    assert faults(**good) == []
    assert faults(**{**good, "应付款日": "2026-03-01"}) == [("due_on", "tenor_exceeds_2y")]


def test_every_fault_of_a_row_is_named_at_once():
    assert faults(出运日期="x", 发票金额="y", 币种="") == [
        ("currency", "required"),
        ("shipped_on", "bad_date"),
        ("amount", "bad_number"),
    ]


def test_names_beyond_the_basic_plane_are_kept():
    found, wrong = read(货物描述="𠮷㐀 O'Brien <script> e\u0301")
    assert wrong == []
    assert found["description"] == "𠮷㐀 O'Brien <script> é"


@given(st.text(max_size=60), st.sampled_from([column.zh for column in COLUMNS]))
@settings(max_examples=300, deadline=None)
def test_no_cell_whatever_makes_the_reader_fall_over(cell, heading):
    read(**{heading: cell})


# --- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le-bom"])
def test_the_encoding_is_found_by_mark_then_by_strict_reading(encoding):
    row = {**GOOD, "货物描述": "发光二极管灯"}
    content = b"\xff\xfe" + as_csv([row], "utf-16-le") if encoding == "utf-16-le-bom" else as_csv([row], encoding)
    file = io.BytesIO(content)
    found, is_sure = text.encoding_of(file)
    assert is_sure == (encoding not in ("gbk", "gb18030"))
    rows = list(text.cells(file, found))
    assert rows[1][1][-1] == "发光二极管灯"


@pytest.mark.parametrize(
    "content", [b"\xff\xfea\x00\xd8", b"abc,\xff\xff\xff", "发票号".encode("gbk")[:-1] + b"\n\xff"]
)
def test_letters_that_make_no_sense_are_refused(content):
    assert code_of(text.encoding_of, io.BytesIO(content)) == ("unknown_encoding", 415)


def test_nul_characters_are_refused():
    assert code_of(kind, b"a,b\x00c\n") == ("nul_characters", 400)
    assert code_of(text.encoding_of, io.BytesIO(b"a" * 5000 + b"\x00")) == ("nul_characters", 400)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_the_one_of_the_first_line(separator):
    content = separator.join(GOOD).encode() + b"\n" + separator.join(GOOD.values()).replace(",234", "234").encode()
    rows = list(text.cells(io.BytesIO(content), "utf-8"))
    assert len(rows[1][1]) == len(GOOD)


def test_an_open_quotation_mark_is_refused_with_its_row():
    with pytest.raises(DomainError) as refused:
        list(text.cells(io.BytesIO(b'a,b\n"x,y\n'), "utf-8"))
    assert (refused.value.code, refused.value.params) == ("bad_csv", {"row": 2})


# --- kinds of files


@pytest.mark.parametrize(
    ("content", "code", "status"),
    [
        (b"", "file_empty", 400), (b"%PDF-1.7 x", "file_type", 415), (b"<html><table>", "file_type", 415), (b"\xd0\xcf\x11\xe0old", "file_type", 415),
        (b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD", "file_type", 415), (b"PK\x03\x04broken", "bad_workbook", 415),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]>", "file_type", 415),
    ],
)  # fmt: skip
def test_what_is_not_a_table_is_refused_by_its_content(content, code, status):
    assert code_of(kind, content) == (code, status)


def test_a_file_of_the_largest_size_is_read_and_one_byte_more_is_not():
    content = io.BytesIO(b"a,b\n")
    assert sniffing.sniff(content, sniffing.LARGEST_FILE) == FileKind.CSV
    assert code_of(sniffing.sniff, content, sniffing.LARGEST_FILE + 1) == ("file_too_large", 413)


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return {name: book.read(name) for name in book.namelist()}


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(name, content)
    return buffer.getvalue()


def changed(sheet=lambda xml: xml, **more: bytes) -> bytes:
    parts = parts_of(as_xlsx([GOOD]))
    name = "xl/worksheets/sheet1.xml"
    return zipped({**parts, name: sheet(parts[name]), **{key.replace("__", "/"): value for key, value in more.items()}})


def scan(content: bytes):
    return workbook.scan(io.BytesIO(content))


def test_a_plain_workbook_passes():
    content = as_xlsx([GOOD])
    assert kind(content) == FileKind.XLSX
    assert scan(content).hidden_rows == []


def test_macros_and_links_to_other_files_are_refused():
    assert code_of(kind, changed(**{"xl__vbaProject.bin": b"x"})) == ("macros", 415)
    assert code_of(kind, changed(**{"xl__externalLinks__externalLink1.xml": b"<x/>"})) == ("external_links", 415)


def test_a_bomb_is_refused_at_once():
    """500 MB of zeros pack into half a megabyte; nothing of it is unpacked."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts_of(as_xlsx([GOOD])).items():
            book.writestr(name, content)
        with book.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as part:
            for _ in range(500):
                part.write(bytes(1_000_000))
    start = time.perf_counter()
    assert code_of(kind, buffer.getvalue()) == ("unpacked_too_large", 413)
    assert time.perf_counter() - start < 1


def test_a_directory_that_lies_about_sizes_is_found_out_while_unpacking(monkeypatch):
    monkeypatch.setattr(workbook, "LARGEST_UNPACKED", 100_000)
    content = changed(**{"xl__big.xml": b"<a>" + bytes(200_000)})
    assert code_of(scan, content) == ("unpacked_too_large", 413)


def test_entities_are_refused():
    """Billion laughs, in the sheet and in the list of sheets."""
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]>'
    assert code_of(scan, changed(lambda xml: xml.replace(b"<sheetData>", b"<!ENTITY a 'b'><sheetData>"))) == (
        "bad_workbook",
        415,
    )
    parts = parts_of(as_xlsx([GOOD]))
    parts["xl/workbook.xml"] = bomb + parts["xl/workbook.xml"].split(b"?>", 1)[1]
    assert code_of(scan, zipped(parts)) == ("bad_workbook", 415)


def test_a_formula_is_refused_with_its_cell():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, list(GOOD))
    sheet.write_formula(1, 6, "=1+1", None, 2)
    book.close()
    with pytest.raises(DomainError) as refused:
        scan(buffer.getvalue())
    assert (refused.value.code, refused.value.params) == ("formula_cells", {"cell": "G2"})


def test_a_sheet_that_claims_a_cell_at_its_far_end_is_refused():
    far = b'<row r="1048576"><c r="A1048576"><v>1</v></c></row></sheetData>'
    assert code_of(scan, changed(lambda xml: xml.replace(b"</sheetData>", far))) == ("too_many_rows", 413)
    wide = b'<row r="99"><c r="XFD99"><v>1</v></c></row></sheetData>'
    assert code_of(scan, changed(lambda xml: xml.replace(b"</sheetData>", wide))) == ("too_many_columns", 413)
    lie = changed(lambda xml: xml.replace(b'<dimension ref="', b'<dimension ref="A1:XFD1048576" x="'))
    assert scan(lie).hidden_rows == []


def test_a_million_formatted_but_empty_rows_do_no_harm():
    empty = b"".join(b'<row r="%d"/>' % n for n in range(3, 5_000)) + b'<row r="1048576" ht="3"/></sheetData>'
    assert scan(changed(lambda xml: xml.replace(b"</sheetData>", empty))).sheet == "Sheet1"


def test_hidden_rows_and_other_sheets_are_named(tmp_path):
    path = tmp_path / "hidden.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("出运")
    sheet.write_row(0, 0, list(GOOD))
    sheet.write_row(1, 0, list(GOOD.values()))
    sheet.set_row(1, None, None, {"hidden": True})
    book.add_worksheet("other")
    book.close()
    found = scan(path.read_bytes())
    assert (found.sheet, found.other_sheets, found.hidden_rows) == ("出运", ["other"], [2])


@pytest.mark.parametrize(("is_1904", "day"), [(False, date(2023, 3, 15)), (True, date(2027, 3, 16))])
def test_the_same_number_is_read_by_the_epoch_of_its_workbook(tmp_path, is_1904, day):
    """45000 is 2023-03-15, in a workbook that counts from 1904 it is 2027-03-16; the time of day is dropped."""
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path), {"date_1904": is_1904})
    sheet, style = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_number(0, 0, 45000, style)
    sheet.write_number(1, 0, 45000.99999, style)
    book.close()
    reader = RowReader({"shipped_on": 0}, TODAY)
    shown = [reader.plan[0][2](cells[0], {}) for _no, cells in workbook.cells(str(path), "Sheet1")]
    assert shown == [day, day]


# --- layout


def test_columns_are_found_by_heading_whatever_the_order_or_language():
    chinese = mapping.read_heading(
        1, ["币种", "发票金额", "发票号*", "买方代码", "出运日期", "支付方式", "信用期限(天)"]
    )
    english = mapping.read_heading(
        1, ["Currency", "AMOUNT", "Invoice No.", "Buyer code", "Shipment date", "Payment term", "Days"]
    )
    assert chinese.is_certain
    assert english.is_certain
    assert set(chinese.mapping) == set(english.mapping)


def test_an_unknown_or_missing_column_asks_the_person():
    found = mapping.read_heading(1, [*GOOD, "颜色"])
    assert not found.is_certain
    assert found.unknown == ("颜色",)
    assert mapping.missing(mapping.read_heading(1, ["发票号", "币种"]).mapping) == [
        "term",
        "credit_days",
        "shipped_on",
        "amount",
        "buyer_code",
    ]


def test_headings_may_stand_below_a_title():
    rows = [(1, ["2026 年 11 月出运", "", ""]), (3, list(GOOD)), (4, list(GOOD.values()))]
    assert mapping.find_heading(rows).row_no == 3


def test_reading_stops_after_a_thousand_blank_rows():
    content = b"a,b\n" + b",\n" * (MOST_BLANK_ROWS + 1) + b"x,y\n"
    assert len(list(text.cells(io.BytesIO(content), "utf-8"))) == 1


def test_the_export_of_the_list_can_be_uploaded_again():

    for language in ("zh-hans", "en"):
        with override(language):
            found = mapping.read_heading(1, [str(column.title) for column in export_columns()])
        assert found.is_certain, found.unknown
        assert set(found.mapping) == {column.name for column in COLUMNS}


def test_a_name_with_a_path_or_tricks_is_made_harmless():

    assert _harmless("../../etc/passwd.csv", FileKind.CSV) == "passwd.csv"
    assert _harmless("a\u202excl.csv", FileKind.CSV) == "file.csv"
    assert len(_harmless("字" * 300 + ".csv", FileKind.CSV)) <= 150
