"""manifest.json: what a built dataset holds, and the digests that prove it.

The **row digest** does not depend on the Parquet writer. It is the hex SHA-256 over one line a
row, in order of id (by code point), over all configs and splits: the split's name, a space, the
row's own digest, a newline. A row's digest is :func:`newshole.row.row_sha256`, the hex SHA-256 of
its canonical JSON. Nothing in the manifest depends on time, place or the number of workers.
"""

import hashlib
import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from newshole import __version__
from newshole.labels import schema_path
from newshole.merge import Merged

NAME = "manifest.json"

Manifest = dict[str, Any]


def make_manifest(merged: Merged, root: Path, *, version: str, rejected: int) -> Manifest:
    """The manifest of files that lie below ``root``."""
    configs: dict[str, dict[str, Any]] = {}
    for (config, split), files in merged.files.items():
        configs.setdefault(config, {})[split] = {
            "rows": sum(file.rows for file in files),
            "num_bytes": sum(file.num_bytes for file in files),
            "files": [
                {
                    "path": file.path.relative_to(root).as_posix(),
                    "rows": file.rows,
                    "bytes": file.path.stat().st_size,
                    "sha256": file_sha256(file.path),
                }
                for file in files
            ],
        }
    return {
        "version": version,
        "made_by": f"newshole {__version__}, pyarrow {pa.__version__}",
        "schema_sha256": file_sha256(schema_path("row.schema.json")),
        "labels_sha256": file_sha256(schema_path("labels.json")),
        "row_digest": merged.row_digest,
        "rows": sum(split["rows"] for config in configs.values() for split in config.values()),
        "rejected": rejected,
        "configs": configs,
    }


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a built dataset; None where there is none that can be read."""
    try:
        manifest: Manifest = json.loads((folder / NAME).read_text(encoding="utf-8"))
        keys = ("version", "schema_sha256", "labels_sha256", "row_digest", "rows", "rejected")
        known = all(key in manifest for key in keys)
        return manifest if known and all(map(_is_entry, files_of(manifest))) else None
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def as_text(manifest: Manifest) -> str:
    """The manifest as it is written."""
    return json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"


def files_of(manifest: Manifest) -> list[dict[str, Any]]:
    """Every Parquet file's entry: path below the folder, rows, bytes, sha256."""
    return [
        file
        for config in manifest["configs"].values()
        for split in config.values()
        for file in split["files"]
    ]


def is_whole(folder: Path, manifest: Manifest) -> bool:
    """True when every file is there, byte for byte."""
    paths = ((folder / file["path"], file) for file in files_of(manifest))
    return all(
        path.is_file()
        and path.stat().st_size == file["bytes"]
        and file_sha256(path) == file["sha256"]
        for path, file in paths
    )


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_entry(file: dict[str, Any]) -> bool:
    return {"path", "rows", "bytes", "sha256"} <= file.keys()
