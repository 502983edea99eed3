"""Search among millions of names in milliseconds. Each look is made only when those before it found nothing alike:

1. a number; 2. the bare name and what begins so; 3. the whole name with a letter too many, two turned or a blank misplaced;
4. its rarest words together, rare ones in pairs, a rare with a common one, one alone. A word that the dictionary does not know
is read as those one typing error away, which are some hundred look-ups by primary key; last of all as those that begin alike.

A common word is never looked for alone, and two common ones only when nothing else was typed: the database would walk over
all names that hold them. What is found (at most MOST rows) is ranked by likeness of the whole name. No statement is sent
twice. `benchmarks/company_search.py` measures it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, combinations, product
from typing import Any

from django.db import connection

from credit_info.names import bare_name, is_han, number_key, tokens
from credit_info.spelling import names_near, words_near

SHOWN, MOST = 20, 600
MOST_BEFORE_COUNTRY = 3 * MOST  # the country is asked of what was found, not of the whole register
RARE = 5_000  # names that hold a word
RARE_ASKED, COMMON_ASKED, WORDS_MENDED, NEAR_WORDS, MOST_BEGUN = 5, 2, 3, 8, 2_000
LONGEST_WORD = 24
ONE_ERROR, GOOD_ENOUGH, ENOUGH, LEAST_LIKE = 0.8, 0.55, 0.5, 0.24


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
    is_known: bool = False
    tried: set[tuple[tuple[tuple[str, ...], ...], ...]] = field(default_factory=set)

    @property
    def bounds(self) -> dict[str, object]:
        most = MOST_BEFORE_COUNTRY if self.country else MOST
        return {"key": self.key, "country": self.country, "most": most, "shown": self.shown}

    @property
    def with_one_error(self) -> float:
        """The likeness of a word of this length with one letter exchanged: three of its trigrams differ on either side."""
        trigrams = len(self.key) + 1
        return max(LEAST_LIKE, (trigrams - 3) / (trigrams + 3))

    @property
    def of_country(self) -> str:
        return "country = %(country)s" if self.country else "true"


@dataclass(frozen=True)
class Word:
    """A word of the query with the words of the dictionary that it may stand for; `seen` is how many names hold one."""

    token: str
    stands_for: tuple[str, ...]
    seen: int

    @property
    def is_rare(self) -> bool:
        return self.seen <= RARE


Attempt = Sequence[tuple[Word, ...]]  # names that hold all words of one of these


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
    WHERE {country} LIMIT 60
"""
_KNOWN = "SELECT token, seen FROM credit_info_searchtoken WHERE token = ANY(%s)"
_ONE_ERROR = """
    SELECT obligor_id, similarity(key, %(key)s) FROM credit_info_searchname WHERE key = ANY(%(near)s) AND {country} LIMIT 60
"""
_BEGUN_ALIKE = """
    SELECT token, seen FROM (
        SELECT token, seen, similarity(token, %(token)s) AS likeness FROM credit_info_searchtoken
        WHERE token LIKE %(start)s LIMIT %(most)s) begun
    WHERE likeness >= 0.4 ORDER BY likeness DESC, seen DESC LIMIT %(near)s
"""
_RANKED = """
    SELECT obligor_id, max(similarity(key, %(key)s)) AS likeness FROM (
        SELECT obligor_id, key, country FROM credit_info_searchname WHERE {where} LIMIT %(most)s) found
    WHERE {country} GROUP BY obligor_id ORDER BY likeness DESC, obligor_id LIMIT %(shown)s
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
    asked = Asked(key, country, shown)
    return (_exact_or_prefix(asked) or _one_error(asked) or _by_words(asked))[:shown]


def _exact_or_prefix(asked: Asked) -> list[Hit]:
    key = asked.key
    long_enough = len(key) >= (2 if is_han(key) else 3)
    where = "key LIKE %(prefix)s" if long_enough else "key = %(key)s"
    values = {**asked.bounds, "prefix": connection.ops.prep_for_like_query(key) + "%"}
    rows = _rows(_EXACT_OR_PREFIX.format(where=where, country=asked.of_country), values)
    return _best_first(
        Hit(row[0], 1.0 if row[1] else max(0.6, row[2]), "exact" if row[1] else "prefix") for row in rows
    )


def _one_error(asked: Asked) -> list[Hit]:
    values = {**asked.bounds, "near": sorted(names_near(asked.key))}
    rows = _rows(_ONE_ERROR.format(country=asked.of_country), values)
    return _best_first(Hit(row[0], min(0.99, max(ONE_ERROR, row[1])), "spelling") for row in rows)


def _by_words(asked: Asked) -> list[Hit]:
    """By the words as they stand, the unknown ones mended; then the rarest mended too; then those that begin alike."""
    known, unknown = _read(tokens(asked.key))
    asked = replace(asked, is_known=not unknown)
    rarest = sorted(known, key=lambda word: word.seen)[:WORDS_MENDED]
    mended = _misspelt(sorted(unknown, key=len)[-WORDS_MENDED:])
    looks: tuple[Callable[[], list[Word]], ...] = (
        lambda: [*known, *mended],
        lambda: [*_misspelt([word.token for word in rarest], known), *mended],
        lambda: [*known, *_begun_alike(unknown)],
    )
    best: list[Hit] = []
    for look in looks:
        best = _look(asked, look(), best)
        if best and best[0].likeness >= min(ENOUGH, asked.with_one_error):
            break
    return best


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
    near = {token: words_near(token) for token in asked if 3 <= len(token) <= LONGEST_WORD and token.isascii()}
    seen = _seen(sorted(set().union(*near.values()))) if near else {}
    found = {word.token: word for word in known}
    for token, words in near.items():
        commonest = sorted((one for one in words if one in seen), key=lambda one: -seen[one])[:NEAR_WORDS]
        if commonest:
            itself = found.get(token, Word(token, (), 0))
            count = itself.seen + sum(seen[one] for one in commonest)
            found[token] = Word(token, (*itself.stands_for, *commonest), count)
    return list(found.values())


def _begun_alike(unknown: Sequence[str]) -> list[Word]:
    """Words with several errors, the first half of which is right."""
    found = [_begun_like(token) for token in sorted(unknown, key=len)[-2:]]
    return [word for word in found if word.stands_for]


def _begun_like(token: str) -> Word:
    start = connection.ops.prep_for_like_query(token[: max(3, len(token) // 2)]) + "%"
    near = _rows(_BEGUN_ALIKE, {"token": token, "start": start, "most": MOST_BEGUN, "near": NEAR_WORDS})
    return Word(token, tuple(str(one) for one, _ in near), sum(count for _, count in near))


def _look(asked: Asked, words: Sequence[Word], best: list[Hit]) -> list[Hit]:
    for attempt in _attempts(asked, sorted(words, key=lambda word: word.seen)):
        best = _best_first([*best, *_ranked(asked, attempt)])
        if best and best[0].likeness >= min(GOOD_ENOUGH, asked.with_one_error):
            break
    return best


def _attempts(asked: Asked, words: Sequence[Word]) -> Iterator[Attempt]:
    """From few names to more; `words` come rarest first. None that was made in an earlier look."""
    rare = [word for word in words if word.is_rare][:RARE_ASKED]
    common = [word for word in words if not word.is_rare][:COMMON_ASKED]
    together = [tuple([*rare, *common][:3])] if rare or (common and asked.is_known) else []
    mixed = [pair for pair in product(rare[:3], common) if not _overlap(*pair)]
    for attempt in (together, list(combinations(rare, 2)), mixed, _alone(asked, words)):
        mark = tuple(tuple(word.stands_for for word in held) for held in attempt)
        if attempt and mark not in asked.tried:
            asked.tried.add(mark)
            yield attempt


def _overlap(rare: Word, common: Word) -> bool:
    """Neighbouring pairs of characters: nearly every name that holds the rare one holds the common one."""
    one, other = rare.token, common.token
    return is_han(one) and (one[-1] == other[0] or one[0] == other[-1])


def _alone(asked: Asked, words: Sequence[Word]) -> Attempt:
    """The rarest words as long as they find few names; a common one if it is all that was typed, or the initials."""
    held = accumulate(word.seen for word in words)
    few = [(word,) for word, count in zip(words, held, strict=True) if count <= MOST]
    is_all = len(words) == 1 and (asked.is_known or words[0].token.startswith("@"))
    return few or ([(words[0],)] if is_all else [])


def _ranked(asked: Asked, attempt: Attempt) -> list[Hit]:
    values, either = asked.bounds, []
    for held in attempt:
        names = [f"w{len(values) + n}" for n in range(len(held))]
        values |= {name: list(word.stands_for) for name, word in zip(names, held, strict=True)}
        either.append("(" + " AND ".join(f"tokens && %({name})s::text[]" for name in names) + ")")
    rows = _rows(_RANKED.format(where=" OR ".join(either), country=asked.of_country), values)
    least = 0.5 if any(word.token.startswith("@") for word in attempt[0]) else 0.0  # initials say much
    hits = [Hit(row[0], min(0.99, max(row[1], least)), "words") for row in rows]
    return [hit for hit in hits if hit.likeness >= LEAST_LIKE]


def _best_first(hits: Iterable[Hit]) -> list[Hit]:
    """Each obligor once, by the name that is most alike."""
    found: dict[int, Hit] = {}
    for hit in hits:
        if hit.obligor_id not in found or found[hit.obligor_id].likeness < hit.likeness:
            found[hit.obligor_id] = hit
    return sorted(found.values(), key=lambda hit: -hit.likeness)
