"""What each character is, as tables over code points: its class, its folded letter, its mark.

Classes follow Unicode's general categories (:mod:`unicodedata`). Code points from
:data:`LIMIT` on, planes 2 and up, are ideographs but for a few tags, and share one entry.
"""

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np

LIMIT = 0x20000

(
    NEWLINE,
    SPACE,
    UPPER,
    LOWER,
    UNCASED,
    UNSPACED,
    DIGIT,
    COMBINING,
    TERMINAL,
    COMMA,
    QUOTE,
    BRACKET,
    DASH,
    SEPARATOR,
    SYMBOL,
    OTHER,
) = range(16)
CLASSES = 16

FIRST_PUNCTUATION = TERMINAL
"""Classes from this on are no part of words and numbers."""

MARKS = "@#©$€£%&:?!|/·•→>…\\\"'“(-—[_+"
"""Characters that say much of a short line, each by itself; in the table from 1 on."""

# Classes by characters, where the general category does not tell.
_TERMINALS = frozenset(".!?…。！？｡．؟۔।॥")
_COMMAS = frozenset(",:;，：；、،؛")
_QUOTES = frozenset("\"'”’“‘«»‹›„‚「」『』`")
_SEPARATORS = frozenset("|·•/>→<►▶■▪●*+\\")
_SPACES = frozenset("\t\r\x0b\x0c\x1c\x1d\x1e\x1f\x85")
# Thai, Lao, Burmese and Khmer, Han, kana: no space between words.
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3005, 0x3007),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),
)


_CATEGORIES = {
    **{"L": UNCASED, "Lu": UPPER, "Lt": UPPER, "Ll": LOWER, "N": DIGIT, "M": COMBINING},
    **{"Ps": BRACKET, "Pe": BRACKET, "Pd": DASH, "S": SYMBOL, "Z": SPACE},
}
_CHARACTERS = {
    **dict.fromkeys(_TERMINALS, TERMINAL),
    **dict.fromkeys(_COMMAS, COMMA),
    **dict.fromkeys(_QUOTES, QUOTE),
    **dict.fromkeys(_SEPARATORS, SEPARATOR),
    **dict.fromkeys(_SPACES, SPACE),
    "\n": NEWLINE,
}


class Alphabet(NamedTuple):
    """Tables by code point, ``LIMIT + 1`` long: ``classes`` and ``marks`` uint8, ``folded`` uint32.

    ``folded`` is the letter in folded case, one for all digits, 0 for white space.
    """

    classes: np.ndarray
    folded: np.ndarray
    marks: np.ndarray


@cache
def alphabet() -> Alphabet:
    """The tables; made once a process, in a tenth of a second."""
    classes = np.full(LIMIT + 1, OTHER, np.uint8)
    folded = np.zeros(LIMIT + 1, np.uint32)
    for code in range(LIMIT):
        character = chr(code)
        found = classes[code] = _class_of(character, unicodedata.category(character))
        if found in (UPPER, LOWER, UNCASED):
            folded[code] = ord(character.casefold()[0]) + 1
        elif found == DIGIT:
            folded[code] = ord("0") + 1
        elif found not in (SPACE, NEWLINE):
            folded[code] = code + 1
    for first, last in _UNSPACED:
        letters = classes[first : last + 1]
        letters[np.isin(letters, (LOWER, UNCASED))] = UNSPACED
    classes[LIMIT], folded[LIMIT] = UNSPACED, LIMIT
    marks = np.zeros(LIMIT + 1, np.uint8)
    for number, character in enumerate(MARKS, start=1):
        marks[ord(character)] = number
    return Alphabet(classes, folded, marks)


def _class_of(character: str, category: str) -> int:
    found = _CHARACTERS.get(character)
    if found is None:
        found = _CATEGORIES.get(category) or _CATEGORIES.get(category[0], OTHER)
    return found
