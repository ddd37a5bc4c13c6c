"""The lexicon's phrases, found in many lines at a time by hashes of token runs."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from newshole.alphabet import DIGIT
from newshole.labels import NAMES
from newshole.lexicon import ANYWHERE, CLOSING, OPENING, WHOLE, lexicon, phrases_of
from newshole.scan import Scan, runs, scan

PLACES = (WHOLE, OPENING, CLOSING, ANYWHERE)
MONTH, TIME, STOP, AGENCY, READING = range(len(NAMES), len(NAMES) + 5)
"""What a phrase may be beside a label's, whose numbers are those of ``NAMES``."""

_BUCKETS = 1 << 16
_LISTS = (
    (MONTH, ("time", "months")),
    (TIME, ("time", "words")),
    (STOP, ("stop_words",)),
    (AGENCY, ("agencies",)),
    (READING, ("time", "readings")),
)


class Hits(NamedTuple):
    """Phrases found: the line, whose phrase it is, and the number of its place in ``PLACES``."""

    line: np.ndarray
    label: np.ndarray
    place: np.ndarray


class _Table(NamedTuple):
    # ``bucket`` says which hashes are worth a look; ``first`` where a key's entries begin.
    keys: np.ndarray
    bucket: np.ndarray
    first: np.ndarray
    labels: np.ndarray
    places: np.ndarray


def hits(seen: Scan) -> Hits:
    """Every phrase of the lexicon that stands in a line where it must.

    Punctuation is passed over; numbers at either end do not keep a phrase from being the whole of
    a line ("Share 12", "3 comments").
    """
    words = np.flatnonzero(seen.in_words)
    hashes, line = seen.hashes[words], seen.token_line[words]
    count = len(words)
    if not count:
        return Hits(*(np.zeros(0, np.int64) for _ in Hits._fields))
    # By line: the first and last of its words, and those that are no numbers.
    last = np.searchsorted(line, np.arange(len(seen.tokens)), side="right")
    first = np.searchsorted(line, np.arange(len(seen.tokens)))
    number = seen.kinds[words] == DIGIT
    passed = np.concatenate([[0], np.cumsum(number)])
    found: list[tuple[np.ndarray, ...]] = []
    tables = _tables()
    for length, keys in enumerate(runs(hashes, max(tables)), start=1):
        if (table := tables.get(length)) is None:
            continue
        at = np.flatnonzero(table.bucket[keys & np.uint32(_BUCKETS - 1)])
        key = np.minimum(np.searchsorted(table.keys, keys[at]), len(table.keys) - 1)
        fits = (table.keys[key] == keys[at]) & (at + length <= last[line[at]])
        at, key = at[fits], key[fits]
        counts = table.first[key + 1] - table.first[key]
        entry = np.repeat(table.first[key] - np.cumsum(counts) + counts, counts)
        entry += np.arange(len(entry))
        at = np.repeat(at, counts)
        where, place = line[at], table.places[entry]
        # Only numbers before it, or after it.
        opens = passed[at] - passed[first[where]] == at - first[where]
        closes = passed[last[where]] - passed[at + length] == last[where] - at - length
        stands = (
            (place == 3)
            | ((place == 1) & opens)
            | ((place == 2) & closes & (at > first[where]))
            | ((place == 0) & opens & closes)
        )
        found.append((where[stands], table.labels[entry][stands], place[stands]))
    return Hits(*(np.concatenate(column) for column in zip(*found, strict=True)))


@cache
def _tables() -> dict[int, _Table]:
    """By number of tokens."""
    phrases = list(_phrases())
    seen = scan([text for text, _, _ in phrases])
    entries: dict[int, dict[int, set[tuple[int, int]]]] = {}
    words = np.flatnonzero(seen.in_words)
    line = seen.token_line[words]
    lengths = np.bincount(line, minlength=len(phrases)).tolist()
    starts = np.searchsorted(line, np.arange(len(phrases)))
    for length, keys in enumerate(runs(seen.hashes[words], max(lengths)), start=1):
        for number, (_, label, place) in enumerate(phrases):
            if lengths[number] == length:
                known = entries.setdefault(length, {}).setdefault(int(keys[starts[number]]), set())
                known.add((label, place))
    return {length: _table(known) for length, known in entries.items()}


def _phrases() -> Iterator[tuple[str, int, int]]:
    content = lexicon()
    for label, places in content["labels"].items():
        for place, languages in places.items():
            for phrase in phrases_of(languages):
                yield phrase, NAMES.index(label), PLACES.index(place)
    for what, path in _LISTS:
        found: Any = content
        for key in path:
            found = found[key]
        for phrase in phrases_of(found):
            yield phrase, what, PLACES.index(ANYWHERE)


def _table(known: dict[int, set[tuple[int, int]]]) -> _Table:
    keys = sorted(known)
    pairs = [pair for key in keys for pair in sorted(known[key])]
    bucket = np.zeros(_BUCKETS, bool)
    bucket[np.array(keys, np.uint32) & np.uint32(_BUCKETS - 1)] = True
    return _Table(
        np.array(keys, np.uint32),
        bucket,
        np.cumsum([0, *(len(known[key]) for key in keys)]),
        np.array([label for label, _ in pairs]),
        np.array([place for _, place in pairs]),
    )
