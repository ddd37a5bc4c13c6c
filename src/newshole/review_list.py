"""Which pages of a dataset to correct first: those of whose labels the annotator is least sure.

Uncertainty sampling (Lewis and Gale, "A sequential algorithm for training text classifiers",
SIGIR 1994): what a model is sure of teaches it little. A page weighs the number of its spans that
are expected to be wrong, where a confidence is taken for the chance that a label is right. Pages
of a site share a template, and so their errors; therefore sites take turns: first the heaviest
page of each site, heaviest first, then the second of each, and so on.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newshole.article import Span
from newshole.gold import parquet_files
from newshole.row import SCHEMA

_NAMED = 3
_BATCH_ROWS = 256
_COLUMNS = ["id", "site", "spans"]


class ReviewError(ValueError):
    """A call that cannot be worked on: what is wrong, and how to mend it."""


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """A page to correct; ``file`` is the Parquet file of its row.

    ``expected_wrong`` is the sum of 1 - confidence over the spans that have one (most lines are
    one span; a line in pieces counts once a piece), ``mean_confidence`` theirs, weighted by length
    in code points; both to six decimals. ``least_sure``: up to three of these spans, the least
    confident first, of equals the first in the text.
    """

    id: str
    site: str
    file: str
    expected_wrong: float
    mean_confidence: float
    least_sure: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ReviewList:
    """``pages`` are the first of ``to_review``, in order. Left out are ``decided`` pages without
    any confidence, as a reader decided all their spans, and ``confident`` ones, sure enough.
    """

    pages: tuple[ReviewPage, ...]
    to_review: int
    decided: int
    confident: int


class _Weights(NamedTuple):
    """Arrays, a page each: row, counted over all files; number of the site; sum; mean."""

    row: np.ndarray
    site: np.ndarray
    wrong: np.ndarray
    mean: np.ndarray

    def only(self, which: np.ndarray) -> "_Weights":
        return _Weights(*(values[which] for values in self))


def review_list(
    datasets: str | Path | Sequence[str | Path],
    *,
    min_confidence: float | None = None,
    limit: int = 20,
) -> ReviewList:
    """The ``limit`` pages to correct first, of dataset folders or Parquet files.

    With ``min_confidence`` only those whose mean confidence is below it. A page without a site is
    a site of its own; pages of equal weight come in the order of the rows. Held are four numbers a
    page, a name a site, the pages listed. Raises ReviewError for what cannot be read as a dataset.
    """
    files = _files([datasets] if isinstance(datasets, str | Path) else datasets)
    bound = np.inf if min_confidence is None else min_confidence
    sites: dict[str, int] = {}
    kept = [_Weights(*(np.empty(0, kind) for kind in (int, int, float, float)))]
    first_rows: dict[Path, int] = {}
    rows = decided = confident = 0
    for file in files:
        first_rows[file] = rows
        for batch in _batches_to_weigh(file):
            weights = _weigh(batch, rows, sites, f"{file}:{rows - first_rows[file] + 1}")
            kept.append(weights.only(weights.mean < bound))
            rows += batch.num_rows
            decided += batch.num_rows - len(weights.row)
            confident += len(weights.row) - len(kept[-1].row)
    weights = _Weights(*(np.concatenate(values) for values in zip(*kept, strict=True)))
    listed = weights.only(_order(weights)[:limit])
    pages: dict[int, ReviewPage] = {}
    for file, first in first_rows.items():
        pages.update(_listed_pages(file, first, listed))
    ordered = tuple(map(pages.__getitem__, listed.row.tolist()))
    return ReviewList(ordered, len(weights.row), decided, confident)


def _files(named: Sequence[str | Path]) -> list[Path]:
    found: dict[Path, Path] = {}
    for path in map(Path, named):
        if not (files := parquet_files(path) if path.exists() else []):
            what = "holds no Parquet" if path.exists() else "is not there"
            raise ReviewError(f"{path} {what}; name a dataset that 'newshole build' made")
        found |= {file.resolve(): file for file in files}
    return list(found.values())


@contextmanager
def _opened(path: Path) -> Iterator[pq.ParquetFile]:
    try:
        # By default a row group's columns would be held packed, all at once.
        with pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file:
            types = {field.name: field.type for field in file.schema_arrow}
            for name in _COLUMNS:
                if types.get(name) != SCHEMA.field(name).type:
                    fault = "is of another type" if name in types else "is not there"
                    raise ReviewError(f"{path} is no dataset of newshole: {name!r} {fault}")
            yield file
    except (pa.ArrowException, OSError) as error:
        raise ReviewError(f"{path} cannot be read ({str(error).partition(chr(10))[0]})") from None


def _batches_to_weigh(path: Path) -> Iterator[pa.RecordBatch]:
    with _opened(path) as file:
        # Not the spans' labels, which take longest to decode.
        leaves = [file.schema.column(at).path for at in range(len(file.schema.names))]
        wanted = [leaf for leaf in leaves if leaf.endswith((".start", ".end", ".confidence"))]
        yield from file.iter_batches(_BATCH_ROWS, columns=["site", *wanted])


def _weigh(batch: pa.RecordBatch, first: int, sites: dict[str, int], place: str) -> _Weights:
    """The pages with a confidence; ``sites`` numbers sites, ``first`` is the batch's first row."""
    spans = pc.list_flatten(batch["spans"])
    start, end, confidence = (pc.struct_field(spans, n) for n in ("start", "end", "confidence"))
    guessed = pc.is_valid(confidence).to_numpy(zero_copy_only=False)
    owner = pc.list_parent_indices(batch["spans"]).to_numpy()[guessed]
    sure = confidence.to_numpy(zero_copy_only=False)[guessed].astype(float)
    length = pc.subtract(end, start).to_numpy(zero_copy_only=False)[guessed].astype(float)
    # Asked this way round, NaN is outside too.
    if not ((sure >= 0) & (sure <= 1) & (length > 0)).all():
        fault = f"a span of the next {batch.num_rows} rows is empty, or its confidence not 0 to 1"
        raise ReviewError(f"{place}: {fault}; 'newshole check' the dataset")
    each = (1 - sure, sure * length, length)
    wrong, held, characters = (np.bincount(owner, one, batch.num_rows) for one in each)
    at = np.flatnonzero(characters)
    names = pc.fill_null(batch["site"], "").dictionary_encode()
    numbers = [sites.setdefault(name, len(sites)) for name in names.dictionary.to_pylist()]
    site = np.array(numbers, int)[names.indices.to_numpy()][at]
    site = np.where(site == sites.get("", -1), -1 - first - at, site)
    # Rounded, for 0.9 in single precision is less than 0.9.
    return _Weights(first + at, site, wrong[at].round(6), (held[at] / characters[at]).round(6))


def _order(pages: _Weights) -> np.ndarray:
    """Indices of the pages, in the order of correcting."""
    by_site = np.lexsort((pages.row, -pages.wrong, pages.site))
    site = pages.site[by_site]
    opens = np.flatnonzero(np.diff(site, prepend=site[:1] - 1))
    turn = np.empty(len(site), int)
    turn[by_site] = np.arange(len(site)) - np.repeat(opens, np.diff(opens, append=len(site)))
    order: np.ndarray = np.lexsort((pages.row, -pages.wrong, turn))
    return order


def _listed_pages(path: Path, first: int, listed: _Weights) -> Iterator[tuple[int, ReviewPage]]:
    """(row, page) of a file's listed rows; ``first`` is the number of its first row."""
    with _opened(path) as file:
        for group in range(file.num_row_groups):
            size = file.metadata.row_group(group).num_rows
            if not ((first <= listed.row) & (listed.row < first + size)).any():
                first += size
                continue
            for batch in file.iter_batches(_BATCH_ROWS, row_groups=[group], columns=_COLUMNS):
                own = (first <= listed.row) & (listed.row < first + batch.num_rows)
                figures = (values.tolist() for values in listed.only(own))
                for row, _, wrong, mean in zip(*figures, strict=True):
                    yield row, _page(batch.slice(row - first, 1), str(path), wrong, mean)
                first += batch.num_rows


def _page(row: pa.RecordBatch, file: str, wrong: float, mean: float) -> ReviewPage:
    spans = pc.list_flatten(row["spans"])
    confidence = pc.struct_field(spans, "confidence")
    order = np.argsort(confidence.to_numpy(zero_copy_only=False), kind="stable")  # nulls last
    at = pa.array(order[: min(_NAMED, len(spans) - confidence.null_count)])
    least = tuple(Span(**span) for span in spans.take(at).to_pylist())
    return ReviewPage(row["id"][0].as_py(), row["site"][0].as_py() or "", file, wrong, mean, least)
