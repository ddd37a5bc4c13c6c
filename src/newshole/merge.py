"""Sorted runs → the dataset's files: merged by id, ids once only, in bounded memory."""

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from newshole.page import Rejected
from newshole.progress import Watch
from newshole.row import SCHEMA
from newshole.run import ORDER, PART_SCHEMA, arrow_bytes, write_run

FAN_IN = 64
"""Runs merged at once; more are merged in several rounds."""

BATCH_ROWS = 64
BATCH_BYTES = 512 << 10
"""Rows read of a run at once: no more than either. What a merge keeps in memory is a few times
FAN_IN × BATCH_BYTES, and one row group of each split that it writes."""

ROW_GROUP_BYTES = 64 << 20
"""Arrow bytes of a row group. Small row groups undo content-defined chunking: after a small
edit 37 % of a file was uploaded again, against 9 % with large ones."""

FILE_BYTES = 500_000_000
"""No Parquet file is larger, if its rows are not."""


@dataclass(slots=True)
class File:
    """A finished Parquet file; ``num_bytes`` is its size as :mod:`datasets` reckons it."""

    path: Path
    rows: int
    num_bytes: int


@dataclass(slots=True)
class Shards:
    """The files of one split: written one after the other, named once their number is known."""

    folder: Path
    split: str
    _rows: list[int] = field(default_factory=list)
    _held: list[pa.Table] = field(default_factory=list)
    _held_bytes: int = 0
    _writer: pq.ParquetWriter | None = None

    def add(self, rows: pa.Table) -> None:
        """Add rows in order of id."""
        if rows.nbytes > ROW_GROUP_BYTES and rows.num_rows > 1:
            half = rows.num_rows // 2
            self.add(rows.slice(0, half))
            self.add(rows.slice(half))
            return
        if self._held_bytes + rows.nbytes > ROW_GROUP_BYTES:
            self._flush()
        self._held.append(rows)
        self._held_bytes += rows.nbytes

    def close(self) -> list[File]:
        """Finish the files and give them their names."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
        total = len(self._rows)
        named = []
        for number, rows in enumerate(self._rows):
            path = self.folder / f"{self.split}-{number:05d}-of-{total:05d}.parquet"
            self._path(number).replace(path)
            named.append(File(path, rows, datasets_bytes(path)))
        return named

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.split}.{number}.tmp"

    def _flush(self) -> None:
        if not self._held:
            return
        table = pa.concat_tables(self._held)
        self._held, self._held_bytes = [], 0
        if self._writer is not None:
            written = self._path(len(self._rows) - 1).stat().st_size
            if written + table.nbytes > FILE_BYTES:
                self._writer.close()
                self._writer = None
        if self._writer is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._rows.append(0)
            self._writer = pq.ParquetWriter(
                self._path(len(self._rows) - 1),
                SCHEMA,
                compression="zstd",
                write_page_index=True,
                use_content_defined_chunking=True,
            )
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._rows[-1] += table.num_rows


@dataclass(slots=True)
class Merged:
    """What a merge gives: the rows' digest, and the files by (collection, split)."""

    row_digest: str
    files: dict[tuple[str, str], list[File]]


def merge(
    runs: Sequence[Path],
    out: Path,
    scratch: Path,
    reject: Callable[[Rejected], object],
    watch: Watch = lambda rows, size: None,
) -> Merged:
    """Merge sorted runs into ``out/<collection>/<split>-NNNNN-of-NNNNN.parquet``.

    Of two rows with one id the first of the input stays; the other is rejected by name.
    The row digest is as :mod:`newshole.manifest` says. ``watch`` is told the rows that went
    by, in every round of merging. Raises OSError when a file cannot be written, ArrowInvalid
    when a run is damaged.
    """
    digest = hashlib.sha256()
    shards: dict[tuple[str, str], Shards] = {}
    last_id, last_origin = "", ""
    seen = 0

    def watched(blocks: Iterable[pa.Table]) -> Iterator[pa.Table]:
        nonlocal seen
        for block in blocks:
            yield block
            seen += block.num_rows
            watch(seen, 0)

    few = _reduce(list(runs), scratch, watched)
    for block in watched(_merged(few)):
        ids, origins = block["id"].to_pylist(), block["_origin"].to_pylist()
        keep = []
        for index, article_id in enumerate(ids):
            if article_id == last_id:
                reject(_double(article_id, origins[index], last_origin))
                continue
            last_id, last_origin = article_id, origins[index]
            keep.append(index)
        kept = block if len(keep) == len(ids) else block.take(pa.array(keep, pa.int64()))
        splits, sha256s = kept["_split"].to_pylist(), kept["_sha256"].to_pylist()
        for split, sha256 in zip(splits, sha256s, strict=True):
            digest.update(digest_line(split, sha256))
        for key, rows in _by_split(kept):
            if key not in shards:
                shards[key] = Shards(out / key[0], key[1])
            shards[key].add(rows)
    return Merged(digest.hexdigest(), {key: shards[key].close() for key in sorted(shards)})


def digest_line(split: str, row_sha256: str) -> bytes:
    """What one row adds to the row digest."""
    return f"{split} {row_sha256}\n".encode()


def datasets_bytes(path: Path) -> int:
    """The ``num_bytes`` that ``load_dataset`` finds for a Parquet file, read in its batches."""
    with path.open("rb") as file:
        fragment = ds.ParquetFileFormat().make_fragment(file)
        batches = fragment.to_batches(
            batch_size=fragment.row_groups[0].num_rows, batch_readahead=0, fragment_readahead=0
        )
        return sum(pa.Table.from_batches([batch]).nbytes for batch in batches)


def _double(article_id: str, origin: str, first: str) -> Rejected:
    return Rejected(
        origin,
        "R101",
        f"the id {article_id!r} is that of {first}, which stays",
        "give one of the two another id",
    )


def _by_split(block: pa.Table) -> Iterator[tuple[tuple[str, str], pa.Table]]:
    keys = block.select(["collection", "_split"])
    for pair in sorted({(row["collection"], row["_split"]) for row in keys.to_pylist()}):
        mask = pc.and_(pc.equal(keys["collection"], pair[0]), pc.equal(keys["_split"], pair[1]))
        yield pair, block.filter(mask).select(SCHEMA.names)


def _reduce(
    runs: list[Path],
    scratch: Path,
    watched: Callable[[Iterable[pa.Table]], Iterable[pa.Table]],
) -> list[Path]:
    """Merge groups of runs until no more than FAN_IN are left."""
    level = 0
    while len(runs) > FAN_IN:
        groups = [runs[start : start + FAN_IN] for start in range(0, len(runs), FAN_IN)]
        runs = []
        for number, group in enumerate(groups):
            path = scratch / f"{level}-{number:06d}.parquet"
            write_run(path, watched(_merged(group)))
            runs.append(path)
        level += 1
    return runs


@dataclass(slots=True)
class _Run:
    """A run under way: the rows that are held, one batch of them or two, and their ids."""

    batches: Iterator[pa.Table]
    batch_rows: int
    table: pa.Table
    ids: list[str] = field(default_factory=list)
    is_open: bool = True

    def refill(self) -> None:
        while self.is_open and len(self.ids) < self.batch_rows:
            if (batch := next(self.batches, None)) is None:
                self.is_open = False
                return
            self.table = pa.concat_tables([self.table, batch])
            self.ids += batch["id"].to_pylist()

    def take(self, count: int) -> pa.Table:
        taken, self.table = self.table.slice(0, count), self.table.slice(count)
        del self.ids[:count]
        return taken


def _merged(runs: Sequence[Path]) -> Iterator[pa.Table]:
    """Blocks of rows in order of (id, place in the input), over all runs.

    Each round takes from every run the rows up to the least of the last ids held, behind which
    nothing smaller can come, sorts them together, and refills; so no more than two batches of
    each run are in memory.
    """
    held = [_open(run) for run in runs]
    while held:
        for run in held:
            run.refill()
        last = min((run.ids[-1] for run in held if run.is_open), default=None)
        block = pa.concat_tables(
            run.take(len(run.ids) if last is None else bisect_right(run.ids, last)) for run in held
        )
        if block.num_rows:
            yield block.sort_by(ORDER)
        held = [run for run in held if run.is_open or run.ids]


def _open(path: Path) -> _Run:
    with pq.ParquetFile(path) as file:
        rows = BATCH_BYTES * file.metadata.num_rows // max(1, arrow_bytes(file))
    rows = max(1, min(BATCH_ROWS, rows))
    return _Run(_batches(path, rows), rows, PART_SCHEMA.empty_table())


def _batches(path: Path, rows: int) -> Iterator[pa.Table]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=rows):
            yield pa.Table.from_batches([batch])
