"""Lines of text → their characters and tokens as arrays, for many lines at a time.

A token is a run of letters and the marks on them, a run of digits, one letter of a script that
writes without spaces, or one of any other character but white space. Tokens are known by a hash
of their folded letters; all digits are alike, so a number is known by its length.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from newshole.alphabet import (
    CLASSES,
    COMBINING,
    DIGIT,
    FIRST_PUNCTUATION,
    LIMIT,
    LOWER,
    NEWLINE,
    SPACE,
    UNCASED,
    UPPER,
    alphabet,
)

HEAD, TAIL = 200, 60
"""Of a longer line the first and last code points that are looked at."""

_REACH = 31
_NOTHING, _WORD, _NUMBER, _SINGLE = range(4)
_GROUP = np.full(CLASSES, _SINGLE, np.uint8)
_GROUP[[NEWLINE, SPACE]] = _NOTHING
_GROUP[[UPPER, LOWER, UNCASED, COMBINING]] = _WORD
_GROUP[DIGIT] = _NUMBER
# Powers of an odd number, modulo 2³²: a polynomial hash (Karp and Rabin 1987).
_POWERS = np.array([pow(0x02000327, power, 2**32) for power in range(_REACH + 1)], np.uint32)


class Scan(NamedTuple):
    """Lines as arrays. By character: ``classes``, ``marks``, ``line`` (whose it is, its newline
    included). By line: ``first`` and ``length`` in characters, clipped; ``full``, the length
    before clipping; ``first_token`` and ``tokens``, how many. By token: ``hashes`` (uint32),
    ``kinds`` (class of its first character), ``widths`` (up to the next token), ``token_line``.
    """

    classes: np.ndarray
    marks: np.ndarray
    line: np.ndarray
    first: np.ndarray
    length: np.ndarray
    full: np.ndarray
    first_token: np.ndarray
    tokens: np.ndarray
    hashes: np.ndarray
    kinds: np.ndarray
    widths: np.ndarray
    token_line: np.ndarray

    @property
    def in_words(self) -> np.ndarray:
        """By token: whether it is a word or a number, not punctuation."""
        return self.kinds < FIRST_PUNCTUATION


def scan(texts: Sequence[str]) -> Scan:
    """Scan lines, one or more, each with something in it beside white space, and no newline."""
    letters = alphabet()
    clipped = [_clip(text) for text in texts]
    count = len(texts)
    data = "\n".join([*clipped, ""]).encode("utf-32-le", "surrogatepass")
    codes = np.minimum(np.frombuffer(data, np.uint32), LIMIT)
    classes = letters.classes[codes]
    length = np.fromiter(map(len, clipped), np.int64, count)
    first = np.zeros(count, np.int64)
    np.cumsum(length[:-1] + 1, out=first[1:])
    group = _GROUP[classes]
    opens = group > _NOTHING
    opens[1:] &= (group[1:] != group[:-1]) | (group[1:] == _SINGLE)
    starts = np.flatnonzero(opens)
    widths = np.diff(starts, append=len(codes))
    place = np.arange(len(codes))
    place[starts[0] :] -= np.repeat(starts, widths)
    values = letters.folded[codes] * _POWERS[np.minimum(place, _REACH)]
    hashes = mix(np.add.reduceat(values, starts, dtype=np.uint32))
    first_token = np.searchsorted(starts, first)
    tokens = np.diff(first_token, append=len(starts))
    lines = np.arange(count)
    return Scan(
        classes=classes,
        marks=letters.marks[codes],
        line=np.repeat(lines, length + 1),
        first=first,
        length=length,
        full=np.fromiter(map(len, texts), np.int64, count),
        first_token=first_token,
        tokens=tokens,
        hashes=hashes,
        kinds=classes[starts],
        widths=widths,
        token_line=np.repeat(lines, tokens),
    )


def mix(values: np.ndarray) -> np.ndarray:
    """Hashes with their bits spread: Prospector's low-bias 32-bit function (Wellons 2018)."""
    values = (values ^ (values >> np.uint32(16))) * np.uint32(0x7FEB352D)
    values = (values ^ (values >> np.uint32(15))) * np.uint32(0x846CA68B)
    spread: np.ndarray = values ^ (values >> np.uint32(16))
    return spread


def runs(hashes: np.ndarray, longest: int) -> Iterator[np.ndarray]:
    """By token: a hash of the one token, of two from it on, and so on up to the longest run.

    The last ones reach into nothing.
    """
    found = hashes
    for step in range(longest):
        if step:
            following = np.zeros_like(hashes)
            following[:-step] = hashes[step:]
            found = mix(found * np.uint32(31) + following + np.uint32(step))
        yield found


def line_hashes(seen: Scan) -> np.ndarray:
    """By line: a hash of all its tokens in order."""
    place = np.arange(len(seen.hashes)) - np.repeat(seen.first_token, seen.tokens)
    values = seen.hashes * _POWERS[np.minimum(place, _REACH)]
    found: np.ndarray = mix(np.add.reduceat(values, seen.first_token, dtype=np.uint32))
    return found


def _clip(text: str) -> str:
    return text if len(text) <= HEAD + TAIL + 1 else f"{text[:HEAD]} {text[-TAIL:]}"
