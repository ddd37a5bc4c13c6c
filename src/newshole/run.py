"""A run: rows on their way, sorted, in a Parquet file that a merge reads batch by batch."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from newshole.row import SCHEMA

PART_SCHEMA = pa.schema(
    [
        *SCHEMA,
        pa.field("_split", pa.string()),
        pa.field("_sha256", pa.string()),
        pa.field("_order", pa.int64()),
        pa.field("_origin", pa.string()),
    ]
)
"""A row on its way: its split, its digest, its place in the input and where it was read."""

ORDER = [("id", "ascending"), ("_order", "ascending")]
"""How the rows of a run, and of a dataset, are sorted."""

GROUP_BYTES = 4 << 20
"""Arrow bytes of a run's row group: the least that is read of a run at once."""

_NBYTES = "nbytes"


def write_run(path: Path, tables: Iterable[pa.Table]) -> None:
    """Write sorted tables, one after the other. Raises OSError when it cannot be written."""
    nbytes = 0
    with pq.ParquetWriter(path, PART_SCHEMA, compression="zstd", compression_level=1) as writer:
        for table in tables:
            rows = max(1, GROUP_BYTES * table.num_rows // max(1, table.nbytes))
            writer.write_table(table, row_group_size=rows)
            nbytes += table.nbytes
        # What the rows take in memory: Parquet packs a text that repeats to nothing.
        writer.add_key_value_metadata({_NBYTES: str(nbytes)})


def arrow_bytes(run: pq.ParquetFile) -> int:
    """Bytes that all rows of a run take in memory."""
    return int(run.metadata.metadata[_NBYTES.encode()])
