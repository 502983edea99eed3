"""The doors: text as people type or paste it, read strictly. One parser for form, file and API (Quality §2).

Every function returns `Parsed(value, raw, notices)` or raises DomainError with a machine code; nothing is guessed.
"""

from sinosure.core.parsing.amounts import (
    MOST_MINOR_UNITS,
    parse_amount,
    parse_decimal,
    parse_integer,
    parse_number,
)
from sinosure.core.parsing.codes import parse_country, parse_currency
from sinosure.core.parsing.dates import FIRST_DAY, LAST_DAY, date_from_serial, parse_date
from sinosure.core.parsing.reading import READ_AS, Notice, Parsed, narrow
from sinosure.core.parsing.texts import canonical_invoice_no, clean_name, clean_reference, clean_text

__all__ = [
    "FIRST_DAY",
    "LAST_DAY",
    "MOST_MINOR_UNITS",
    "READ_AS",
    "Notice",
    "Parsed",
    "canonical_invoice_no",
    "clean_name",
    "clean_reference",
    "clean_text",
    "date_from_serial",
    "narrow",
    "parse_amount",
    "parse_country",
    "parse_currency",
    "parse_date",
    "parse_decimal",
    "parse_integer",
    "parse_number",
]
