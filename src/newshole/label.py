"""Which label each line of a page has: a small neural network over the lines of many pages.

:mod:`newshole.columns` makes numbers of the lines, :mod:`newshole.network` labels them, and
:mod:`newshole.train` makes the network from annotated articles.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from newshole.columns import lines_of
from newshole.hint import TextLine
from newshole.labels import NAMES
from newshole.network import Network, load, logits

AT_ONCE = 5_000
"""Lines that are labelled at a time. A line takes some 8 kB on its way to a label: more lines at a
time leave the processor's cache, and take a tenth longer.
"""

# A page by itself, with the tables of its words, takes as much as so many lines.
_OF_A_PAGE = 16

Labelled = list[tuple[str, float]]
"""(label name, confidence 0 to 1) of each line with text, in order."""


def label_lines(
    pages: Sequence[Sequence[TextLine]], network: Network | None = None
) -> Iterator[Labelled]:
    """The labels of each page's lines with text, page by page.

    The confidence is the share of lines of unseen sites, labelled with as much of a margin over
    the next best label, that were labelled right. Labels and confidences do not depend on which
    pages are labelled together, nor on the processor.
    """
    known = network or load()
    for group in _groups(pages):
        sizes = [sum(bool(line.text.strip()) for line in page) for page in group]
        if not any(sizes):
            yield from ([] for _ in group)
            continue
        found = logits(known, lines_of(group))
        best = found.argmax(axis=1)
        sure = confidence(known, margins(found))
        labelled = list(zip((NAMES[label] for label in best), sure.tolist(), strict=True))
        start = 0
        for size in sizes:
            yield labelled[start : start + size]
            start += size


def margins(logits: np.ndarray) -> np.ndarray:
    """By line: how far the best label is above the second best."""
    highest = np.partition(logits, -2, axis=1)[:, -2:]
    found: np.ndarray = highest[:, 1] - highest[:, 0]
    return found


def confidence(network: Network, margin: np.ndarray) -> np.ndarray:
    """The confidence that belongs to each margin, by the network's calibration."""
    bounds, shares = network.calibration
    found: np.ndarray = shares[np.searchsorted(bounds, margin, side="right") - 1]
    return found


def _groups(pages: Sequence[Sequence[TextLine]]) -> Iterator[list[Sequence[TextLine]]]:
    group: list[Sequence[TextLine]] = []
    size = 0
    for page in pages:
        own = len(page) + _OF_A_PAGE
        if group and size + own > AT_ONCE:
            yield group
            group, size = [], 0
        group.append(page)
        size += own
    if group:
        yield group
