"""How near an extracted text comes to the gold, and how sure that is with so few sites.

Bodies are compared as in Scrapinghub's article benchmark: precision, recall and F1 over 4-word
shingles, the mean over pages. Snippets are counted as in trafilatura's evaluation: those that must
be in the text and are, those that must not be and are, over all pages.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from newshole.bootstrap import intervals
from newshole.measure import shingle_scores

Row = tuple[float, ...]
Figures = Callable[[np.ndarray], np.ndarray]
# Sums of rows, (..., numbers of a row) → precision, recall and F1, (..., 3).


class Snippets(NamedTuple):
    """Texts that must stand in the extracted one, and texts that must not."""

    wanted: Sequence[str]
    unwanted: Sequence[str]


def body_row(gold: str, found: str) -> Row:
    return *shingle_scores(gold, found), 1.0


def body_figures(sums: np.ndarray) -> np.ndarray:
    means: np.ndarray = sums[..., :3] / sums[..., 3:]
    return means


def snippet_row(gold: Snippets, found: str) -> Row:
    """Snippets rightly there, wrongly there, wrongly not there."""
    text = one_spaced(found)
    right = sum(one_spaced(snippet) in text for snippet in gold.wanted)
    wrong = sum(one_spaced(snippet) in text for snippet in gold.unwanted)
    return float(right), float(wrong), float(len(gold.wanted) - right)


def snippet_figures(sums: np.ndarray) -> np.ndarray:
    right, wrong, missed = (sums[..., column] for column in range(3))
    given, wanted = np.maximum(right + wrong, 1), np.maximum(right + missed, 1)
    f1 = 2 * right / np.maximum(given + wanted, 1)
    return np.stack([right / given, right / wanted, f1], axis=-1)


def row_of(gold: str | Snippets, found: str) -> Row:
    return snippet_row(gold, found) if isinstance(gold, Snippets) else body_row(gold, found)


def figures_for(gold: str | Snippets) -> Figures:
    return snippet_figures if isinstance(gold, Snippets) else body_figures


def one_spaced(text: str) -> str:
    return " ".join(text.split())


def f1_intervals(
    rows: np.ndarray, sites: Sequence[str], figures: Figures, ours: int
) -> tuple[np.ndarray, np.ndarray]:
    """The ends of 95 % intervals, sites drawn anew: of each F1, and of how far ours is ahead.

    ``rows`` has the shape (extractors, pages, numbers of a row), each of the two answers
    (extractors, 2); ``ours`` is the extractor whose F1 the others' is taken from. All are from the
    same draws. With a single site they are nan.
    """

    def drawn(weights: np.ndarray) -> np.ndarray:
        f1 = figures(np.tensordot(weights, rows, (1, 1)))[..., 2]
        return np.concatenate([f1, f1[:, [ours]] - f1], axis=1)

    ends = intervals(drawn, np.unique(sites, return_inverse=True)[1])
    return ends[: len(rows)], ends[len(rows) :]
