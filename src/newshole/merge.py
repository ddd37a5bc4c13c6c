"""Sorted runs → the dataset's files: merged by id, ids once only, in bounded memory."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds
import pyarrow.parquet as pq

from newshole.page import Rejected
from newshole.part import GROUP_BYTES, PART_SCHEMA
from newshole.row import SCHEMA

FAN_IN = 96
"""Runs merged at once; more are merged in several rounds."""

BATCH_ROWS = 64
BATCH_BYTES = 1 << 20
"""Rows held of each run: no more than either. FAN_IN times that is what a merge keeps in memory,
beside one row group of each split that it writes."""

ROW_GROUP_BYTES = 96 << 20
"""Arrow bytes of a row group. Small row groups undo content-defined chunking: after a small
edit 37 % of a file was uploaded again, against 9 % with large ones."""

FILE_BYTES = 500_000_000
"""No Parquet file is larger, if its rows are not."""

_ORDER = [("id", "ascending"), ("_order", "ascending")]


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
    runs: Sequence[Path], out: Path, scratch: Path, reject: Callable[[Rejected], object]
) -> Merged:
    """Merge sorted runs into ``out/<collection>/<split>-NNNNN-of-NNNNN.parquet``.

    Of two rows with one id the first of the input stays; the other is rejected by name.
    The row digest is as :mod:`newshole.manifest` says. Raises OSError when a file cannot
    be written, ArrowInvalid when a run is damaged.
    """
    digest = hashlib.sha256()
    shards: dict[tuple[str, str], Shards] = {}
    last_id, last_origin = "", ""
    for block in _merged(_reduce(list(runs), scratch)):
        ids, origins = block["id"].to_pylist(), block["_origin"].to_pylist()
        keep = []
        for index, article_id in enumerate(ids):
            if article_id == last_id:
                reject(_double(article_id, origins[index], last_origin))
                continue
            last_id, last_origin = article_id, origins[index]
            keep.append(index)
        kept = block if len(keep) == len(ids) else block.take(keep)
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


def _reduce(runs: list[Path], scratch: Path) -> list[Path]:
    """Merge groups of runs until no more than FAN_IN are left."""
    level = 0
    while len(runs) > FAN_IN:
        groups = [runs[start : start + FAN_IN] for start in range(0, len(runs), FAN_IN)]
        runs = []
        for number, group in enumerate(groups):
            path = scratch / f"{level}-{number:06d}.parquet"
            with pq.ParquetWriter(
                path, PART_SCHEMA, compression="zstd", compression_level=1
            ) as writer:
                for block in _merged(group):
                    rows = max(1, GROUP_BYTES * block.num_rows // max(1, block.nbytes))
                    writer.write_table(block, row_group_size=rows)
            runs.append(path)
        level += 1
    return runs


def _merged(runs: Sequence[Path]) -> Iterator[pa.Table]:
    """Blocks of rows in order of (id, place in the input), over all runs.

    Each round takes from every run the rows up to the least of the last ids held, sorts them
    together, and refills; so no more than a batch of each run is in memory.
    """
    held: list[tuple[pa.Table, Iterator[pa.Table]]] = []
    for batches in map(_batches, runs):
        if (table := next(batches, None)) is not None:
            held.append((table, batches))
    while held:
        cutoff = min(table["id"][-1].as_py() for table, _ in held)
        taken, rest = [], []
        for table, batches in held:
            count = pc.sum(pc.less_equal(table["id"], cutoff)).as_py()
            taken.append(table.slice(0, count))
            if count < table.num_rows:
                rest.append((table.slice(count), batches))
            elif (after := next(batches, None)) is not None:
                rest.append((after, batches))
        held = rest
        yield pa.concat_tables(taken).sort_by(_ORDER)


def _batches(run: Path) -> Iterator[pa.Table]:
    with pq.ParquetFile(run) as file:
        size = sum(file.metadata.row_group(i).total_byte_size for i in range(file.num_row_groups))
        rows = BATCH_BYTES * file.metadata.num_rows // max(1, size)
        for batch in file.iter_batches(batch_size=min(BATCH_ROWS, max(1, rows))):
            if batch.num_rows:
                yield pa.Table.from_batches([batch])
