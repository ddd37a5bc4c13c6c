"""How near an extracted text comes to the gold, and how sure that is with so few sites.

Bodies are compared as in Scrapinghub's article benchmark: precision, recall and F1 over 4-word
shingles, the mean over pages. Snippets are counted as in trafilatura's evaluation: those that must
be in the text and are, those that must not be and are, over all pages.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

WORD = re.compile(r"\w+")
SHINGLE = 4

RESAMPLES = 2000
"""Draws of as many sites as there are, with replacement."""

Scores = tuple[float, float, float]
Row = tuple[float, ...]
Figures = Callable[[np.ndarray], np.ndarray]
# Sums of rows, (..., numbers of a row) → precision, recall and F1, (..., 3).


class Snippets(NamedTuple):
    """Texts that must stand in the extracted one, and texts that must not."""

    wanted: Sequence[str]
    unwanted: Sequence[str]


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = WORD.findall(text.lower())
    ends = range(max(1, len(words) - SHINGLE + 1))
    return Counter(tuple(words[at : at + SHINGLE]) for at in ends)


def scores(gold: str, found: str) -> Scores:
    """Precision, recall and F1 of ``found``."""
    ours, theirs = shingles(found), shingles(gold)
    both = sum((ours & theirs).values())
    precision, recall = both / sum(ours.values()), both / sum(theirs.values())
    f1 = 2 * precision * recall / (precision + recall) if both else 0.0
    return precision, recall, f1


def body_row(gold: str, found: str) -> Row:
    return *scores(gold, found), 1.0


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


def one_spaced(text: str) -> str:
    return " ".join(text.split())


def resampled(rows: np.ndarray, sites: Sequence[str], figures: Figures) -> np.ndarray:
    """Figures of sets that are drawn from ours, site by site.

    ``rows`` has the shape (extractors, pages, numbers of a row), the answer (extractors,
    :data:`RESAMPLES`, 3). The same draws serve every extractor, so that differences can be taken.
    The same rows give the same answer.
    """
    names = sorted(set(sites))
    belongs = np.array([[site == name for site in sites] for name in names], dtype=float)
    by_site = belongs @ rows
    equal = np.full(len(names), 1 / len(names))
    draws = np.random.default_rng(0).multinomial(len(names), equal, size=RESAMPLES)
    return figures(draws.astype(float) @ by_site)


def interval(values: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of the values."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
