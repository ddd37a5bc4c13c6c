"""Score: how well a tool's bodies or spans fit the gold, with intervals for each main figure.

:mod:`newshole.measure` says how a page is counted, :mod:`newshole.figures` how pages are averaged,
:mod:`newshole.bootstrap` what the intervals are, :mod:`newshole.predicted` what a tool may give.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from newshole.article import Span
from newshole.bootstrap import RESAMPLES
from newshole.figures import BODY, OVER_PAGES, SPANS, Pages, figures, stack
from newshole.gold import Gold, GoldPage, Left, ScoreError, read_gold
from newshole.labels import LABELS
from newshole.measure import TITLES, Measured, kappa, measure, ratios
from newshole.predicted import Prediction, fit, read_predictions
from newshole.raw import PageError, Rejected
from newshole.row import BODY_LABELS, body_text

__all__ = ["Figure", "Score", "ScoreError", "score"]


class Figure(NamedTuple):
    """A figure, the ends of its 95 % intervals (None where there is none), and the number of units
    that the gold has of it.
    """

    value: float
    over_pages: tuple[float, float] | None
    over_sites: tuple[float, float] | None
    gold: int


@dataclass(frozen=True, slots=True)
class Score:
    """What a prediction is worth.

    ``figures`` has the columns of :data:`newshole.figures.FIGURES`, a row a figure. ``confusion``
    has ``gold``, ``predicted`` (names as in :data:`newshole.measure.TITLES`), ``characters``,
    ``lines``, a row a pair that occurs, the most characters first; a line is that of its first
    visible character; no rows where only bodies were predicted. ``by_page`` has a row a page, in
    order of id: its id, site, and precision, recall and F1 of each measure; lines to change, and
    all lines.

    ``body``: labels that count as body. ``left``: gold pages that are not scored. ``missing``: ids
    without a usable prediction, which count as empty ones. ``unknown``: predicted ids that the gold
    does not have. ``without_spans``: ids for which a body alone was given while others have spans;
    in the measures of labels they count as empty. ``rejected``: predictions that cannot be used.
    """

    figures: pa.Table
    confusion: pa.Table
    by_page: pa.Table
    body: tuple[str, ...]
    left: tuple[Left, ...]
    missing: tuple[str, ...]
    unknown: tuple[str, ...]
    without_spans: tuple[str, ...]
    rejected: tuple[Rejected, ...]

    def figure(
        self,
        measure: str,
        part: str = "f1",
        average: str = OVER_PAGES,
        *,
        by: str = "all",
        of: str = "",
    ) -> Figure:
        """One figure of the table. Raises KeyError where it is not there."""
        key = {"by": by, "of": of, "measure": measure, "average": average, "part": part}
        chosen = pc.field("by") == by
        for name, value in key.items():
            chosen &= pc.field(name) == value
        rows = self.figures.filter(chosen).to_pylist()
        if not rows:
            raise KeyError(", ".join(filter(None, key.values())))
        ends = [
            None
            if rows[0][f"{over}_low"] is None
            else (rows[0][f"{over}_low"], rows[0][f"{over}_high"])
            for over in ("pages", "sites")
        ]
        return Figure(rows[0]["value"], ends[0], ends[1], rows[0]["gold"])

    def kappa(self, unit: str = "characters") -> float:
        """Cohen's kappa over ``characters`` or ``lines``; nan where only bodies were predicted."""
        table = np.zeros((len(TITLES), len(TITLES)))
        for row in self.confusion.to_pylist():
            table[TITLES.index(row["gold"]), TITLES.index(row["predicted"])] = row[unit]
        return kappa(table)


def score(
    gold: str | Path | pa.Table,
    predicted: str | Path | pa.Table | Iterable[Mapping[str, Any]],
    *,
    split: str | None = None,
    body: Collection[str] = BODY_LABELS,
    pages: Sequence[str | Path] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Score:
    """Score a prediction against the gold, as :func:`newshole.gold.read_gold` and
    :func:`newshole.predicted.read_predictions` read them; of one ``split``, if it is given.

    ``body`` names the labels that count as body. Pages of masked gold are looked for in ``pages``
    (default: the folders of ``NEWSHOLE_PAGES``). The same ``seed`` gives the same intervals.

    Raises ScoreError for a call that cannot be worked on: a wrong path or label, no gold page with
    its text, predictions none of which is of a gold page; NotADirectoryError for a folder of pages
    that is not there.
    """
    if unknown_labels := [label for label in body if label not in LABELS]:
        raise ScoreError(
            f"{unknown_labels[0]!r} is no label of a body; choose of {', '.join(LABELS)}"
        )
    truth = read_gold(gold, split=split, pages=pages)
    if not truth.pages:
        raise ScoreError(f"the gold has no page to score{_why(truth.left, split)}")
    found = _matched(truth, read_predictions(predicted), body)
    if found.first and not found.is_known:
        raise ScoreError(
            f"no prediction is of a page that is scored: the first one has the id {found.first!r}, "
            f"the first page {next(iter(truth.pages))!r}; give predictions the ids of the gold"
        )
    return _scored(truth, found, tuple(body), resamples, seed)


@dataclass(slots=True)
class _Matched:
    """Bodies and spans by id of the gold; the first id that was predicted; is one the gold's?"""

    bodies: dict[str, str] = field(default_factory=dict)
    spans: dict[str, list[Span]] = field(default_factory=dict)
    unknown: dict[str, None] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    first: str = ""
    is_known: bool = False


def _matched(
    truth: Gold, predictions: Iterable[Prediction | Rejected], body: Collection[str]
) -> _Matched:
    found = _Matched()
    for one in predictions:
        if isinstance(one, Rejected):
            found.rejected.append(one)
            continue
        found.first = found.first or one.id
        page = truth.pages.get(one.id)
        if page is None:
            if one.id not in truth.others:
                found.unknown[one.id] = None
            continue
        found.is_known = True
        try:
            if page.id in found.bodies:
                raise PageError("R043", f"the id {page.id!r} stands twice", "keep one of them")
            spans = fit(one, page)
        except PageError as refused:
            found.rejected.append(refused.at(one.path, one.number))
            continue
        if spans is not None:
            found.spans[page.id] = spans
        own = body_text(page.text, spans, body) if spans is not None else one.body
        found.bodies[page.id] = own or ""
    return found


def _why(left: Sequence[Left], split: str | None) -> str:
    within = f" in {split}" if split else ""
    return f"{within}; {len(left)} are left out, the first: {left[0].reason}" if left else within


def _scored(
    truth: Gold, found: _Matched, body: tuple[str, ...], resamples: int, seed: int
) -> Score:
    # Of an empty prediction nobody knows what it would have held: spans count where there are any.
    # In order of id, so that intervals do not depend on the order of files and rows.
    pages = sorted(truth.pages.values(), key=lambda page: page.id)
    bodies, spans = found.bodies, found.spans
    has_spans = bool(spans) or not bodies
    measured = [
        measure(
            page.text,
            page.spans,
            spans.get(page.id, []) if has_spans else None,
            (body_text(page.text, page.spans, body), bodies.get(page.id, "")),
        )
        for page in pages
    ]
    # A page that names no site is like no other.
    counts = stack(measured, [page.site or page.id for page in pages], has_spans=has_spans)
    groups = {
        "collection": [page.collection for page in pages],
        "origin": [page.origin for page in pages],
        "language": [page.language.partition("-")[0] for page in pages],
    }
    return Score(
        figures=figures(counts, groups, resamples=resamples, seed=seed),
        confusion=_confusion(measured, has_spans),
        by_page=_by_page(pages, counts),
        body=body,
        missing=tuple(page.id for page in pages if page.id not in bodies),
        without_spans=tuple(name for name in bodies if name not in spans) if spans else (),
        left=truth.left,
        unknown=tuple(found.unknown),
        rejected=tuple(found.rejected),
    )


def _confusion(measured: Sequence[Measured], has_spans: bool) -> pa.Table:
    total = np.sum([one.confusion for one in measured], axis=0)
    pairs = np.argwhere(total[0]) if has_spans else np.empty((0, 2), dtype=int)
    characters, lines = (total[part][tuple(pairs.T)] for part in range(2))
    order = np.argsort(-characters, kind="stable")
    names = np.array(TITLES)[pairs[order]]
    return pa.table(
        {
            "gold": pa.array(names[:, 0], pa.string()),
            "predicted": pa.array(names[:, 1], pa.string()),
            "characters": characters[order],
            "lines": lines[order],
        }
    )


def _by_page(pages: Sequence[GoldPage], counts: Pages) -> pa.Table:
    columns: dict[str, Any] = {
        "id": [page.id for page in pages],
        "site": [page.site for page in pages],
    }
    values = ratios(counts.units)
    for at, name in enumerate(BODY + SPANS if counts.has_spans else BODY):
        for part, title in enumerate(("precision", "recall", "f1")):
            columns[f"{name}, {title}"] = values[:, at, part]
    if counts.has_spans:
        columns |= {"lines to change": counts.lines[:, 0], "lines": counts.lines[:, 1]}
    return pa.table(columns)
