"""Figures of many pages: micro and macro averages of their counts, with bootstrap intervals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from newshole.bootstrap import intervals, quantile
from newshole.labels import KINDS, LABELS
from newshole.measure import Measured, ratios

BODY = ("body shingles", "body words")
SPANS = ("characters", "spans exact", "spans with kind", "spans overlap")
LINES = "lines to change"
"""Names of measures. BODY is measured always, the others where spans were predicted."""

BY_LABEL = ("characters", "spans exact", "spans overlap")
"""Measures that are given for each label, and averaged over labels."""

MICRO, OVER_PAGES, OVER_LABELS = "micro", "per page", "per label"
"""Averages. Micro: all pages' units together. Macro: the mean of each page's figure; the mean of
each label's, over the labels that the gold has."""

PARTS = ("precision", "recall", "f1")
MEDIAN, NINETIETH = "median", "90 %"

FIGURES = pa.schema(
    [
        *((name, pa.string()) for name in ("by", "of")),
        *((name, pa.int64()) for name in ("pages", "sites")),
        *((name, pa.string()) for name in ("measure", "average", "part")),
        *((name, pa.float64()) for name in ("value", "pages_low", "pages_high")),
        *((name, pa.float64()) for name in ("sites_low", "sites_high")),
        ("gold", pa.int64()),
    ]
)
"""Columns of a table of figures, a row a figure.

``by`` and ``of`` say which pages or units: ``all``; ``collection``, ``origin``, ``language`` and
which one; ``label`` or ``kind`` and which one. ``part`` is precision, recall, f1, or a quantile of
lines. ``pages_low`` to ``sites_high`` are the ends of 95 % intervals, from resampled pages and from
resampled sites; null where there are fewer than two, or no figure. ``gold`` is how many units the
gold has: shingles, words, characters, spans, lines."""


class Key(NamedTuple):
    """Which figure."""

    measure: str
    average: str
    part: str


@dataclass(frozen=True, slots=True)
class Pages:
    """Counts of pages, as in :class:`newshole.measure.Measured`, with a first axis of pages.

    ``sites`` holds each page's site as a number from 0; ``has_spans`` is False where only bodies
    were predicted.
    """

    body: np.ndarray
    labels: np.ndarray
    kinds: np.ndarray
    strict: np.ndarray
    lines: np.ndarray
    sites: np.ndarray
    has_spans: bool

    def only(self, chosen: np.ndarray) -> "Pages":
        """The chosen pages, by a mask of bool or by index."""
        sites = np.unique(self.sites[chosen], return_inverse=True)[1]
        arrays = (self.body, self.labels, self.kinds, self.strict, self.lines)
        body, labels, kinds, strict, lines = (array[chosen] for array in arrays)
        return Pages(body, labels, kinds, strict, lines, sites, self.has_spans)

    @property
    def units(self) -> np.ndarray:
        """``page × measure × 3``: measures as in BODY and SPANS."""
        if not self.has_spans:
            return self.body
        characters, exact, overlapping = (self.labels[:, part].sum(axis=1) for part in range(3))
        spans = np.stack([characters, exact, self.strict, overlapping], axis=1)
        return np.concatenate([self.body, spans], axis=1)


def stack(measured: Sequence[Measured], sites: Sequence[str], *, has_spans: bool) -> Pages:
    """The counts of pages together; ``sites`` names the site of each."""
    names = ("body", "labels", "kinds", "strict", "lines")
    arrays = {name: np.stack([getattr(one, name) for one in measured]) for name in names}
    numbers = np.unique(sites, return_inverse=True)[1]
    return Pages(**arrays, sites=numbers, has_spans=has_spans)


def figures(
    pages: Pages, groups: Mapping[str, Sequence[str]], *, resamples: int, seed: int
) -> pa.Table:
    """The table of :data:`FIGURES`: of all pages, of each label and kind, of groups of pages.

    ``groups`` holds for each way to group the name of each page's group, "" for none.
    """
    estimate = partial(_rows, resamples=resamples, seed=seed)
    rows = list(estimate(pages, "all", ""))
    for by, names in groups.items():
        named = np.array(names)
        for name in sorted(set(names) - {""}):
            rows += estimate(pages.only(named == name), by, name)
    if pages.has_spans:
        rows += estimate(pages, "label", "")
        rows += estimate(pages, "kind", "")
    return pa.Table.from_pylist(rows, schema=FIGURES)


def _rows(pages: Pages, by: str, of: str, *, resamples: int, seed: int) -> Iterable[dict[str, Any]]:
    classes = by in ("label", "kind")
    statistic = partial(_of_classes, by, pages) if classes else partial(_of_all, pages)
    count = len(pages.sites)
    values = statistic(np.ones((1, count)))[0]
    draws = [
        intervals(statistic, clusters, resamples=resamples, seed=seed)
        for clusters in (np.arange(count), pages.sites)
    ]
    named = _class_keys(by, pages) if classes else [(of, key, n) for key, n in _keys(pages)]
    sites = len(np.unique(pages.sites))
    for at, (name, key, gold) in enumerate(named):
        if np.isnan(values[at]):
            continue
        ends = [None if np.isnan(end) else float(end) for draw in draws for end in draw[at]]
        figure = dict(zip(FIGURES.names[8:12], ends, strict=True))
        figure |= {"pages": count, "sites": sites, "value": float(values[at]), "gold": int(gold)}
        yield {"by": by, "of": name} | key._asdict() | figure


def _keys(pages: Pages) -> list[tuple[Key, int]]:
    """Each of the figures of :func:`_of_all`, and how many units of it the gold has."""
    measures = BODY + SPANS if pages.has_spans else BODY
    gold = dict(zip(measures, pages.units[..., 2].sum(axis=0).tolist(), strict=True))
    keys = [
        Key(m, average, part) for average in (MICRO, OVER_PAGES) for m in measures for part in PARTS
    ]
    if pages.has_spans:
        keys += [Key(measure, OVER_LABELS, part) for measure in BY_LABEL for part in PARTS]
        keys += [Key(LINES, "pages", part) for part in (MEDIAN, NINETIETH)]
        gold[LINES] = int(pages.lines[:, 1].sum())
    return [(key, gold[key.measure]) for key in keys]


def _of_all(pages: Pages, weights: np.ndarray) -> np.ndarray:
    """``resample × figure``, figures as in :func:`_keys`."""
    rows = len(weights)
    units = pages.units
    micro = ratios(np.tensordot(weights, units, 1))
    # A page without anything to find, on which nothing was found, is right.
    macro = np.tensordot(weights, ratios(units), 1) / weights.sum(axis=1)[:, None, None]
    found = [micro.reshape(rows, -1), macro.reshape(rows, -1)]
    if pages.has_spans:
        labels = np.tensordot(weights, pages.labels, 1)
        there = (labels[..., 2] > 0)[..., None]
        sums = np.where(there, ratios(labels), 0).sum(axis=2)
        found.append(_share(sums, there.sum(axis=2)).reshape(rows, -1))
        changed = pages.lines[:, 0]
        quantiles = [quantile(changed, weights, 1, 2), quantile(changed, weights, 9, 10)]
        found.append(np.stack(quantiles, axis=1))
    return np.concatenate(found, axis=1)


def _class_keys(by: str, pages: Pages) -> list[tuple[str, Key, int]]:
    """(label or kind, figure, units of the gold) as :func:`_of_classes` gives them."""
    measures = BY_LABEL if by == "label" else BY_LABEL[:1]
    gold = (pages.labels if by == "label" else pages.kinds[:, None])[..., 2].sum(axis=0)
    return [
        (name, Key(measure, MICRO, part), int(gold[row, column]))
        for row, measure in enumerate(measures)
        for column, name in enumerate(LABELS if by == "label" else KINDS)
        for part in PARTS
    ]


def _of_classes(by: str, pages: Pages, weights: np.ndarray) -> np.ndarray:
    """``resample × figure`` of each label or kind; nan for one that is on neither side."""
    counts = pages.labels if by == "label" else pages.kinds
    values = ratios(np.tensordot(weights, counts, 1), nothing=np.nan)
    return values.reshape(len(weights), -1)


def _share(sums: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Means; nan of nothing."""
    full = np.full_like(sums, np.nan)
    means: np.ndarray = np.divide(
        sums, counts, out=full, where=np.broadcast_to(counts > 0, sums.shape)
    )
    return means
