"""What those who made a picture are called in a credit: words, agencies, names with a slash."""

import re
from functools import cache

from newshole import lexicon
from newshole.wordshape import is_uncased

SIGN = re.compile(r"©|\([cC]\)(?=\s?[^\W\d_])")
"""The sign of copyright, also as a letter in brackets before a name."""

SLASHED = re.compile(r"\b[A-Z][\w.]*\s?/\s?[A-Z]|/[A-Z]{2,}")
"""A photographer and an agency with a slash between."""


def opens_credit(text: str) -> bool:
    """True for a line that begins with a credit's own words."""
    found = lexicon.tokens(text[:60])
    if not found:
        return False
    openings = lexicon.token_runs("labels", "credit", "opening")
    sources = lexicon.token_runs("labels", "source", "opening")
    return (
        SIGN.match(text) is not None
        or lexicon.run_at(found, 0, openings) > 0
        or lexicon.run_at(found, 0, sources) > 0
    )


def is_credit(text: str) -> bool:
    """True for a maker's name as credits give it: with a word, an agency, a slash or ©."""
    found = lexicon.tokens(text)
    if not found:
        return False
    if lexicon.run_at(found, 0, lexicon.token_runs("labels", "credit", "opening")) or "©" in text:
        return True
    if is_prose(text):
        # "(BBC presenter, left)" names no maker.
        return False
    if SLASHED.search(text) is not None and " " in text:
        return True
    closings = lexicon.token_runs("labels", "credit", "closing")
    if is_uncased(text) and lexicon.run_at(found, len(found) - 1, closings):
        return True
    agencies = lexicon.token_runs("agencies")
    banks = lexicon.token_runs("labels", "credit", "anywhere")
    written = lexicon.TOKEN.findall(text)
    for at, token in enumerate(found):
        length = lexicon.run_at(found, at, agencies) or lexicon.run_at(found, at, banks)
        # "(in the spa)": in small letters only as the whole, or with a slash.
        small = length == 1 and at < len(written) and written[at].islower()
        if length and (not small or len(found) == 1 or f"{token}/" in text or f"/{token}" in text):
            return True
    return False


def is_makers(text: str) -> bool:
    """True for names of those who made a picture: "Tom Ode / Harbour Pictures via AP file"."""
    words = text.replace("/", " ").split()
    if is_uncased(text):
        return False
    most = 10 if "/" in text else 4
    if not 0 < len(words) <= most or any(character.isdigit() for character in text):
        return False
    known = credit_words()
    return (
        words[0][0].isupper()
        and words[-1][-1] not in ":;,-"
        and all(
            word[0].isupper() or len(word) <= 3 or lexicon.fold(word) in known for word in words
        )
    )


def is_prose(text: str) -> bool:
    """True for text with a longer word in small letters that is not one of credits."""
    known = credit_words()
    return any(
        len(word) > 3 and word.islower() and word.isalpha() and word not in known
        for word in lexicon.TOKEN.findall(text)
    )


@cache
def credit_words() -> frozenset[str]:
    """Single words of the phrases that credits consist of, in all languages."""
    places = ("opening", "closing", "anywhere")
    return frozenset().union(*(lexicon.words("labels", "credit", place) for place in places))
