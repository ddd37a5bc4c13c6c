"""The shapes of lines: what digits, marks and capitals tell in any language."""

import re

from newshole import lexicon
from newshole.evidence import Evidence

_COUNT = re.compile(r"[+\-]?\d{1,3}(?:[.,\u202f\u00a0 ]?\d{1,3})*\s?[kKmM]?\+?")
_PLAYER = re.compile(
    r"\d{1,3}\s?(?:/|of)\s?\d{1,3}|\d{1,2}:\d\d(?::\d\d)?(?:\s*/\s*\d{1,2}:\d\d(?::\d\d)?)"
)
_FILE_NAME = re.compile(r"[\w.%()-]+\.(?:jpe?g|png|gif|webp|svg|avif)", re.IGNORECASE)
_TAG = re.compile(r"#\w[\w-]*")
_POST = re.compile(r"pic\.twitter\.com|^[—–-]\s.{1,80}\(@\w+\)|\(@\w{2,30}\)\s+\S+ \d{1,2}, \d{4}$")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PRICE = re.compile(r"[$€£¥₹]\s?\d|\d\s?(?:€|£|USD|EUR)")
_CREDIT_MARK = re.compile(r"^\(?(?:©|\(c\)\s|[A-Z]{2,12}/)|/[A-Z][A-Z ]+$")
_NAME = re.compile(r"[^\W\d_]{1,3}\.|[^\W\d_][\w'’.-]*")

_LONGEST_CREDIT = 80
_LONGEST_TIME = 100
_REPETITION = 20


def is_time(line: Evidence) -> bool:
    """Little but dates, clock times and the words that go with them."""
    return (
        line.digits > 0
        and line.time_share > 0.55
        and 5 <= line.width <= _LONGEST_TIME
        and (line.digits > 1 or len(line.tokens) > 1)
    )


def is_count(text: str) -> bool:
    """A bare number, as counters show it: ``162``, ``1.1K``."""
    return len(text) <= 12 and _COUNT.fullmatch(text) is not None


def is_player(text: str) -> bool:
    """The place in a gallery or a recording: ``1 / 7``, ``0:00 / 1:47``."""
    return len(text) <= 24 and _PLAYER.fullmatch(text) is not None


def is_file_name(text: str) -> bool:
    """The name of a picture's file: ``IMG_2041.jpg``."""
    return len(text) <= 120 and _FILE_NAME.fullmatch(text) is not None


def is_tags(text: str) -> bool:
    """Nothing but hashtags."""
    words = (
        text[:300].replace(",", " ").replace("·", " ").replace("|", " ").replace("#", " #").split()
    )
    return len(text) <= 300 and bool(words) and all(map(_TAG.fullmatch, words))


def is_post(text: str) -> bool:
    """A post's attribution: its author's handle and its date, or its picture's address."""
    return _POST.search(text[:600]) is not None


def is_address(text: str) -> bool:
    """An e-mail address, and hardly more."""
    match = _ADDRESS.search(text[:200])
    return match is not None and 2 * len(match[0]) >= len(text)


def is_price(text: str) -> bool:
    """A short line with a price."""
    return len(text) <= 120 and _PRICE.search(text) is not None


def is_credit(line: Evidence) -> bool:
    """A short line with the marks of a credit: ``AFI/Jane Doe``, ``© Tom Ode``."""
    return line.width <= _LONGEST_CREDIT and _CREDIT_MARK.search(line.text) is not None


def names_source(line: Evidence) -> bool:
    """An agency's name alone, or a logo's alternative text: ``logo-harbour-lantern``."""
    if not line.tokens or line.width > 60:
        return False
    words = [word for token in line.tokens for word in token.split("_")]
    if "logo" in words and len(words) > 1:
        return True
    length = lexicon.run_at(line.tokens, 0, lexicon.token_runs("agencies"))
    return length == len(line.tokens)


def agencies_in(line: Evidence) -> bool:
    """A news or picture agency's name somewhere in the line."""
    runs = lexicon.token_runs("agencies")
    return any(
        token in runs and lexicon.run_at(line.tokens, at, runs)
        for at, token in enumerate(line.tokens)
    )


def is_names(line: Evidence) -> bool:
    """Two to eight words that all but a few begin with a capital: a name, or two."""
    words = line.text.replace(",", " ").replace("/", " ").replace("|", " ").split()
    if not 2 <= len(words) <= 8 or line.ends or line.width > 70:
        return False
    named = sum(bool(_NAME.fullmatch(word)) and word[0].isupper() for word in words)
    return named >= max(2, len(words) - 2) and line.digits == 0


def repeats(line: Evidence, other: Evidence) -> bool:
    """True when one line begins with all letters and digits of the other."""
    short, long = sorted((line.key, other.key), key=len)
    return len(short) >= _REPETITION and long.startswith(short)
