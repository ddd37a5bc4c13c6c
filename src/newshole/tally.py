"""What a built dataset holds, counted in one pass over its files."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from newshole.labels import join_name
from newshole.manifest import Manifest

SPLITS = ("train", "validation", "test")


@dataclass(slots=True)
class Tally:
    """Counts of one split, or of all: of rows by language and licence, of labels by name."""

    rows: int = 0
    sites: set[str] = field(default_factory=set)
    languages: Counter[str] = field(default_factory=Counter)
    licences: Counter[str] = field(default_factory=Counter)
    reviewed: int = 0
    spans: Counter[str] = field(default_factory=Counter)
    characters: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Add what another tally counted."""
        self.rows += other.rows
        self.reviewed += other.reviewed
        self.sites |= other.sites
        for name in ("languages", "licences", "spans", "characters"):
            getattr(self, name).update(getattr(other, name))


def tally(manifest: Manifest, folder: Path) -> dict[tuple[str, str], Tally]:
    """Counts by (config, split), splits in the order of :data:`SPLITS`."""
    return {
        (config, name): _count([folder / file["path"] for file in splits[name]["files"]])
        for config, splits in manifest["configs"].items()
        for name in in_order(splits)
    }


def total(tallies: Mapping[tuple[str, str], Tally]) -> Tally:
    """All of them together."""
    whole = Tally()
    for one in tallies.values():
        whole.add(one)
    return whole


def in_order(splits: Mapping[str, Any]) -> list[str]:
    """The names of splits as people expect them: train first."""
    return [name for name in SPLITS if name in splits]


def _count(files: list[Path]) -> Tally:
    found = Tally()
    columns = ["site", "language", "licence", "annotation", "spans"]
    for file in files:
        for batch in pq.ParquetFile(file).iter_batches(1024, columns=columns):
            found.rows += batch.num_rows
            found.sites.update(batch["site"].to_pylist())
            found.languages.update(batch["language"].to_pylist())
            found.licences.update(batch["licence"].to_pylist())
            found.reviewed += pc.sum(pc.equal(batch["annotation"], "reviewed")).as_py() or 0
            _count_spans(found, pc.list_flatten(batch["spans"]))
    found.sites.discard("")
    return found


def _count_spans(found: Tally, spans: pa.StructArray) -> None:
    lengths = pc.subtract(spans.field("end"), spans.field("start"))
    table = pa.table({"label": spans.field("label"), "kind": spans.field("kind"), "n": lengths})
    groups = table.group_by(["label", "kind"]).aggregate([("n", "count"), ("n", "sum")])
    for group in groups.to_pylist():
        name = join_name(group["label"], group["kind"])
        found.spans[name] += group["n_count"]
        found.characters[name] += group["n_sum"]
