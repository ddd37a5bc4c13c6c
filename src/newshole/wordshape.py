"""Where a line is cut, and the shapes of words and names that tell of it, in any script."""

import re
from functools import cache

from newshole import lexicon

CLOSED = '.!?…。！？؟।"”’»)）]'
"""What a sentence or a bracket ends with."""

Bounds = list[tuple[int, str]]
"""Where each piece of a line begins, in code points, and its label's name."""

_LONGEST_TAIL = 60
_DOTTED = re.compile(r"[^\W_]{2}\.\w")
_PARTICLE = 3
"""Letters of the longest word in small letters that a name may hold (van, of the, für)."""
_FILE_ENDINGS = frozenset({"jpg", "jpeg", "png", "gif", "webp", "tif", "tiff", "svg", "pdf"})


def is_uncased(text: str) -> bool:
    """True where the first letter belongs to a script without capitals (Arabic, Han, Hangul)."""
    letter = next((character for character in text if character.isalpha()), "")
    return bool(letter) and letter.lower() == letter.upper()


def starts_small(text: str) -> bool:
    """True for text whose first character, after white space, is a small letter."""
    return text.lstrip()[:1].islower()


def is_name(text: str, least: int = 2, most: int = 5) -> bool:
    """True for ``least`` to ``most`` capitalised words, particles in small letters among them."""
    words = text.replace("/", " / ").split()
    count = sum(word != "/" for word in words)
    if not least <= count <= most or any(character.isdigit() for character in text):
        return False
    if not words[0].lstrip("\"“„'’@")[:1].isupper() or words[-1][-1] in ":;!?…":
        return False
    return not words[-1][0].islower() and all(
        not word[0].islower() or len(word) <= _PARTICLE for word in words
    )


@cache
def _agencies_in_one() -> frozenset[str]:
    return frozenset(
        "".join(run) for runs in lexicon.token_runs("agencies").values() for run in runs
    )


def is_agency(text: str) -> bool:
    """True for the name of an agency that the lexicon knows, and nothing else."""
    found = lexicon.tokens(text)
    return bool(found) and "".join(found) in _agencies_in_one()


def names_agency(text: str) -> bool:
    """True for an agency's name in brackets, known or written like one: (AP), (npa), (KNA/iz)."""
    inner = text.strip("()（）[]【】〔〕/ .«»“”„")
    if not inner:
        return False
    if is_agency(inner):
        return True
    if text[:1] == "[" or " " in inner:
        # "[iv]" and "[sic]" are notes; words with a space between are no sign.
        return False
    short = inner.replace("/", "").replace(".", "").replace("-", "")
    joined = "/" in inner or "-" in inner
    return (
        short.isalpha()
        # In small letters five and more are a word: "(links)".
        and 2 <= len(short) <= (12 if joined else 4 if short.islower() else 6)
        and (short.isupper() or short.islower() or "/" in inner)
    )


def glued_start(text: str) -> int:
    """Where capitals glued behind the last sentence begin (``airport.NDP``); 0 for none."""
    if not text or text[-1] in CLOSED:
        return 0
    at = max(text.rfind(mark, max(0, len(text) - _LONGEST_TAIL)) for mark in CLOSED)
    tail = text[at + 1 :]
    if at < 20 or len(tail) < 2 or not tail[0].isupper() or tail[-1] in ";`":
        return 0
    words = tail.replace("/", " ").split()
    if len(words) > 6 or lexicon.fold(tail) in _FILE_ENDINGS:
        return 0
    # "System.Text.Json" is no sentence with an agency behind it, nor are broken bytes one ("Â Â").
    if _DOTTED.search(text[: at + 1].split()[-1]) or max(map(len, words)) < 2:
        return 0
    return at + 1 if all(not word[0].islower() for word in words) else 0
