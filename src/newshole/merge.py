"""Sorted runs → the dataset's files: merged by id, ids once only, in bounded memory."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newshole.page import Rejected
from newshole.part import PART_SCHEMA
from newshole.row import SCHEMA

FAN_IN = 48
"""Runs merged at once; more are merged in several rounds."""

BATCH_ROWS = 64
"""Rows held of each run. FAN_IN × BATCH_ROWS pages of text are what a merge keeps in memory."""

ROW_GROUP_BYTES = 96 << 20
"""Arrow bytes of a row group. Small row groups undo content-defined chunking: after a small
edit 37 % of a file was uploaded again, against 9 % with large ones."""

FILE_BYTES = 500_000_000
"""No Parquet file is larger."""

_ORDER = [("id", "ascending"), ("_order", "ascending")]


@dataclass(slots=True)
class Shards:
    """The files of one split: written one after the other, named once their number is known."""

    folder: Path
    split: str
    rows: list[int] = field(default_factory=list)
    num_bytes: int = 0
    _held: list[pa.Table] = field(default_factory=list)
    _held_bytes: int = 0
    _writer: pq.ParquetWriter | None = None

    def add(self, rows: pa.Table) -> None:
        """Add rows in order of id."""
        self._held.append(rows)
        self._held_bytes += rows.nbytes
        self.num_bytes += rows.nbytes
        if self._held_bytes >= ROW_GROUP_BYTES:
            self._flush()

    def close(self) -> list[tuple[Path, int]]:
        """Finish the files and give them their names: (path, rows) of each."""
        self._flush()
        if self._writer is not None:
            self._writer.close()
        total = len(self.rows)
        named = []
        for number, rows in enumerate(self.rows):
            path = self.folder / f"{self.split}-{number:05d}-of-{total:05d}.parquet"
            self._path(number).replace(path)
            named.append((path, rows))
        return named

    def _path(self, number: int) -> Path:
        return self.folder / f"{self.split}.{number}.tmp"

    def _flush(self) -> None:
        if not self._held:
            return
        table = pa.concat_tables(self._held)
        self._held, self._held_bytes = [], 0
        if self._writer is not None:
            written = self._path(len(self.rows) - 1).stat().st_size
            if written + table.nbytes > FILE_BYTES:
                self._writer.close()
                self._writer = None
        if self._writer is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            self.rows.append(0)
            self._writer = pq.ParquetWriter(
                self._path(len(self.rows) - 1),
                SCHEMA,
                compression="zstd",
                write_page_index=True,
                use_content_defined_chunking=True,
            )
        self._writer.write_table(table, row_group_size=max(1, table.num_rows))
        self.rows[-1] += table.num_rows


@dataclass(slots=True)
class Merged:
    """What a merge gives: rows' digest, and (path, rows, Arrow bytes) by collection and split."""

    row_digest: str
    files: dict[tuple[str, str], list[tuple[Path, int]]]
    num_bytes: dict[tuple[str, str], int]


def merge(
    runs: Sequence[Path], out: Path, scratch: Path, reject: Callable[[Rejected], object]
) -> Merged:
    """Merge sorted runs into ``out/<collection>/<split>-NNNNN-of-NNNNN.parquet``.

    Of two rows with one id the first of the input stays; the other is rejected by name.
    The row digest is the hex SHA-256 over ``split sha256-of-row`` lines in order of id.
    """
    digest = hashlib.sha256()
    shards: dict[tuple[str, str], Shards] = {}
    last_id, last_origin = "", ""
    for block in _merged(_reduce(list(runs), scratch)):
        ids = block["id"].to_pylist()
        origins = block["_origin"].to_pylist()
        keep = []
        for index, article_id in enumerate(ids):
            if article_id == last_id:
                reject(_double(article_id, origins[index], last_origin))
                continue
            last_id, last_origin = article_id, origins[index]
            keep.append(index)
        block = block.take(keep)
        for split, sha256 in zip(
            block["_split"].to_pylist(), block["_sha256"].to_pylist(), strict=True
        ):
            digest.update(f"{split} {sha256}\n".encode())
        for key, rows in _by_split(block):
            if key not in shards:
                shards[key] = Shards(out / key[0], key[1])
            shards[key].add(rows)
    return Merged(
        digest.hexdigest(),
        {key: shards[key].close() for key in sorted(shards)},
        {key: shards[key].num_bytes for key in sorted(shards)},
    )


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
            with pq.ParquetWriter(path, PART_SCHEMA, compression="zstd") as writer:
                for block in _merged(group):
                    writer.write_table(block)
            runs.append(path)
        level += 1
    return runs


def _merged(runs: Sequence[Path]) -> Iterator[pa.Table]:
    """Blocks of rows in order of (id, place in the input), over all runs.

    Each round takes from every run the rows up to the least of the last ids held, sorts them
    together, and refills; so no more than a batch of each run is in memory.
    """
    readers = [pq.ParquetFile(run).iter_batches(batch_size=BATCH_ROWS) for run in runs]
    held: list[tuple[pa.Table, Iterator[pa.RecordBatch]]] = []
    for reader in readers:
        if (batch := next(reader, None)) is not None:
            held.append((pa.Table.from_batches([batch]), reader))
    while held:
        cutoff = min(table["id"][-1].as_py() for table, _ in held)
        taken, rest = [], []
        for table, reader in held:
            count = pc.sum(pc.less_equal(table["id"], cutoff)).as_py()
            taken.append(table.slice(0, count))
            if count < table.num_rows:
                rest.append((table.slice(count), reader))
            elif (batch := next(reader, None)) is not None:
                rest.append((pa.Table.from_batches([batch]), reader))
        held = rest
        yield pa.concat_tables(taken).sort_by(_ORDER)
