r"""Measures of one page: what was found against what is there, counted; and figures from counts.

A count is always a triple ``(both, found, gold)``: units that agree, units of the prediction,
units of the gold. So counts of pages add up, and :func:`ratios` gives precision, recall and F1.

**White space** never counts as a character, whatever label lies on it. Spans are cut at line
ends and trimmed before they are compared, since a gold span never runs on into another line.

**Words** are runs of ``\w``, in small letters. In scripts that do not part words by spaces (Han,
kana, Thai, Lao, Khmer, Myanmar) each character is a word: those are the scripts of which Unicode's
UAX 29 says that its rules find no words without a dictionary.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np

from newshole.article import Span
from newshole.labels import BOILERPLATE, KINDS, LABELS, NAMES, join_name
from newshole.lexicon import UNSPACED

SHINGLE = 4
"""Words of a shingle, as in Scrapinghub's article extraction benchmark."""

NONE = "none"
"""What a character is called that a prediction gives no label."""

TITLES: tuple[str, ...] = (*NAMES, BOILERPLATE, NONE)
"""Rows and columns of a confusion table: every name, boilerplate without a kind, none."""

_CODES = {name: code for code, name in enumerate(TITLES)}
_NO_CODE = _CODES[NONE]
_LABEL_CODES = {label: code for code, label in enumerate(LABELS)}
_LABEL_OF = np.array(
    [_LABEL_CODES.get(title.partition("/")[0], len(LABELS)) for title in TITLES], dtype=np.intp
)
_KIND_CODES = np.array([_CODES[join_name(BOILERPLATE, kind)] for kind in KINDS], dtype=np.intp)

# Thai, Lao, Myanmar with its extensions, Khmer.
_BY_LETTER = f"{UNSPACED}\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"
_WORD = re.compile(rf"[^\W{_BY_LETTER}]+|(?=\w)[{_BY_LETTER}]")

# As str.isspace has it; nothing behind U+3000 is white space.
_BLANK = np.array([chr(code).isspace() for code in range(0x3002)])

Unit = TypeVar("Unit")

Counts = np.ndarray
"""An array of int64 whose last axis is ``(both, found, gold)``."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The counts of one page. All but ``body`` are zero where nothing but a body was found.

    ``body``: ``[shingles, words] × 3``. ``labels``: ``[characters, exact spans, overlapping
    spans] × label × 3``, labels as in LABELS. ``kinds``: characters of each kind of boilerplate,
    ``kind × 3``. ``strict``: exact spans whose kind is right too, ``3``. ``lines``: lines that a
    reader has to change, and all. ``confusion``: ``[characters, lines] × gold × found``, rows and
    columns as in TITLES.
    """

    body: Counts
    labels: Counts
    kinds: Counts
    strict: Counts
    lines: np.ndarray
    confusion: np.ndarray


def words(text: str) -> list[str]:
    """The words of a text, in small letters, in order."""
    return _WORD.findall(text.lower())


def shingles(found: Sequence[str]) -> Counter[tuple[str, ...]]:
    """How often each run of 4 words stands in a text of these; of fewer words, all of them."""
    if len(found) < SHINGLE:
        return Counter([tuple(found)] if found else [])
    return Counter(zip(*(found[start:] for start in range(SHINGLE)), strict=False))


def shingle_scores(gold_text: str, found_text: str) -> tuple[float, float, float]:
    """(precision, recall, F1) of one text against another, over 4-word shingles, 0 to 1.

    The measure of Scrapinghub's article extraction benchmark
    (github.com/scrapinghub/article-extraction-benchmark), letter case folded. Two texts without a
    word agree; of one alone nothing is right.
    """
    precision, recall, f1 = ratios(body_counts(gold_text, found_text)[0]).tolist()
    return precision, recall, f1


def body_counts(gold_text: str, found_text: str) -> Counts:
    """``[shingles, words] × (both, found, gold)`` of two bodies."""
    gold, found = words(gold_text), words(found_text)
    return np.array(
        [_shared(shingles(gold), shingles(found)), _shared(Counter(gold), Counter(found))]
    )


def ratios(counts: Counts, nothing: float = 1.0) -> np.ndarray:
    """``… × (both, found, gold)`` → ``… × (precision, recall, F1)``, float64.

    A share of nothing is 0, but ``nothing`` where there was nothing to find and nothing was found.
    """
    both, found, gold = (counts[..., part].astype(np.float64) for part in range(3))
    parts = np.stack([found, gold, found + gold], axis=-1)
    shares = np.stack([both, both, 2 * both], axis=-1)
    values = np.divide(shares, parts, out=np.zeros_like(parts), where=parts > 0)
    values[(found == 0) & (gold == 0)] = nothing
    return values


def measure(
    text: str, gold: Sequence[Span], found: Iterable[Span] | None, bodies: tuple[str, str]
) -> Measured:
    """Count one page: its text, its spans, those found (None: only a body was), both bodies.

    Spans lie in the text, and those of one side do not overlap.
    """
    body = body_counts(*bodies)
    if found is None:
        return Measured(body, *nothing())
    gold, ours = within_lines(text, gold), within_lines(text, found)
    true, said = _codes(text, gold), _codes(text, ours)
    points = np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)
    blank = _BLANK[np.minimum(points, len(_BLANK) - 1)]
    ends = np.flatnonzero(points == 0x0A)
    visible = np.flatnonzero(~blank)
    # The first visible character of each line that has one.
    _, firsts = np.unique(np.searchsorted(ends, visible), return_index=True)
    confusion = np.stack(
        [_table(true[visible], said[visible]), _table(true[visible[firsts]], said[visible[firsts]])]
    )
    characters = _diagonal(_by_label(confusion[0]))[: len(LABELS)]
    exact, overlapping = _span_counts(gold, ours)
    theirs, mine = set(map(_key, gold)), set(map(_key, ours))
    # Gold spans cover their line: where each of them was found, nothing else can have been.
    changed = np.array([start for start, _, _ in theirs - mine], dtype=np.int64)
    return Measured(
        body,
        np.stack([characters, exact, overlapping]),
        _diagonal(confusion[0])[_KIND_CODES],
        np.array([len(theirs & mine), len(mine), len(theirs)]),
        np.array([len(np.unique(np.searchsorted(ends, changed))), len(firsts)]),
        confusion,
    )


def nothing() -> tuple[Counts, Counts, Counts, np.ndarray, np.ndarray]:
    """Labels, kinds, strict, lines and confusion of a page where no spans are compared."""
    size = len(TITLES)
    shapes = ((3, len(LABELS), 3), (len(KINDS), 3), (3,), (2,), (2, size, size))
    labels, kinds, strict, lines, confusion = (np.zeros(shape, dtype=np.int64) for shape in shapes)
    return labels, kinds, strict, lines, confusion


def within_lines(text: str, spans: Iterable[Span]) -> list[Span]:
    """The spans in text order, cut at line ends and trimmed; those of white space left out."""
    pieces: list[Span] = []
    for span in sorted(spans, key=lambda one: one.start):
        start = span.start
        for line in text[span.start : span.end].split("\n"):
            inner = line.strip()
            if inner:
                first = start + len(line) - len(line.lstrip())
                pieces.append(Span(first, first + len(inner), span.label, span.kind))
            start += len(line) + 1
    return pieces


def kappa(table: np.ndarray) -> float:
    """Cohen's kappa of a square table of counts: agreement beyond what the shares alone give.

    Cohen, "A coefficient of agreement for nominal scales", 1960. 1 where both know one label only;
    ``nan`` for an empty table.
    """
    total = table.sum()
    if not total:
        return float("nan")
    observed = np.trace(table) / total
    chance = table.sum(axis=0) @ table.sum(axis=1) / total**2
    return 1.0 if chance == 1 else float((observed - chance) / (1 - chance))


def _shared(gold: Counter[Unit], found: Counter[Unit]) -> list[int]:
    return [(gold & found).total(), found.total(), gold.total()]


def _codes(text: str, spans: Iterable[Span]) -> np.ndarray:
    """The code in TITLES of each code point's name."""
    codes = np.full(len(text), _NO_CODE, dtype=np.intp)
    for span in spans:
        codes[span.start : span.end] = _CODES[join_name(span.label, span.kind)]
    return codes


def _table(gold: np.ndarray, found: np.ndarray) -> np.ndarray:
    size = len(TITLES)
    return np.bincount(gold * size + found, minlength=size * size).reshape(size, size)


def _by_label(table: np.ndarray) -> np.ndarray:
    """A confusion table of names → of labels, none last."""
    size = len(LABELS) + 1
    labels = np.zeros((size, size), dtype=np.int64)
    np.add.at(labels, (_LABEL_OF[:, None], _LABEL_OF[None, :]), table)
    return labels


def _diagonal(table: np.ndarray) -> Counts:
    """Of each row and column of a square table ``(both, found, gold)``."""
    return np.stack([np.diag(table), table.sum(axis=0), table.sum(axis=1)], axis=-1)


def _key(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, join_name(span.label, span.kind)


def _span_counts(gold: Collection[Span], found: Collection[Span]) -> tuple[Counts, Counts]:
    """``label × 3`` of exact and of overlapping spans.

    *Exact*: both ends and the label are right. *Overlapping*: the two share at least one character,
    and the label is right; each span counts in one pair at most, and there are as many pairs as
    can be. That is what SemEval-2013 task 9.1 calls a match of *type*, of entities there.
    """
    exact = np.zeros((len(LABELS), 3), dtype=np.int64)
    overlapping = np.zeros_like(exact)
    ends = [_ends(gold), _ends(found)]
    for label in set(chain(*ends)):
        ours, theirs = ends[1].get(label, []), ends[0].get(label, [])
        row = _LABEL_CODES[label]
        exact[row] = len(set(ours) & set(theirs)), len(ours), len(theirs)
        overlapping[row] = _pairs(ours, theirs), len(ours), len(theirs)
    return exact, overlapping


def _ends(spans: Iterable[Span]) -> dict[str, list[tuple[int, int]]]:
    ends: dict[str, list[tuple[int, int]]] = {}
    for span in spans:
        ends.setdefault(span.label, []).append((span.start, span.end))
    return ends


def _pairs(ours: Sequence[tuple[int, int]], theirs: Sequence[tuple[int, int]]) -> int:
    """The most pairs of overlapping spans, none in two. Each side is in order, without overlap.

    Pairing the first two that overlap is never worse: of the two at most one reaches another.
    """
    pairs = left = right = 0
    while left < len(ours) and right < len(theirs):
        (start, end), (first, last) = ours[left], theirs[right]
        if start < last and first < end:
            pairs += 1
            left += 1
            right += 1
        elif end <= first:
            left += 1
        else:
            right += 1
    return pairs
