"""Names, numbers of papers and free text: kept as typed, without what cannot be seen; no look-alikes in keys."""

from __future__ import annotations

import re
import unicodedata

from django.utils.translation import gettext_lazy as _

from sinosure.core.errors import DomainError
from sinosure.core.parsing.reading import ZERO_WIDTH, Parsed, narrow, read_as, shortened

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_PLAIN_REFERENCE = re.compile(r"[A-Z0-9](?:[A-Z0-9 ./_-]*[A-Z0-9])?").fullmatch
_DROPPED = str.maketrans("", "", " ./_-")
_LOST_DIGITS = re.compile(r"\d(\.\d+)?[Ee]\+?\d+|\d+\.0", re.ASCII).fullmatch
_IDEOGRAPHIC = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "IDEOGRAPHIC", "BOPOMOFO"})
_ALPHABETS = frozenset({"LATIN", "CYRILLIC", "GREEK"})
_LOOK_LIKE_LATIN = frozenset("АВЕЗКМНОРСТУХІЈЅԚԜҮ" + "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
MOST_KEY_CHARACTERS = 60


def clean_name(text: str, longest: int = 200) -> Parsed[str]:
    """A name as typed, in NFC, on one line. `too_long`, `control_characters` (422)."""
    raw = str(text)
    if raw.isascii() and raw.isprintable() and len(raw) <= longest:
        return Parsed(raw.strip(), raw)
    name = unicodedata.normalize("NFC", raw.translate(ZERO_WIDTH)).strip()
    _refuse_long(name, longest)
    _refuse_unseen(name)
    return Parsed(name, raw)


def clean_text(text: str, longest: int = 2000) -> Parsed[str]:
    """Free text over several lines, in NFC, line ends as \\n. `too_long`, `control_characters` (422)."""
    raw = str(text)
    kept = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n").translate(ZERO_WIDTH)).strip()
    _refuse_long(kept, longest)
    _refuse_unseen(kept.replace("\n", " ").replace("\t", " "))
    return Parsed(kept, raw)


def clean_reference(text: str, longest: int = 60) -> Parsed[str]:
    """The number of a paper as text: half width, no blanks around it. `scientific`, `too_long`, `control_characters`.

    A number that a spreadsheet turned into 1.23E+17 is refused: its digits are already lost.
    """
    if type(text) is str and len(text) <= longest and _PLAIN_REFERENCE(text) and not _LOST_DIGITS(text):
        return Parsed(text, text)
    raw = str(text)
    shown = unicodedata.normalize("NFC", narrow(raw)).removeprefix("'").strip()
    if _LOST_DIGITS(shown):
        message = _("The digits of “%(raw)s” were lost in the spreadsheet. Reformat the column as text.")
        raise DomainError("scientific", message, raw=shortened(raw))
    _refuse_long(shown, longest)
    _refuse_unseen(shown)
    return Parsed(shown, raw, read_as(raw, shown))


def canonical_invoice_no(text: str) -> Parsed[str]:
    """The key of an invoice number: half width, upper case, without blanks, punctuation and zero-width characters.

    `confusable` (letters of several scripts, or Cyrillic and Greek ones that look like Latin), `scientific`,
    `control_characters`, `too_long`, `bad_invoice_no` (422).
    """
    shown, raw, notices = clean_reference(text)
    if _PLAIN_REFERENCE(shown):
        return Parsed(shown.translate(_DROPPED), raw, notices)
    key = "".join(c for c in unicodedata.normalize("NFC", shown.upper()) if c.isalnum())
    if not key.isascii():
        _refuse_look_alikes(key, raw)
    if not key or len(key) > MOST_KEY_CHARACTERS:
        raise DomainError("bad_invoice_no", _("An invoice number has 1 to 60 letters and digits."))
    return Parsed(key, raw, notices)


def _refuse_look_alikes(key: str, raw: str) -> None:
    scripts = {_script(c) for c in key if not c.isascii() or c.isalpha()} - _IDEOGRAPHIC
    foreign = [c for c in key if _script(c) in ("CYRILLIC", "GREEK")]
    all_look_latin = bool(foreign) and set(foreign) <= _LOOK_LIKE_LATIN
    if len(scripts) > 1 or scripts - _ALPHABETS or all_look_latin:
        message = _("“%(raw)s” mixes letters that look alike. Type it again with one keyboard.")
        raise DomainError("confusable", message, raw=shortened(raw))


def _script(character: str) -> str:
    return unicodedata.name(character, "UNKNOWN").split(" ")[0].split("-")[0]


def _refuse_long(text: str, longest: int) -> None:
    if len(text) > longest:
        raise DomainError("too_long", _("At most %(longest)s characters."), longest=longest)


def _refuse_unseen(text: str) -> None:
    if not text.isprintable() and any(unicodedata.category(c) in _UNSEEN for c in text):
        raise DomainError("control_characters", _("Line breaks and invisible control characters are not allowed here."))
