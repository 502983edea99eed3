"""What somebody may have meant who made one typing error. Pure."""

from __future__ import annotations

from credit_info.names import SHORT, kept_words, without_han_forms

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def one_error_away(word: str, letters: str = LETTERS) -> set[str]:
    """Every word with one letter missing, added or exchanged, or two neighbours turned; added ones are of `letters`."""
    parts = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in parts if tail}
    found |= {head + tail[1] + tail[0] + tail[2:] for head, tail in parts if len(tail) > 1}
    found |= {head + letter + tail[1:] for head, tail in parts if tail for letter in letters}
    found |= {head + letter + tail for head, tail in parts for letter in letters}
    return found - {word}


def words_near(word: str) -> set[str]:
    """The words that `word` may stand for, as bare names write them: "tradng" may stand for "trd"."""
    return {SHORT.get(one, one) for one in one_error_away(word)} - {"", word}


def names_near(key: str) -> set[str]:
    """The bare names that `key` may stand for when it has a letter too many, two turned, or a blank missing or in a wrong place."""
    return {" ".join(kept_words(without_han_forms(one).split())) for one in one_error_away(key, " ")} - {"", key}
