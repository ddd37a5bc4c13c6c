"""What layout hints say of lines, as numbers: tags, places, links, and whose container it is."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from newshole.hint import Hint
from newshole.labels import NAMES
from newshole.lexicon import markup_labels
from newshole.metadata import FIELDS

BLOCKS = (
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "div", "img", "td", "tr", "figcaption"),
    *("blockquote", "button", "summary", "dt", "dd", "pre", "a", "span"),
)
ANCESTORS = (
    *("nav", "header", "footer", "aside", "article", "main", "figure", "form", "ul", "ol"),
    *("table", "blockquote", "section", "button", "details", "dialog", "figcaption", "dl"),
)
COLUMNS: tuple[str, ...] = (
    *("hinted", "link", "link:half", "link:most", "depth", "position", "siblings", "list"),
    *(f"block:{tag}" for tag in (*BLOCKS, "other")),
    *(f"in:{tag}" for tag in ANCESTORS),
    *(f"markup:{name}" for name in NAMES),
    *(f"told:{field}" for field in FIELDS),
)

_BLOCK = {tag: number for number, tag in enumerate(BLOCKS)}
_ANCESTOR = {tag: number for number, tag in enumerate(ANCESTORS)}
_LABEL = {name: number for number, name in enumerate(NAMES)}
_TOLD = {field: number - len(FIELDS) for number, field in enumerate(FIELDS)}
_NAMED = 4


class Surroundings(NamedTuple):
    """By line: ``columns`` float32 of shape (lines, COLUMNS), 0 to 1; ``container`` and
    ``namesake``, the first line of the page with the same tags around it, with the same names;
    ``words``, the names themselves, none for a line without a hint.
    """

    columns: np.ndarray
    container: np.ndarray
    namesake: np.ndarray
    words: list[tuple[str, ...]]


def surroundings(pages: Sequence[Sequence[Hint | None]]) -> Surroundings:
    """Of the lines of pages, one after the other. A line without a hint is its own container."""
    hints = [hint for page in pages for hint in page]
    count = len(hints)
    columns = np.zeros((count, len(COLUMNS)), np.float32)
    container = np.arange(count)
    namesake = np.arange(count)
    words: list[tuple[str, ...]] = [()] * count
    own, fixed, told, start = [], [], [], 0
    for page in pages:
        boxes: dict[tuple[str, ...], int] = {}
        names: dict[tuple[str, ...], int] = {}
        for at, hint in enumerate(page, start):
            if hint is None:
                continue
            own.append((at, hint.link_share, hint.position, hint.siblings))
            fixed.append(_fixed(hint.block, hint.ancestors, hint.words))
            container[at] = boxes.setdefault(hint.ancestors[:-1], at)
            namesake[at] = names.setdefault(hint.words, at)
            words[at] = hint.words
            told += [(at, _TOLD[field]) for field in hint.told]
        start += len(page)
    if own:
        at, link, position, siblings = np.array(own, np.float32).T
        rows = at.astype(np.int64)
        columns[rows] = np.stack(fixed)
        columns[rows, 1:4] = np.stack([link, link > 0.5, link > 0.9], 1)
        columns[rows, 5] = np.minimum(position / 10, 1)
        columns[rows, 6] = np.minimum(siblings / 10, 1)
        columns[rows, 7] = siblings > 1
    if told:
        columns[tuple(np.transpose(told))] = 1
    return Surroundings(columns, container, namesake, words)


@lru_cache(maxsize=1 << 14)
def _fixed(block: str, ancestors: tuple[str, ...], words: tuple[str, ...]) -> np.ndarray:
    """The columns that the same block, tags and names always have."""
    row = np.zeros(len(COLUMNS), np.float32)
    row[0] = 1
    row[4] = min(len(ancestors) / 20, 1)
    row[8 + _BLOCK.get(block, len(BLOCKS))] = 1
    inside = 8 + len(BLOCKS) + 1
    for tag in ancestors:
        if tag in _ANCESTOR:
            row[inside + _ANCESTOR[tag]] = 1
    for rank, name in enumerate(markup_labels(words)[:_NAMED]):
        row[inside + len(ANCESTORS) + _LABEL[name]] = 1 if rank < _NAMED // 2 else 0.5
    return row
