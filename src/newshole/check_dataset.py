"""Level 5: a built dataset is whole, true to its manifest and card, and what its corpus builds."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from heapq import merge
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from newshole.build import BuildError, build
from newshole.croissant import NAME as CROISSANT
from newshole.finding import Finding
from newshole.frontmatter import parse, parts_of
from newshole.manifest import NAME, Manifest, file_sha256, files_of, read_manifest
from newshole.merge import digest_line
from newshole.row import SCHEMA, row_sha256
from newshole.validate import faults

_REBUILD = "build it again ('make dataset', or the 'newshole build' that made it)"
_BATCH_ROWS = 256


def is_dataset(folder: Path) -> bool:
    """True for a folder with a manifest."""
    return (folder / NAME).is_file()


def check_dataset(folder: Path) -> Iterator[Finding]:
    """NH501 to NH506: the files, rows, card and ``load_dataset`` against the manifest."""
    manifest = read_manifest(folder)
    if manifest is None:
        yield _finding(folder / NAME, "NH501", "there is no manifest that can be read")
        return
    found = False
    for check in (_check_files, _check_rows, _check_descriptions, _check_loading):
        for finding in check(folder, manifest):
            found = True
            yield finding
        if found:
            return


def check_current(folder: Path, corpus: Path, version: str) -> Iterator[Finding]:
    """NH507: the dataset in ``folder`` is what ``corpus`` builds."""
    kept = read_manifest(folder)
    if kept is None:
        return
    with tempfile.TemporaryDirectory() as scratch:
        try:
            built = build([corpus], Path(scratch) / "built", version=version).manifest
        except BuildError as error:
            yield _finding(folder / NAME, "NH507", f"{corpus} cannot be built ({error})")
            return
    for key, what in (
        ("row_digest", "the rows are"),
        ("rejected", "the number of rejected articles is"),
        ("version", "the version is"),
        ("schema_sha256", "the row schema is"),
        ("labels_sha256", "the label set is"),
    ):
        if kept[key] != built[key]:
            now = f"{_brief(kept[key])}, now {_brief(built[key])}"
            yield _finding(folder / NAME, "NH507", f"{what} not what {corpus} builds ({now})")


def _finding(path: Path, code: str, message: str, line: int = 0) -> Finding:
    return Finding(str(path), line, code, message, _REBUILD)


def _brief(value: object) -> str:
    return str(value)[:12]


def _check_files(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    known = {entry["path"] for entry in files_of(manifest)}
    for entry in files_of(manifest):
        path = folder / entry["path"]
        if not path.is_file():
            yield _finding(path, "NH502", "a file of the manifest is not there")
        elif file_sha256(path) != entry["sha256"]:
            yield _finding(path, "NH502", "the file is not the one the manifest knows")
        elif pq.read_metadata(path).num_rows != entry["rows"]:
            yield _finding(path, "NH503", "the manifest's number of rows is not true")
    for path in sorted(folder.rglob("*.parquet")):
        name = path.relative_to(folder).as_posix()
        if name not in known and not name.startswith("."):
            yield _finding(path, "NH502", "a Parquet file that the manifest does not know")
    if manifest["rows"] != sum(entry["rows"] for entry in files_of(manifest)):
        yield _finding(folder / NAME, "NH503", "the manifest's number of rows is not true")


def _check_rows(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    for entry in files_of(manifest):
        path = folder / entry["path"]
        if not pq.read_schema(path).equals(SCHEMA):
            yield _finding(path, "NH504", "the columns are not a row's")
            return
        before = 0
        for batch in pq.ParquetFile(path).iter_batches(_BATCH_ROWS):
            for index, reason in sorted(faults(pa.Table.from_batches([batch])).items()):
                article_id = batch["id"][index].as_py()
                message = f"row {article_id!r}: {reason}"
                yield _finding(path, "NH504", message, before + index + 1)
            before += batch.num_rows
    digest = hashlib.sha256()
    lines = (
        _digest_lines(folder, split, found["files"])
        for splits in manifest["configs"].values()
        for split, found in splits.items()
    )
    for _, line in merge(*lines, key=itemgetter(0)):
        digest.update(line)
    if digest.hexdigest() != manifest["row_digest"]:
        yield _finding(folder / NAME, "NH503", "the manifest's row digest is not that of the rows")


def _digest_lines(
    folder: Path, split: str, files: list[dict[str, Any]]
) -> Iterator[tuple[str, bytes]]:
    for row in _rows(folder, files):
        yield row["id"], digest_line(split, row_sha256(row))


def _check_descriptions(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    card = _card_of(folder)
    try:
        stated = parse(parts_of(card.read_text(encoding="utf-8"))[0])
        infos = stated["dataset_info"]
        counts = {
            (info["config_name"], split["name"]): (split["num_examples"], split["num_bytes"])
            for info in infos
            for split in info["splits"]
        }
    except (OSError, ValueError) as error:
        yield _finding(card, "NH505", f"the card cannot be read ({error})")
        return
    except (KeyError, TypeError):
        yield _finding(card, "NH505", "the card does not state splits, rows and bytes")
        return
    true = {
        (config, name): (split["rows"], split["num_bytes"])
        for config, splits in manifest["configs"].items()
        for name, split in splits.items()
    }
    if counts != true:
        yield _finding(card, "NH505", "the card's splits, rows or bytes are not the manifest's")
    try:
        described = json.loads((folder / CROISSANT).read_text(encoding="utf-8"))
        files = {file["@id"]: file.get("sha256") for file in described["distribution"]}
        same = files.items() >= {(file["path"], file["sha256"]) for file in files_of(manifest)}
        if described["version"] != manifest["version"] or not same:
            message = "it does not describe the manifest's version and files"
            yield _finding(folder / CROISSANT, "NH505", message)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        yield _finding(folder / CROISSANT, "NH505", f"it cannot be read ({error!r})")


def _check_loading(folder: Path, manifest: Manifest) -> Iterator[Finding]:
    """What ``load_dataset`` makes of the card, row for row, beside the Parquet."""
    from datasets import load_dataset

    for config, splits in manifest["configs"].items():
        # Its cache does not notice when Parquet changes; so each time a new one.
        with tempfile.TemporaryDirectory() as cache, _no_bars():
            try:
                loaded: Any = load_dataset(str(_card_of(folder).parent), config, cache_dir=cache)
            except Exception as error:
                yield _finding(folder / config, "NH506", f"load_dataset fails ({error})")
                continue
            for name, split in splits.items():
                same = name in loaded and len(loaded[name]) == split["rows"]
                kept = _rows(folder, split["files"])
                if not same or any(a != b for a, b in zip(kept, loaded[name], strict=True)):
                    message = f"load_dataset does not give back the rows of {config}/{name}"
                    yield _finding(folder / config, "NH506", message)
            del loaded


@contextmanager
def _no_bars() -> Iterator[None]:
    from datasets.utils import (
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    shown = not are_progress_bars_disabled()
    disable_progress_bars()
    try:
        yield
    finally:
        if shown:
            enable_progress_bars()


def _card_of(folder: Path) -> Path:
    own = folder / "README.md"
    return own if own.exists() else folder.absolute().parent / own.name


def _rows(folder: Path, files: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for file in files:
        for batch in pq.ParquetFile(folder / file["path"]).iter_batches(_BATCH_ROWS):
            yield from batch.to_pylist()
