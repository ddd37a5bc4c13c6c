"""Bootstrap: how far a figure would move if other pages, or other sites, had been measured.

Percentile intervals (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13).
Pages of one site are alike, so resampling pages promises too much; the *cluster* bootstrap draws
whole sites (Davison and Hinkley, "Bootstrap Methods and Their Application", 1997, section 3.8).
"""

import warnings
from collections.abc import Callable, Iterator

import numpy as np

LEVEL = 0.95
"""Share of resamples between the ends of an interval."""

RESAMPLES = 1000

_BLOCK = 4_000_000

Statistic = Callable[[np.ndarray], np.ndarray]
"""From weights, ``resample × page`` (how often each page was drawn), to ``resample × figure``."""


def intervals(
    statistic: Statistic, clusters: np.ndarray, *, resamples: int = RESAMPLES, seed: int = 0
) -> np.ndarray:
    """``figure × (low, high)`` of the figures that a statistic gives, float64.

    ``clusters`` is each page's cluster, from 0; clusters are drawn with replacement, as many as
    there are, each with all its pages (to draw single pages, ``np.arange(pages)``). A resample in
    which a figure is not defined has no say in it; with fewer than two clusters, or where no
    resample defines it, its ends are nan. The same seed gives the same intervals.
    """
    count = int(clusters.max()) + 1 if len(clusters) else 0
    drawn = np.concatenate(
        [statistic(weights) for weights in _weights(clusters, count, resamples, seed)]
    )
    if count < 2:
        return np.full((drawn.shape[1], 2), np.nan)
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "All-NaN slice")
        ends: np.ndarray = np.nanquantile(drawn, tails, axis=0).T
    return ends


def quantile(values: np.ndarray, weights: np.ndarray, part: int, parts: int) -> np.ndarray:
    """The ``part/parts`` quantile of page values in each row of weights, ``resample × page``.

    Where it falls between two values it is their mean, so the median of an even number is the
    usual one (Hyndman and Fan's second definition, 1996). nan for rows without weight.
    """
    order = np.argsort(values, kind="stable")
    held = values[order].astype(np.float64)
    below = np.cumsum(weights[:, order], axis=1)
    wanted = below[:, -1:] * part
    last = len(held) - 1
    low = np.minimum((below * parts < wanted).sum(axis=1), last)
    high = np.minimum((below * parts <= wanted).sum(axis=1), last)
    found: np.ndarray = np.where(below[:, -1] > 0, (held[low] + held[high]) / 2, np.nan)
    return found


def _weights(clusters: np.ndarray, count: int, resamples: int, seed: int) -> Iterator[np.ndarray]:
    """How often each page was drawn, some resamples at a time, so that memory stays bounded."""
    generator = np.random.default_rng(seed)
    step = max(1, _BLOCK // max(1, len(clusters)))
    for first in range(0, resamples, step):
        rows = min(step, resamples - first)
        drawn = generator.integers(max(1, count), size=(rows, count))
        drawn += count * np.arange(rows)[:, None]
        times = np.bincount(drawn.ravel(), minlength=rows * count).reshape(rows, count)
        yield times[:, clusters].astype(np.float64)
