"""manifest.json: what a built dataset holds, and the digests that prove it."""

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


def make_manifest(
    merged: Merged, root: Path, *, name: str, version: str, rejected: int
) -> Manifest:
    """The manifest of files that lie below ``root``. Nothing in it depends on time or machine."""
    configs: dict[str, dict[str, Any]] = {}
    for (config, split), files in merged.files.items():
        configs.setdefault(config, {})[split] = {
            "rows": sum(rows for _, rows in files),
            "num_bytes": merged.num_bytes[config, split],
            "files": [
                {
                    "path": path.relative_to(root).as_posix(),
                    "rows": rows,
                    "bytes": path.stat().st_size,
                    "sha256": file_sha256(path),
                }
                for path, rows in files
            ],
        }
    return {
        "name": name,
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
    except (OSError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) and "row_digest" in manifest else None


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write it so that it is there whole or not at all."""
    partial = folder / f"{NAME}.tmp"
    partial.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    partial.replace(folder / NAME)


def files_of(manifest: Manifest) -> list[dict[str, Any]]:
    """Every Parquet file's entry: path below the folder, rows, bytes, sha256."""
    return [
        file
        for config in manifest["configs"].values()
        for split in config.values()
        for file in split["files"]
    ]


def file_sha256(path: Path) -> str:
    """Hex SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
