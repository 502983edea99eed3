"""Letters as PDF: a template and a context in, the same bytes for the same input out."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import font_source_sans_pro
import pylopdf_fonts_zh_cn
import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string
from django.utils.safestring import SafeString

from sinosure.documents import faces

STYLESHEET = Path(settings.BASE_DIR) / "templates" / "letters" / "letter.css"
FONTS_CONF = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
<dir>{cut}</dir>
<dir>{whole}</dir>
<dir>{latin}</dir>
<dir>/usr/share/fonts/opentype/noto</dir>
<cachedir>{cut}/cache</cachedir>
<selectfont><rejectfont><glob>{whole}/NotoSerif*</glob><glob>{latin}/*.otf</glob></rejectfont></selectfont>
<match target="scan"><test name="file" compare="contains"><string>{whole}</string></test>
<edit name="family" mode="assign"><string>Rare Characters</string></edit></match>
</fontconfig>
"""


def render_pdf(template: str, context: dict[str, Any], language: str) -> bytes:
    """The PDF of a letter. The bytes depend on template, context and language alone.

    `context` should hold `reference`, `issued_on` and, where a third party relies on it, `verification_code` and `verify_url`.
    """
    with translation.override(language):
        html = render_to_string(template, {"language": language, **context})
    printer: Callable[[str, str], bytes] = import_string(settings.LETTER_PRINTER)
    return printer(html, str(context.get("reference", "")))


def printed(html: str, reference: str) -> bytes:
    """The usual printer: a page of HTML as PDF."""
    press = _press()
    source = press.weasyprint.HTML(string=html, url_fetcher=press.fetcher)
    document = source.render(stylesheets=[press.stylesheet], font_config=press.fonts)
    return document.write_pdf(pdf_identifier=uuid5(NAMESPACE_URL, reference + html).bytes)


@dataclass(frozen=True)
class Press:
    """WeasyPrint with its fonts and the letters' stylesheet. A letter loads nothing: `fetcher` allows no protocol."""

    weasyprint: Any
    fonts: Any
    fetcher: Any
    stylesheet: Any


@lru_cache(maxsize=1)
def _press() -> Press:
    """Made once a process: it takes half a second and 60 MB."""
    os.environ["FONTCONFIG_FILE"] = str(_fonts_conf())
    import weasyprint  # noqa: PLC0415  the one import inside a function: Pango is needed by the worker only
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415

    fonts, fetcher = FontConfiguration(), weasyprint.urls.URLFetcher(allowed_protocols=())
    stylesheet = weasyprint.CSS(string=STYLESHEET.read_text(), font_config=fonts, url_fetcher=fetcher)
    return Press(weasyprint, fonts, fetcher, stylesheet)


def _fonts_conf() -> Path:
    """Our own fonts.conf: the cut faces; behind them Source Sans for European letters, the uncut face and the system's Noto CJK."""
    folder = Path(settings.STATE_DIR) / "fonts"
    faces.prepare(folder)
    text = FONTS_CONF.format(
        cut=folder, whole=pylopdf_fonts_zh_cn.sans_path().parent, latin=font_source_sans_pro.font_directory
    )
    path = folder / "fonts.conf"
    if not path.exists() or path.read_text() != text:
        spare = folder / f"fonts.conf.{os.getpid()}"
        spare.write_text(text)
        spare.replace(path)
    return path


def qr_code(text: str) -> SafeString:
    """A QR code as inline SVG, for a template of a letter."""
    code = segno.make(text, error="m", micro=False)
    return SafeString(code.svg_inline(border=0, dark="#0b2c56", omitsize=True))
