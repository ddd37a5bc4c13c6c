"""Level 5: a built dataset is whole, true to its manifest and card, and what its corpus builds."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from newshole.build import build
from newshole.finding import Finding
from newshole.manifest import NAME, Manifest, file_sha256, files_of, read_manifest
from newshole.row import SCHEMA
from newshole.validate import faults

_REBUILD = "build it again ('make dataset', or the 'newshole build' that made it)"


def is_dataset(folder: Path) -> bool:
    """True for a folder with a manifest."""
    return (folder / NAME).is_file()


def check_dataset(folder: Path) -> Iterator[Finding]:
    """NH501 to NH506: the files, rows, card and ``load_dataset`` against the manifest."""
    manifest = read_manifest(folder)
    if manifest is None:
        yield Finding(
            str(folder / NAME), 0, "NH501", "there is no manifest that can be read", _REBUILD
        )
        return
    broken = False
    for finding in _check_files(folder, manifest):
        broken = True
        yield finding
    if broken:
        return
    yield from _check_rows(folder, manifest)
    own = folder / "README.md"
    yield from _check_card(manifest, own if own.exists() else folder.absolute().parent / own.name)
    yield from _check_loading(folder, manifest)


def check_current(folder: Path, corpus: Path, version: str) -> Iterator[Finding]:
    """NH507: the dataset in ``folder`` is what ``corpus`` builds."""
    kept = read_manifest(folder)
    if kept is None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        built = build([corpus], Path(scratch) / folder.absolute().name, version=version).manifest
    for key, what in (
        ("row_digest", "the rows are"),
        ("rejected", "the number of rejected articles is"),
        ("version", "the version is"),
        ("schema_sha256", "the row schema is"),
        ("labels_sha256", "the label set is"),
    ):
        if kept[key] != built[key]:
            yield Finding(
                str(folder / NAME),
                0,
                "NH507",
                f"{what} not what {corpus} builds ({_brief(kept[key])}, now {_brief(built[key])})",
                _REBUILD,
            )


def _brief(value: object) -> str:
    return str(value)[:12]


def _check_files(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    known = {entry["path"] for entry in files_of(manifest)}
    for entry in files_of(manifest):
        path = folder / entry["path"]
        if not path.is_file():
            yield Finding(str(path), 0, "NH502", "a file of the manifest is not there", _REBUILD)
        elif file_sha256(path) != entry["sha256"]:
            yield Finding(
                str(path), 0, "NH502", "the file is not the one the manifest knows", _REBUILD
            )
        elif pq.read_metadata(path).num_rows != entry["rows"]:
            yield Finding(
                str(path), 0, "NH503", "the manifest's number of rows is not true", _REBUILD
            )
    for path in sorted(folder.rglob("*.parquet")):
        name = path.relative_to(folder).as_posix()
        if name not in known and not name.startswith("."):
            yield Finding(
                str(path), 0, "NH502", "a Parquet file that the manifest does not know", _REBUILD
            )
    if manifest["rows"] != sum(entry["rows"] for entry in files_of(manifest)):
        yield Finding(
            str(folder / NAME), 0, "NH503", "the manifest's number of rows is not true", _REBUILD
        )


def _check_rows(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    for entry in files_of(manifest):
        path = folder / entry["path"]
        before = 0
        for batch in pq.ParquetFile(path).iter_batches(batch_size=256):
            table = pa.Table.from_batches([batch])
            if not table.schema.equals(SCHEMA):
                yield Finding(str(path), 0, "NH504", "the columns are not a row's", _REBUILD)
                return
            for index, reason in faults(table).items():
                article_id = table["id"][index].as_py()
                yield Finding(
                    str(path),
                    before + index + 1,
                    "NH504",
                    f"row {article_id!r}: {reason}",
                    _REBUILD,
                )
            before += table.num_rows


def _check_card(manifest: Manifest, card: Path) -> Iterator[Finding]:
    from huggingface_hub import DatasetCard

    try:
        stated = DatasetCard(card.read_text(encoding="utf-8")).data.to_dict()  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        yield Finding(str(card), 0, "NH505", f"the card cannot be read ({error})", _REBUILD)
        return
    infos = stated.get("dataset_info") or []
    infos = [infos] if isinstance(infos, dict) else infos
    counts = {
        (info.get("config_name"), split["name"]): (split["num_examples"], split["num_bytes"])
        for info in infos
        for split in info.get("splits", [])
    }
    true = {
        (config, name): (split["rows"], split["num_bytes"])
        for config, splits in manifest["configs"].items()
        for name, split in splits.items()
    }
    if counts != true:
        yield Finding(
            str(card),
            0,
            "NH505",
            "the card's splits, rows or bytes are not the manifest's",
            _REBUILD,
        )


def _check_loading(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    """What ``load_dataset`` gives, row for row, beside the Parquet."""
    from datasets import load_dataset

    for config, splits in manifest["configs"].items():
        for name, split in splits.items():
            files = [str(folder / entry["path"]) for entry in split["files"]]
            with tempfile.TemporaryDirectory() as cache:
                loaded: Any = load_dataset(
                    "parquet", data_files={name: files}, split=name, cache_dir=cache
                )
                kept = (row for file in files for row in pq.read_table(file).to_pylist())
                same = len(loaded) == split["rows"] and all(
                    ours == theirs for ours, theirs in zip(kept, loaded, strict=True)
                )
                del loaded
            if not same:
                yield Finding(
                    str(folder / config),
                    0,
                    "NH506",
                    f"load_dataset does not give back the rows of {config}/{name}",
                    _REBUILD,
                )
