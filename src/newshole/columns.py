"""Lines of pages as numbers: what each shows of itself, its page and its surroundings.

All is counted over arrays, many pages at a time. No column needs spaces between words or Latin
letters; words of the lexicon are some columns among others.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from newshole import surroundings as around
from newshole.alphabet import CLASSES, DIGIT, LOWER, MARKS, NEWLINE, UNCASED, UNSPACED, UPPER
from newshole.hint import TextLine
from newshole.labels import NAMES
from newshole.phrases import AGENCY, MONTH, READING, STOP, TIME, Hits, hits
from newshole.scan import Scan, line_hashes, runs, scan

STEPS = 64
"""Columns are in whole numbers of 1/64, so that sums over them are exact on every processor."""

_WIDTHS = np.array([2, 4, 8, 13, 20, 28, 40, 60, 90, 130, 180, 260, 400, 700])
_SHARES = tuple(number for number in range(CLASSES) if number != NEWLINE)
_OWN = (
    *("capitals", "numbers", "digits", "words", "stop_words", "time", "month", "agency"),
    *("reading", "told_in_long", "told_elsewhere", "tellable", "short_told_in_long"),
    *("repeated", "again", "like_previous", "like_next", "blank_before", "names", "all_capitals"),
    *("page:first", "page:last", "page:share", "page:from_top", "page:from_end", "page:lines"),
    *("width:100", "width:400"),
)
COLUMNS: tuple[str, ...] = (
    *(f"class:{number}" for number in _SHARES),
    *_OWN,
    *(f"{place}:{name}" for place in ("whole", "part") for name in NAMES),
    *(f"{place}_class:{n}" for place in ("first", "last", "next_to_last") for n in range(CLASSES)),
    *(f"width:{number}" for number in range(len(_WIDTHS) + 1)),
    *(f"{place}:{mark}" for place in ("with", "first", "last") for mark in MARKS),
    *around.COLUMNS,
)
"""The names of the columns, in order."""

# A character of an unspaced script carries about as much as two and a half letters: Chinese and
# Japanese texts of the Universal Declaration of Human Rights are 0.35 to 0.45 as long as their
# English, French and German ones.
_UNSPACED_WIDTH = 2.5
_LONG = 100
NARROW = 60
"""Letters up to which a line is known as a whole, and its words are learned."""

_CONTENT = 6
# Words told in long lines are counted in so many places a page: enough for its few hundred.
_PLACES = 1 << 13
_PLACE_WEIGHTS = np.array([1.0, 0.8, 0.65, 0.5], np.float32)


class Lines(NamedTuple):
    """Lines with text, page after page. ``columns`` uint8 (lines, COLUMNS), in steps of 1/64;
    ``page``, the number of a line's page; ``container`` and ``namesake``, lines' numbers;
    ``words``, names around each; ``length``, code points; ``hashes`` (uint32), of the whole line
    where it is :data:`NARROW`, else 0; ``tokens`` and ``token_line``, of words in it.
    """

    columns: np.ndarray
    page: np.ndarray
    container: np.ndarray
    namesake: np.ndarray
    words: list[tuple[str, ...]]
    length: np.ndarray
    hashes: np.ndarray
    tokens: np.ndarray
    token_line: np.ndarray


def lines_of(pages: Sequence[Sequence[TextLine]]) -> Lines:
    """The lines with text of pages that have at least one such line together."""
    kept = [_with_text(lines) for lines in pages]
    page_sizes = np.array([len(found) for found in kept])
    page = np.repeat(np.arange(len(kept)), page_sizes)
    seen = scan([text for lines in kept for text, _, _ in lines])
    blanks = np.array([blank for lines in kept for *_, blank in lines])
    hinted = around.surroundings([[line.hint for _, line, _ in lines] for lines in kept])
    count = len(page)
    by_class = _counts(seen.line, seen.classes, CLASSES, count)
    width = seen.full * (
        1 + (_UNSPACED_WIDTH - 1) * by_class[:, UNSPACED] / np.maximum(1, seen.length)
    )
    hashes = line_hashes(seen)
    found = hits(seen)
    ends = (seen.first, seen.first + seen.length - 1)
    blocks = [
        by_class[:, _SHARES] / seen.length[:, None],
        _own(seen, by_class, found),
        _told(seen, width, page),
        _repeated(hashes, page, blanks),
        _shape(seen, by_class),
        _places(page, page_sizes, width),
        _phrases(seen, by_class, found),
        *(
            _one_of(seen.classes[place], CLASSES)
            for place in (*ends, np.maximum(ends[1] - 1, ends[0]))
        ),
        _one_of(np.searchsorted(_WIDTHS, width), len(_WIDTHS) + 1),
        _counts(seen.line, seen.marks, len(MARKS) + 1, count)[:, 1:] / 3,
        *(_one_of(seen.marks[place], len(MARKS) + 1)[:, 1:] for place in ends),
        hinted.columns,
    ]
    columns = np.empty((count, len(COLUMNS)), np.uint8)
    start = 0
    for block in blocks:
        end = start + block.shape[1]
        columns[:, start:end] = np.rint(np.minimum(block, 1) * STEPS)
        start = end
    narrow = width <= NARROW
    word = seen.in_words
    return Lines(
        columns,
        page,
        hinted.container,
        hinted.namesake,
        hinted.words,
        seen.full,
        np.where(narrow, hashes, 0).astype(np.uint32),
        seen.hashes[word],
        seen.token_line[word],
    )


def _with_text(lines: Sequence[TextLine]) -> list[tuple[str, TextLine, bool]]:
    """The lines that have a text, trimmed, and whether a line of white space stands before each."""
    found, blank = [], False
    for line in lines:
        text = line.text.strip()
        if text:
            found.append((text, line, blank))
        blank = not text
    return found


def _counts(line: np.ndarray, what: np.ndarray, kinds: int, count: int) -> np.ndarray:
    found: np.ndarray = np.bincount(line * kinds + what, minlength=count * kinds)
    return found.reshape(count, kinds)


def _number(seen: Scan, flags: np.ndarray) -> np.ndarray:
    """By line: how many of its tokens are flagged."""
    found: np.ndarray = np.bincount(seen.token_line, flags, len(seen.tokens))
    return found


def _own(seen: Scan, by_class: np.ndarray, found: Hits) -> np.ndarray:
    """Columns ``capitals`` to ``reading``."""
    upper, lower = _number(seen, seen.kinds == UPPER), _number(seen, seen.kinds == LOWER)
    numbers = _number(seen, seen.kinds == DIGIT)
    words = upper + lower + _number(seen, seen.kinds == UNCASED)
    unspaced = by_class[:, UNSPACED]
    content = np.maximum(1, words + unspaced / 2)
    lists = [
        np.bincount(found.line[found.label == kind], minlength=len(seen.tokens))
        for kind in (STOP, TIME, MONTH, AGENCY, READING)
    ]
    stop, time, month, agency, reading = lists
    return np.stack(
        [
            upper / np.maximum(1, upper + lower),
            numbers / seen.tokens,
            numbers / 4,
            words / 8,
            stop / content,
            (time + month + numbers) / np.maximum(1, words + numbers + unspaced),
            month > 0,
            agency > 0,
            reading > 0,
        ],
        axis=1,
    )


def _told(seen: Scan, width: np.ndarray, page: np.ndarray) -> np.ndarray:
    """Shares of a line's longer words that long lines of the page tell too, and any others.

    Headlines, captions and the story's own paragraphs share words; menus and teasers do not.
    Words are counted in a table of a fixed number of places, so that time is linear.
    """
    unspaced = seen.kinds == UNSPACED
    content = ((seen.kinds < UNSPACED) & (seen.widths >= _CONTENT)) | unspaced
    content &= seen.kinds != DIGIT
    # Two characters together, but not one with what another line, or page, begins with.
    ends = np.append(np.diff(seen.token_line) > 0, True)
    one, two = runs(seen.hashes, 2)
    known = np.where(unspaced & ~ends, two, one)
    slots = page[seen.token_line] * _PLACES + (known >> np.uint32(7) & np.uint32(_PLACES - 1))
    size = (int(page[-1]) + 1) * _PLACES
    in_long = content & (width >= _LONG)[seen.token_line]
    long_counts = np.bincount(slots[in_long], minlength=size)
    counts = np.bincount(slots[content], minlength=size)
    words = _number(seen, content)
    told = _number(seen, content & (long_counts[slots] > in_long)) / np.maximum(1, words)
    elsewhere = _number(seen, content & (counts[slots] > 1)) / np.maximum(1, words)
    return np.stack([told, elsewhere, words > 0, told * (width < _LONG)], axis=1)


def _repeated(hashes: np.ndarray, page: np.ndarray, blanks: np.ndarray) -> np.ndarray:
    """Columns ``repeated`` to ``blank_before``."""
    keys = page.astype(np.uint64) << np.uint64(32) | hashes
    _, first, inverse, counts = np.unique(
        keys, return_index=True, return_inverse=True, return_counts=True
    )
    repeated = counts[inverse] > 1
    again = repeated & (first[inverse] != np.arange(len(keys)))
    same = keys[1:] == keys[:-1]
    return np.stack([repeated, again, np.r_[False, same], np.r_[same, False], blanks], axis=1)


def _shape(seen: Scan, by_class: np.ndarray) -> np.ndarray:
    """Columns ``names`` and ``all_capitals``."""
    upper = _number(seen, seen.kinds == UPPER)
    words = upper + _number(seen, (seen.kinds == LOWER) | (seen.kinds == UNCASED))
    names = (upper >= np.maximum(2, words - 2)) & (words <= 8)
    capitals = (by_class[:, UPPER] >= 3) & (by_class[:, LOWER] == 0)
    return np.stack([names, capitals], axis=1)


def _places(page: np.ndarray, sizes: np.ndarray, width: np.ndarray) -> np.ndarray:
    """Where on its page each line stands, and how wide it is."""
    starts = np.cumsum(sizes) - sizes
    at, size = np.arange(len(page)) - starts[page], sizes[page]
    after = size - 1 - at
    columns = [at < 3, after < 3, at / size, at / 50, after / 50, size / 300]
    return np.stack([*columns, width / 100, width / 400], axis=1)


def _phrases(seen: Scan, by_class: np.ndarray, found: Hits) -> np.ndarray:
    """For each label how much the lexicon's phrases speak for it, as a whole and in part."""
    mine = found.label < len(NAMES)
    line, label, place = found.line[mine], found.label[mine], found.place[mine]
    # A phrase in a line says less the longer the line: half at 24 words.
    words = _number(seen, (seen.kinds < UNSPACED)) + by_class[:, UNSPACED] / 2
    damping = np.minimum(1, 12 / np.maximum(1, words))
    value = _PLACE_WEIGHTS[place] * np.where(place == 0, 1, damping[line])
    columns = np.zeros((len(seen.tokens), 2 * len(NAMES)))
    np.maximum.at(columns, (line, label + len(NAMES) * (place > 0)), value)
    return columns


def _one_of(numbers: np.ndarray, count: int) -> np.ndarray:
    """A row for each number, 1 in its column."""
    rows = np.zeros((len(numbers), count), np.float32)
    rows[np.arange(len(numbers)), numbers] = 1
    return rows
