"""Letters as PDF: small, the same each time, readable, and loading nothing from anywhere."""

import io
from datetime import date

import font_source_sans_pro
import pylopdf_fonts_zh_cn
import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from sinosure.documents import rendering
from sinosure.documents.rendering import render_pdf

FACES = (pylopdf_fonts_zh_cn.sans_path(), font_source_sans_pro.font_files_ttf["SourceSansPro"])
CONTEXT = {
    "reference": "CL-2026-00418",
    "verification_code": "7K2F-Q9RD-4PLM",
    "verify_url": "https://export-cover.invalid/documents/verify/7K2F-Q9RD-4PLM/",
    "issued_on": date(2026, 11, 23),
    "insured": "宁波海拓进出口有限公司",
    "policy": "SCH-2026-12-00427",
    "buyer": "Baltika Tekstil UAB",
    "ratio": "0.9",
    "currency": "USD",
    "rows": [{"invoice": "HT-26-1041", "loss": "96400", "indemnity": "86760"}],  # 96,400 × 90 % = 86,760
    "total": "86760",
}


@pytest.fixture(scope="module")
def letter() -> bytes:
    return render_pdf("letters/sample.html", CONTEXT, "zh-hans")


def text_of(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_a_letter_says_what_it_should_in_text_that_can_be_searched(letter):
    text = text_of(letter)
    for words in (
        "赔付通知书",
        "宁波海拓进出口有限公司",
        "86,760.00",
        "CL-2026-00418",
        "7K2F-Q9RD-4PLM",
        "2026 年 11 月 23 日",
        "第 1 页",
    ):
        assert words in text


def test_the_same_input_gives_the_same_bytes(letter):
    assert render_pdf("letters/sample.html", CONTEXT, "zh-hans") == letter


def test_other_input_gives_other_bytes(letter):
    assert render_pdf("letters/sample.html", {**CONTEXT, "total": "1"}, "zh-hans") != letter


def test_a_letter_stays_under_150_kib(letter):
    assert len(letter) <= 150 * 1024


def test_rare_characters_are_not_lost():
    assert "鿍" in text_of(render_pdf("letters/sample.html", {**CONTEXT, "insured": "鿍公司"}, "zh-hans"))


def test_names_of_european_buyers_have_their_letters():
    """Text alone would not tell: a face without the letter prints a box that still copies as the letter."""
    name = "Wisła Gıda A.Ş. Őrség Říčany Đông Á Москва"
    pdf = render_pdf("letters/sample.html", {**CONTEXT, "buyer": name}, "zh-hans")
    fonts = PdfReader(io.BytesIO(pdf)).pages[0]["/Resources"]["/Font"]
    assert any("Source-Sans" in font.get_object()["/BaseFont"] for font in fonts.values())
    known = {code for path in FACES for code in TTFont(path).getBestCmap()}
    assert not [letter for letter in name if ord(letter) not in known]


def test_a_long_letter_counts_its_pages():
    rows = CONTEXT["rows"] * 80
    assert "共 4 页" in text_of(render_pdf("letters/sample.html", {**CONTEXT, "rows": rows}, "zh-hans"))


def test_a_letter_loads_nothing(tmp_path):
    secret = tmp_path / "secret.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg"><text y="20">secret</text></svg>')
    assert "secret" not in text_of(rendering.printed(f'<p>x</p><img src="{secret.as_uri()}">', ""))
    with pytest.raises(ValueError, match="disallowed protocol"):
        rendering._press().fetcher.fetch(secret.as_uri())


def test_what_people_typed_is_escaped_in_a_letter():
    assert "<b>evil</b>" in text_of(render_pdf("letters/sample.html", {**CONTEXT, "insured": "<b>evil</b>"}, "zh-hans"))
