"""Search among millions of names in milliseconds: identifiers, the exact bare name, its beginning, then its rarest words.

Words that the dictionary does not know are read as those one typing error away: some hundred primary-key look-ups,
the same cost in a dictionary of any size; trigrams of the dictionary come last. What the words find (at most MOST) is
ranked by likeness of the whole name. Each statement reads a bounded number of rows and none is sent twice, so that the
slowest queries grow little with the register. `benchmarks/company_search.py` measures it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import connection

from credit_info.names import bare_name, is_han, number_key, tokens

MOST, SHOWN, NEAR_WORDS, WORDS_ASKED, WORDS_MENDED = 600, 20, 8, 6, 3
MOST_BEFORE_COUNTRY = 3 * MOST  # the country is asked of what was found, not of the whole register
COMMON = 600
LONGEST_WORD = 24
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
GOOD_ENOUGH = 0.72
LEAST_LIKE = 0.24


@dataclass(frozen=True)
class Hit:
    """An obligor that fits; `likeness` 1 is the same bare name or identifier."""

    obligor_id: int
    likeness: float
    how: str


@dataclass(frozen=True)
class Asked:
    """A query on its way through the looks. `is_known`: the dictionary has every word of it; `tried`: what was sent already."""

    key: str
    country: str
    shown: int
    is_known: bool
    tried: set[tuple[tuple[str, ...], ...]] = field(default_factory=set)

    @property
    def bounds(self) -> dict[str, object]:
        most = MOST_BEFORE_COUNTRY if self.country else MOST
        return {"key": self.key, "country": self.country, "most": most, "shown": self.shown}

    @property
    def of_country(self) -> str:
        return "WHERE country = %(country)s" if self.country else ""


@dataclass(frozen=True)
class Word:
    """A word of the query with the words of the dictionary that it may stand for; `seen` is how many names hold one."""

    token: str
    stands_for: tuple[str, ...]
    seen: int
    is_exact: bool = field(default=True)


# one part for each index: the unique ones of the identifiers are partial
_BY_NUMBER = """
    SELECT obligor_id FROM credit_info_identifier WHERE key = %(key)s AND NOT kind IN ('LEI', 'DUNS')
    UNION SELECT obligor_id FROM credit_info_identifier WHERE key = %(key)s AND kind IN ('LEI', 'DUNS')
    UNION SELECT id FROM credit_info_obligor WHERE code = %(text)s
    UNION SELECT id FROM credit_info_obligor WHERE bic IN (%(text)s, %(bic)s) AND bic <> '' LIMIT 20
"""
# in the order of the index the name itself comes before those that begin with it
_EXACT_OR_PREFIX = """
    SELECT obligor_id, (key = %(key)s)::int, similarity(key, %(key)s) FROM (
        SELECT obligor_id, key, country FROM credit_info_searchname WHERE {where} ORDER BY key USING ~<~ LIMIT %(most)s) found
    {country} LIMIT 60
"""
_KNOWN = "SELECT token, seen FROM credit_info_searchtoken WHERE token = ANY(%s)"
# those that begin alike: an error at the beginning alone was found before, one error away
_NEAR = """
    SELECT q.token, t.token, t.seen FROM unnest(%(words)s::text[]) AS q(token) CROSS JOIN LATERAL (
        SELECT s.token, s.seen FROM credit_info_searchtoken s
        WHERE s.token LIKE left(q.token, 2) || '%%' AND s.token %% q.token AND abs(length(s.token) - length(q.token)) < 4
        ORDER BY similarity(s.token, q.token) DESC, s.seen DESC LIMIT %(most)s) t
"""
_RANKED = """
    SELECT obligor_id, max(similarity(key, %(key)s)) AS likeness FROM (
        SELECT obligor_id, key, country FROM credit_info_searchname WHERE {where} LIMIT %(most)s) found
    {country} GROUP BY obligor_id ORDER BY likeness DESC, obligor_id LIMIT %(shown)s
"""


def search(query: str, country: str = "", shown: int = SHOWN) -> list[Hit]:
    """What fits best, best first. An empty list means not found: nothing is known, which is not the same as safe."""
    text = " ".join(query.split())[:200]
    if not any(c.isalnum() for c in text):
        return []
    numbered = _by_number(text)
    if numbered:
        return numbered[:shown]
    key = bare_name(text)
    return _by_name(key, country, shown) if key else []


def _rows(sql: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _by_number(text: str) -> list[Hit]:
    """Codes, BICs and registration numbers: no blank-separated words alone, but something with a digit, or a BIC."""
    key = number_key(text)
    looks_so = len(key) >= 4 and (any(c.isdigit() for c in key) or (key.isascii() and len(key) in (8, 11)))
    if not looks_so:
        return []
    values = {"key": key, "text": text.upper(), "bic": key.removesuffix("XXX") if len(key) == 11 else key}
    return [Hit(row[0], 1.0, "number") for row in _rows(_BY_NUMBER, values)]


def _by_name(key: str, country: str, shown: int) -> list[Hit]:
    """Exact or beginning, else by the words that are known, else by those spelt nearly so: each look only when needed."""
    words = tokens(key)
    best = _exact_or_prefix(Asked(key, country, shown, is_known=False))
    if best and best[0].likeness >= 1 and len(key) > 4:
        return best[:shown]
    known, unknown = _read(words)
    asked = Asked(key, country, shown, is_known=not unknown)
    mended = cache(lambda: _misspelt(sorted(unknown, key=len)[-WORDS_MENDED:]))
    rarest = sorted(known, key=lambda word: word.seen)[:WORDS_MENDED]
    looks = (
        lambda: known,
        lambda: [*known, *mended()],
        lambda: [*_misspelt([word.token for word in rarest], known), *mended()],
        lambda: [*known, *_alike(unknown)],
    )
    for enough, look in zip((0.6, 0.5, 0.45, 1.0), looks, strict=True):
        if best and best[0].likeness >= enough:
            break
        best = _merged(best, _by_words(asked, look()))
    return best[:shown]


def _exact_or_prefix(asked: Asked) -> list[Hit]:
    key = asked.key
    long_enough = len(key) >= (2 if is_han(key) else 3)
    where = "key LIKE %(prefix)s" if long_enough else "key = %(key)s"
    values = {**asked.bounds, "prefix": connection.ops.prep_for_like_query(key) + "%"}
    rows = _rows(_EXACT_OR_PREFIX.format(where=where, country=asked.of_country), values)
    hits = [Hit(row[0], 1.0 if row[1] else max(0.6, row[2]), "exact" if row[1] else "prefix") for row in rows]
    return sorted(hits, key=lambda hit: -hit.likeness)


def _read(found: Sequence[str]) -> tuple[list[Word], list[str]]:
    """The words of the query that the dictionary knows, with how common each is, and those it does not know."""
    if len(found) == 1 and found[0].isascii() and 2 <= len(found[0]) <= 6:
        found = [*found, "@" + found[0]]
    seen = _seen(found)
    unknown = [token for token in found if token not in seen and not token.startswith("@") and not is_han(token)]
    return [Word(token, (token,), seen[token]) for token in found if token in seen], unknown


def _seen(asked: Sequence[str]) -> dict[str, int]:
    return {str(token): int(count) for token, count in _rows(_KNOWN, [list(asked)])} if asked else {}


def _misspelt(asked: Sequence[str], known: Sequence[Word] = ()) -> list[Word]:
    """Words of the dictionary that are one error away; a word of `known` without such neighbours stays as it is."""
    variants = {token: one_error_away(token) for token in asked if 3 <= len(token) <= LONGEST_WORD and token.isascii()}
    seen = _seen(sorted(set().union(*variants.values()))) if variants else {}
    found = {word.token: word for word in known}
    for token, near in variants.items():
        stands_for = sorted((one for one in near if one in seen), key=lambda one: -seen[one])[:NEAR_WORDS]
        if stands_for:
            itself = found[token].stands_for if token in found else ()
            found[token] = Word(token, (*itself, *stands_for), sum(seen[one] for one in stands_for), is_exact=False)
    return list(found.values())


def one_error_away(word: str) -> set[str]:
    """Every word with one letter missing, added or exchanged, or two neighbours turned."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in parts if tail}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1}
    found |= {head + letter + tail[1:] for head, tail in parts if tail for letter in LETTERS}
    found |= {head + letter + tail for head, tail in parts for letter in LETTERS}
    return found - {word}


def _alike(unknown: Sequence[str]) -> list[Word]:
    """The last look, by trigrams: words with several errors."""
    if not unknown:
        return []
    _rows("SELECT set_limit(0.4)", None)
    grouped: dict[str, list[tuple[str, int]]] = {}
    for asked, token, count in _rows(_NEAR, {"words": sorted(unknown, key=len)[-2:], "most": NEAR_WORDS}):
        grouped.setdefault(str(asked), []).append((str(token), int(count)))
    return [
        Word(asked, tuple(token for token, _ in near), sum(count for _, count in near), is_exact=False)
        for asked, near in grouped.items()
    ]


def _by_words(asked: Asked, words: Sequence[Word]) -> list[Hit]:
    """Names that hold the two rarest words; when they find nothing alike, those that hold one of the rarest."""
    rarest = sorted(words, key=lambda word: word.seen)[:WORDS_ASKED]
    best: list[Hit] = []
    for attempt in _attempts(asked, rarest):
        best = _merged(best, _ranked(asked, attempt))
        if best and best[0].likeness >= GOOD_ENOUGH:
            break
    return best


def _attempts(asked: Asked, rarest: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """Pairs first, then single words that are not too common; none that was made in an earlier look."""
    pairs = (
        [rarest[:2], [rarest[0], rarest[2]], rarest[1:3]] if len(rarest) > 2 else [rarest] if len(rarest) == 2 else []
    )
    for attempt in (*pairs, *([word] for word in rarest[:3] if _may_stand_alone(asked, rarest, word))):
        mark = tuple(word.stands_for for word in attempt)
        if mark not in asked.tried:
            asked.tried.add(mark)
            yield attempt


def _may_stand_alone(asked: Asked, rarest: Sequence[Word], word: Word) -> bool:
    """A common word finds too much, unless it is all that was typed, or the initials."""
    return word.seen <= COMMON or (len(rarest) == 1 and (asked.is_known or word.token.startswith("@")))


def _ranked(asked: Asked, attempt: Sequence[Word]) -> list[Hit]:
    where = " AND ".join(f"tokens && %(w{n})s::text[]" for n in range(len(attempt)))
    values = {**asked.bounds, **{f"w{n}": list(word.stands_for) for n, word in enumerate(attempt)}}
    rows = _rows(_RANKED.format(where=where, country=asked.of_country), values)
    hits = [Hit(row[0], min(0.99, row[1]), "words") for row in rows]
    initials = any(token.startswith("@") for word in attempt for token in word.stands_for)
    return [Hit(hit.obligor_id, max(hit.likeness, 0.5), hit.how) if initials else hit for hit in hits
            if initials or hit.likeness >= LEAST_LIKE]  # fmt: skip


def _merged(first: Sequence[Hit], second: Sequence[Hit]) -> list[Hit]:
    found: dict[int, Hit] = {}
    for hit in (*first, *second):
        if hit.obligor_id not in found or found[hit.obligor_id].likeness < hit.likeness:
            found[hit.obligor_id] = hit
    return sorted(found.values(), key=lambda hit: -hit.likeness)
